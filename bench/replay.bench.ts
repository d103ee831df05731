import pg from 'pg';
import { decodeKnown, type EventStore, PostgresEventStore } from '#events';
import type { Bench } from './bench.js';
import { fold } from './calendar.js';
import { compete, figure } from './round.js';
import { beside } from './row.js';

const CHUNK = 1_000;

export const bench: Bench = {
  goal: 'P4',
  title: 'replay: read, decode and fold the log',
  meaning:
    'The whole log is read in pages, every event checked by its contract and folded into the rows of the calendar, in memory. Beside it the server sends the same rows by `COPY`, and nobody looks at them.',
  async run(context) {
    const { url, events } = await context.history();
    const store = context.use(new PostgresEventStore({ url }), (it) => it.close());
    const client = context.use(new pg.Client({ connectionString: url }), (it) => it.end());
    await client.connect();
    const timed = (work: () => Promise<unknown>) => async () => {
      const began = performance.now();
      await work();
      return { rate: (events * 1_000) / (performance.now() - began) };
    };
    const results = await compete(
      {
        slipway: timed(() => replay(store)),
        binary: timed(() => client.query('copy log.event to stdout (format binary)')),
        text: timed(() => client.query('copy log.event to stdout')),
      },
      context.rounds,
      context.say,
    );
    const rate = figure(results.slipway, 'rate');
    const of = (what: string, name: 'text' | 'binary') => ({ what, values: figure(results[name], 'rate') });
    return [
      beside('replay', 'events/s', rate, of('`COPY` to nowhere', 'text'), { atLeast: 0.4 }),
      beside('replay', 'events/s', rate, of('`COPY` in binary to nowhere', 'binary')),
    ];
  },
};

async function replay(store: EventStore): Promise<number> {
  const rows = new Map();
  for await (const { events } of store.batches({ after: 0, live: false, limit: CHUNK }))
    fold(rows, events.map(decodeKnown));
  return rows.size;
}
