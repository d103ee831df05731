import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '#events';
import { ServiceDatabase } from '#service/database';
import { anyLog } from '../../../test/metrics/anyLog.js';
import { at, live, said } from '../../../test/metrics/given.js';
import { logDatabase } from '../../../test/log.js';
import { deployed, write } from '../../../test/metrics/writeDelivery.js';
import { factsAbout } from './deliveries.js';
import { assemble } from './delivery.js';
import { timelineOf } from './dora/timeline.js';
import { migrations } from './migrations.js';
import { Timelines } from './timelines.js';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await new ServiceDatabase((await logDatabase('timelines')).url, 'metrics', migrations).open();
});
afterAll(() => db.close());
beforeEach(() => db.query('truncate delivery'));

/** As long as it takes. */
const PATIENT = 60_000;
const NOW = '2028-01-01T00:00:00Z';

const counts = async (timelines: Timelines, patience = PATIENT) => {
  const known = await timelines.all(patience);
  const counted = [...known.timelines].map(([service, one]) => [
    service,
    one.deployed.length,
    one.failed.length,
  ]);
  return { counted, pending: known.pending };
};

describe('the timelines of all services', () => {
  test('are there at once, by name, and of nobody if nobody is known', async () => {
    const timelines = new Timelines(db);
    expect(await counts(timelines)).toEqual({ counted: [], pending: [] });
    for (const service of ['t', 'u', 's']) await write(db, service, deployed(service, `of ${service}`, 1));
    expect(await counts(timelines)).toEqual({
      counted: [
        ['s', 1, 0],
        ['t', 1, 0],
        ['u', 1, 0],
      ],
      pending: [],
    });
  });

  test('stay the same ones until something new is known of their service', async () => {
    const timelines = new Timelines(db);
    await write(db, 'one', deployed('s', 'd1', 1));
    await write(db, 'other', deployed('t', 'd2', 1));
    const before = (await timelines.all(PATIENT)).timelines;
    await write(db, 'other', deployed('t', 'd3', 2));
    const after = (await timelines.all(PATIENT)).timelines;
    expect(after.get('s')).toBe(before.get('s'));
    expect([before.get('t')!.deployed.length, after.get('t')!.deployed.length]).toEqual([1, 2]);
  });

  test('hold what others say of their deployments, and what is recorded by a clock that is ahead', async () => {
    const timelines = new Timelines(db);
    await write(db, 'one', deployed('s', 'd1', 1));
    expect((await counts(timelines)).counted).toEqual([['s', 1, 0]]);
    await write(db, 'word', [
      { ...said('w1', at(2)), kind: 'failureAttributed', deploymentId: 'd1', reason: 'It lost orders.' },
    ]);
    expect((await counts(timelines)).counted).toEqual([['s', 1, 1]]);
    await write(db, 'ahead', [live('d2', '2127-01-01T00:00:00Z', 'v2', { service: 's' })]);
    expect((await counts(timelines)).counted).toEqual([['s', 2, 1]]);
  });

  test('hold what a transaction wrote that was open while they were read', async () => {
    const timelines = new Timelines(db);
    await write(db, 'one', deployed('s', 'd1', 1));
    await db.transaction(async (tx) => {
      await write(tx, 'two', deployed('s', 'd2', 2));
      await write(db, 'other', deployed('t', 'd9', 2));
      const open = [
        ['s', 1, 0],
        ['t', 1, 0],
      ];
      expect([(await counts(timelines)).counted, (await counts(timelines)).counted]).toEqual([open, open]);
    });
    expect((await counts(timelines)).counted).toEqual([
      ['s', 2, 0],
      ['t', 1, 0],
    ]);
  });

  test('are right after more changes than can be looked at one by one', async () => {
    const timelines = new Timelines(db);
    await write(db, 'one', deployed('s', 'd1', 1));
    await timelines.all(PATIENT);
    await db.query(
      `insert into delivery (id, services, keys, facts)
       select 'x' || n, array['t'], array['y' || n], '[]' from generate_series(1, 20001) n`,
    );
    await write(db, 'two', deployed('s', 'd2', 2));
    expect((await counts(timelines)).counted).toEqual([['s', 2, 0]]);
  });

  test('are shown though the facts of one service are refused, and why', async () => {
    const timelines = new Timelines(db);
    await write(db, 'good', deployed('s', 'd1', 1));
    await write(db, 'odd', [{ ...deployed('t', 'd2', 1)[0]!, at: 'one day' }]);
    expect((await counts(timelines)).counted).toEqual([['s', 1, 0]]);
    const { pending, refused } = await timelines.all(PATIENT);
    expect([pending, [...refused.keys()], refused.get('t')]).toEqual([
      [],
      ['t'],
      expect.stringMatching(/^INVALID_TIME: /),
    ]);
    await write(db, 'other', deployed('t', 'd3', 2));
    await db.query("delete from delivery where id = 'odd'");
    expect(await timelines.all(PATIENT)).toMatchObject({ pending: [], refused: new Map() });
    expect((await counts(timelines)).counted).toEqual([
      ['s', 1, 0],
      ['t', 1, 0],
    ]);
  });

  test('never differ from those that are laid out anew, whatever is written', async () => {
    const step = fc.record({ stream: fc.constantFrom('a', 'b', 'c', 'd'), facts: anyLog });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        await db.query('truncate delivery');
        const timelines = new Timelines(db);
        for (const { stream, facts } of steps) {
          await write(db, stream, facts);
          const { timelines: known, pending } = await timelines.all(PATIENT);
          expect(pending).toEqual([]);
          for (const service of ['s', 't']) {
            const about = (await factsAbout(db, service)).facts;
            const anew = about.length > 0 ? timelineOf(assemble(about, { asOf: NOW }), service) : undefined;
            expect(known.get(service)).toEqual(anew);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** The database, behind a gate that holds back what is asked about single services. */
function gated() {
  let open = (): void => undefined;
  let broken = false;
  const asked: string[] = [];
  const gate = new Promise<void>((resolve) => (open = resolve));
  const query: Database['query'] = async (sql, values = []) => {
    if (sql.includes('own as')) {
      asked.push(String(values[0]));
      const rows = await db.query(sql, values);
      await gate;
      if (broken) throw new Error('gone');
      return rows as never;
    }
    return db.query(sql, values);
  };
  return {
    db: Object.assign(Object.create(db) as Database, { query }),
    asked,
    open: () => open(),
    breakOff: () => {
      broken = true;
      open();
    },
    mend: () => (broken = false),
  };
}

describe('a timeline that has to be read', () => {
  test('is pending when time is up, is read on, and is read once for all who wait', async () => {
    for (const service of ['s', 't']) await write(db, service, deployed(service, `of ${service}`, 1));
    const gate = gated();
    const timelines = new Timelines(gate.db);
    expect(await counts(timelines, 1)).toEqual({ counted: [], pending: ['s', 't'] });
    const waiting = [counts(timelines), counts(timelines)];
    gate.open();
    const all = {
      counted: [
        ['s', 1, 0],
        ['t', 1, 0],
      ],
      pending: [],
    };
    expect(await Promise.all(waiting)).toEqual([all, all]);
    expect(gate.asked).toEqual(['s', 't']);
  });

  /** One service, whose facts were asked for and are held back. */
  async function held() {
    await write(db, 's', deployed('s', 'd1', 1));
    const gate = gated();
    const timelines = new Timelines(gate.db);
    expect(await counts(timelines, 1)).toEqual({ counted: [], pending: ['s'] });
    return { gate, timelines };
  }

  test('is read again when something new is known before it is there, and after the others', async () => {
    const { gate, timelines } = await held();
    await write(db, 't', deployed('t', 'e1', 1));
    await write(db, 'more', deployed('s', 'd2', 2));
    expect(await counts(timelines, 1)).toEqual({ counted: [], pending: ['s', 't'] });
    await write(db, 'more', deployed('s', 'd3', 3));
    expect(await counts(timelines, 1)).toEqual({ counted: [], pending: ['s', 't'] });
    gate.open();
    expect(await counts(timelines)).toEqual({
      counted: [
        ['s', 3, 0],
        ['t', 1, 0],
      ],
      pending: [],
    });
    expect(gate.asked).toEqual(['s', 't', 's']);
  });

  test('that cannot be read is told to who waits, and is read for who asks next', async () => {
    const { gate, timelines } = await held();
    const waiting = counts(timelines);
    gate.breakOff();
    await expect(waiting).rejects.toThrow('gone');
    gate.mend();
    expect(await counts(timelines)).toEqual({ counted: [['s', 1, 0]], pending: [] });
  });
});
