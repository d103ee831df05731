import { PostgresEventStore, rebuild } from '#events';
import type { Bench } from './bench.js';
import { calendar, empty, openCalendar, project } from './calendar.js';
import { compete, figure } from './round.js';
import { beside } from './row.js';

export const bench: Bench = {
  goal: 'P6',
  title: 'rebuild of a read model',
  meaning:
    'The calendar built anew beside the one that serves, folded in memory and exchanged in one transaction, beside the live projection of the same events.',
  async run(context) {
    const { url, events } = await context.history();
    const store = context.use(new PostgresEventStore({ url }), (it) => it.close());
    const db = context.use(await openCalendar(url), (it) => it.close());
    const timed = (work: () => Promise<unknown>) => async () => {
      await empty(db);
      const began = performance.now();
      await work();
      return { rate: (events * 1_000) / (performance.now() - began) };
    };
    const results = await compete(
      {
        rebuild: timed(() => rebuild(db, store, calendar)),
        project: timed(() => project(store, db, events)),
      },
      context.rounds,
      context.say,
    );
    const peer = { what: 'live projection (P5)', values: figure(results.project, 'rate') };
    return [beside('rebuild', 'events/s', figure(results.rebuild, 'rate'), peer, { atLeast: 2 })];
  },
};
