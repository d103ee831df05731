import {
  applyBatch,
  type Database,
  type EventStore,
  LOG,
  logSource,
  PostgresEventStore,
  type Source,
} from '#events';
import type { Bench } from './bench.js';
import { empty, follower, observer, openCalendar, project } from './calendar.js';
import { connectAs, recorder, replay } from './recording.js';
import { compete, figure } from './round.js';
import { beside } from './row.js';

/** Batches whose statements are kept to be sent again, and events that go one by one. */
const KEPT = 150;
const SINGLE = 1_000;

export const bench: Bench = {
  goal: 'P5',
  title: 'live projection of a backlog',
  meaning:
    'The calendar follows the log from the first event on, as it does in the product: read, decode, fold, and rows and checkpoint in one transaction. Beside it the same loop with one event a transaction, and the very same statements sent again by a bare loop.',
  async run(context) {
    const { url, events } = await context.history();
    const store = context.use(new PostgresEventStore({ url }), (it) => it.close());
    const db = context.use(await openCalendar(url), (it) => it.close());
    const client = context.use(await connectAs(url, 'scheduler'), (it) => it.end());
    const kept = recorder(db, KEPT);
    await empty(db);
    await project(store, kept.db, events);
    const statements = kept.transactions.flat();
    const again = statements.filter(({ text }) => text.startsWith('insert into deployment')).length;
    const replayed = Math.min(events, kept.transactions.length * BATCH);
    context.say(`${kept.transactions.length} batches kept, ${again} of which write rows`);
    const timed = (many: number, work: () => Promise<unknown>) => async () => {
      await empty(db);
      const began = performance.now();
      await work();
      return { rate: (many * 1_000) / (performance.now() - began) };
    };
    const results = await compete(
      {
        slipway: timed(events, () => project(store, db, events)),
        single: timed(SINGLE, () => oneByOne(store, db)),
        bare: timed(replayed, () => replay(client, kept.transactions)),
      },
      context.rounds,
      context.say,
    );
    const rate = figure(results.slipway, 'rate');
    const of = (what: string, name: 'single' | 'bare') => ({ what, values: figure(results[name], 'rate') });
    return [
      beside('projection', 'events/s', rate, of('one event a transaction', 'single'), { atLeast: 40 }),
      beside('projection', 'events/s', rate, of('the same statements, nothing else', 'bare'), {
        atLeast: 0.5,
      }),
    ];
  },
};

/** What a follower of the log gets at a time. */
const BATCH = 1_000;

async function oneByOne(store: EventStore, db: Database): Promise<void> {
  const source: Source = logSource(store);
  for await (const { events } of store.batches({ after: 0, live: false, limit: SINGLE })) {
    for (const event of events)
      await applyBatch(db, source, follower, observer, {
        source: LOG,
        position: event.position,
        events: [event],
      });
    return;
  }
}
