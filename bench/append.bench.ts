import pg from 'pg';
import { entryOf, PostgresEventStore } from '#events';
import { appendTo } from './appending.js';
import type { Bench, Context } from './bench.js';
import { emmett } from './emmett.js';
import { context as by, fact, NOW } from './facts.js';
import { preparePeer, serverSide, singleInserts } from './pgbench.js';
import { type Contender, compete, figure, type Results } from './round.js';
import { alone, beside, type LeftOut, type Row } from './row.js';

const WRITERS = 256;
/** More clients make `pgbench` slower. */
const CLIENTS = 64;
const BYTES = entryOf('deployment-bench-100', 10, fact, by, NOW).bytes.length;

export const bench: Bench = {
  goal: 'P1',
  title: 'append, 256 commands at once',
  meaning:
    'Each of 256 writers appends to a stream of its own at its exact revision and waits until that is durable. Group commit writes what is asked for at the same time in one transaction; the server-side insert is what the same disk takes without any client.',
  async run(context) {
    const url = await context.database();
    await preparePeer(url);
    const store = context.use(new PostgresEventStore({ url }), (it) => it.close());
    const other = await emmett(url);
    if (typeof other !== 'string') context.use(other, (it) => it.close());
    const single = singleInserts(context.folder);
    const seconds = context.scale < 0.1 ? 1 : 2;
    let go = 0;
    const load = (writers: number, warm: boolean) => ({
      name: `go${++go}`,
      writers,
      seconds: warm ? 1 : seconds,
    });
    let acknowledged = 0;
    const results = await compete(
      {
        slipway: async (warm) => {
          const { acknowledged: stored, ...figures } = await appendTo(store, load(WRITERS, warm));
          acknowledged += stored;
          return figures;
        },
        single: async (warm) => ({ rate: (await single.run(url, load(CLIENTS, warm), BYTES)).rate }),
        serverSide: async (warm) => ({ rate: await serverSide(url, `go${++go}`, warm ? 1 : seconds, BYTES) }),
        emmett: emmettOf(other, (warm) => load(WRITERS, warm)),
      },
      context.rounds,
      context.say,
    );
    return [
      ...rows(results, single.label),
      typeof other === 'string' ? { what: 'append beside Emmett', leftOut: other } : emmettRow(results),
      await nothingLost(url, acknowledged, context),
    ];
  },
};

type Peer = Awaited<ReturnType<typeof emmett>>;

const emmettOf =
  (peer: Peer, load: (warm: boolean) => Parameters<typeof appendTo>[1]): Contender =>
  async (warm) => ({ rate: typeof peer === 'string' ? 0 : (await peer.append(load(warm))).rate });

type All = Results<'slipway' | 'single' | 'serverSide' | 'emmett'>;

function rows({ slipway, single, serverSide: limit }: All, label: string): Row[] {
  const rate = figure(slipway, 'rate');
  const of = (what: string, results: All['single']) => ({ what, values: figure(results, 'rate') });
  return [
    beside('append', 'events/s', rate, of(`${label}, ${CLIENTS} clients`, single), { atLeast: 3 }),
    beside('append', 'events/s', rate, of('256-row insert inside the server', limit), { atLeast: 0.4 }),
    alone('until acknowledged, p50', 'ms', figure(slipway, 'p50')),
    alone('until acknowledged, p99', 'ms', figure(slipway, 'p99'), { atMost: 15 }),
  ];
}

const emmettRow = ({ slipway, emmett: other }: All): Row =>
  beside(
    'append',
    'events/s',
    figure(slipway, 'rate'),
    { what: 'Emmett `appendToStream`, 256 at once', values: figure(other, 'rate') },
    { atLeast: 15 },
  );

/** What was acknowledged and is not there, or stands at a position that is not its place. */
async function nothingLost(url: string, acknowledged: number, { say }: Context): Promise<Row | LeftOut> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: found } = await client.query(
    'select count(*)::int as n, max(position)::int as last from log.event',
  );
  await client.end();
  const { n, last } = found[0] as { n: number; last: number };
  say(`acknowledged ${acknowledged}, stored ${n}, last position ${last}`);
  return alone('acknowledged but not stored, and gaps', 'events', [acknowledged - n + (last - n)], {
    atMost: 0,
  });
}
