import { entryOf, PostgresEventStore } from '#events';
import { appendTo } from './appending.js';
import type { Bench } from './bench.js';
import { context as by, fact, NOW } from './facts.js';
import { preparePeer, singleInserts } from './pgbench.js';
import { compete, figure } from './round.js';
import { beside } from './row.js';

const BYTES = entryOf('deployment-bench-100', 10, fact, by, NOW).bytes.length;

export const bench: Bench = {
  goal: 'P2',
  title: 'append, one at a time',
  meaning: 'One writer that waits for each answer: what a single command pays, half of it the disk.',
  async run(context) {
    const url = await context.database();
    await preparePeer(url);
    const store = context.use(new PostgresEventStore({ url }), (it) => it.close());
    const single = singleInserts(context.folder);
    let go = 0;
    const load = (warm: boolean) => ({ name: `go${++go}`, writers: 1, seconds: warm ? 1 : 2 });
    const results = await compete(
      {
        slipway: async (warm) => ({ ...(await appendTo(store, load(warm))) }),
        single: async (warm) => ({ ...(await single.run(url, load(warm), BYTES)) }),
      },
      context.rounds,
      context.say,
    );
    const peer = (name: string) => ({
      what: `${single.label}, one client`,
      values: figure(results.single, name),
    });
    return [
      beside('append, p50', 'ms', figure(results.slipway, 'p50'), peer('p50'), { atMost: 2 }),
      beside('append, p99', 'ms', figure(results.slipway, 'p99'), peer('p99')),
    ];
  },
};
