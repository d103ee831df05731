import type { Bench } from './bench.js';
import { facts } from './cdevents.js';
import { child } from './child.js';
import { preparePeer } from './pgbench.js';
import { startProduct } from './product.js';
import { compete, type Figures, figure } from './round.js';
import { alone, beside } from './row.js';

export const bench: Bench = {
  goal: 'P9',
  title: 'ingest of CDEvents as NDJSON',
  meaning:
    'Lines are parsed, checked, recognised if known, and stored, each as an event of its own stream, by a process of its own. Beside it rows that stand ready, 500 at a time, the next sent before the answer. Over HTTP the same lines go through the whole product while its read models and its ledger follow.',
  async run(context) {
    const url = await context.database();
    await preparePeer(url);
    const product = context.use(await startProduct(await context.database(), context.folder), ({ running }) =>
      running.stop(),
    );
    const lines = Math.max(2_000, Math.round(200 * context.scale) * 5_000);
    let go = 0;
    const apart = (ready: boolean) => async (warm: boolean) => {
      const task = { url, name: `go${++go}`, lines: warm ? 2_000 : lines, ready };
      const { ready: started, go: begin, answer } = child<null, Figures>('ingester.ts', task);
      await started;
      begin();
      return answer;
    };
    const overHttp = async (warm: boolean): Promise<Figures> => {
      const many = warm ? 1_000 : Math.round(lines / 5);
      const began = performance.now();
      const answer = await fetch(`${product.running.url}/v1/ingest/cdevents`, {
        method: 'POST',
        headers: { authorization: `Bearer ${product.publisher}`, 'content-type': 'application/x-ndjson' },
        body: ReadableStream.from(facts(`http${++go}`, many)),
        duplex: 'half',
      } as RequestInit);
      const { accepted } = (await answer.json()) as { accepted: number };
      if (accepted !== many) throw new Error(`Of ${many} facts ${accepted} were accepted over HTTP.`);
      return { rate: (many * 1_000) / (performance.now() - began) };
    };
    const results = await compete(
      { slipway: apart(false), rows: apart(true), http: overHttp },
      context.rounds,
      context.say,
    );
    const rows = { what: 'ready rows, pipelined', values: figure(results.rows, 'rate') };
    return [
      beside('ingest', 'lines/s', figure(results.slipway, 'rate'), rows, { atLeast: 0.35 }),
      alone('memory of the process, at most', 'MB', figure(results.slipway, 'memory'), { atMost: 300 }),
      beside('ingest over HTTP, all services following', 'lines/s', figure(results.http, 'rate'), rows),
    ];
  },
};
