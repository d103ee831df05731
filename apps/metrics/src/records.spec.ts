import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ServiceDatabase } from '#service/database';
import { anyLog } from '../../../test/metrics/anyLog.js';
import { at, said } from '../../../test/metrics/given.js';
import { logDatabase } from '../../../test/log.js';
import { deployed, write } from '../../../test/metrics/writeDelivery.js';
import { factsAbout } from './deliveries.js';
import { assemble } from './delivery.js';
import { summarise } from './dora.js';
import { migrations } from './migrations.js';
import { Records } from './records.js';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await new ServiceDatabase((await logDatabase('records')).url, 'metrics', migrations).open();
});
afterAll(() => db.close());
beforeEach(() => db.query('truncate delivery'));

const NOW = '2028-01-01T00:00:00Z';

const ids = ({ deployments }: { deployments: readonly { deploymentId: string }[] }) =>
  deployments.map(({ deploymentId }) => deploymentId);

describe('the record of a service', () => {
  test('is the same one as long as nothing new is known of it', async () => {
    const records = new Records(db);
    await write(db, 'one', deployed('s', 'd1', 1));
    await write(db, 'other', deployed('t', 'd2', 1));
    const first = await records.of('s', NOW);
    await write(db, 'other', deployed('t', 'd3', 2));
    const again = await records.of('s', '2028-02-01T00:00:00Z');
    expect(again.all).toBe(first.all);
    expect(again.asOf).toBe(Date.parse('2028-02-01T00:00:00Z'));
  });

  test('holds what was written since', async () => {
    const records = new Records(db);
    await write(db, 'one', deployed('s', 'd1', 1));
    expect(ids(await records.of('s', NOW))).toEqual(['d1']);
    await write(db, 'two', deployed('s', 'd2', 2));
    expect(ids(await records.of('s', NOW))).toEqual(['d1', 'd2']);
    await write(db, 'two', deployed('s', 'd3', 3));
    expect(ids(await records.of('s', NOW))).toEqual(['d1', 'd2', 'd3']);
  });

  test('holds what others say of its deployments', async () => {
    const records = new Records(db);
    await write(db, 'one', deployed('s', 'd1', 1));
    expect((await records.of('s', NOW)).failures).toEqual([]);
    await write(db, 'word', [
      { ...said('w1', at(2)), kind: 'failureAttributed', deploymentId: 'd1', reason: 'It lost orders.' },
    ]);
    expect((await records.of('s', NOW)).failures).toHaveLength(1);
  });

  test('takes what others say of two of its deployments once', async () => {
    await write(db, 'one', deployed('s', 'd1', 1));
    await write(db, 'two', deployed('s', 'd2', 2));
    const word = { kind: 'failureAttributed', reason: 'It lost orders.' } as const;
    await write(db, 'words', [
      { ...said('w1', at(3)), ...word, deploymentId: 'd1' },
      { ...said('w2', at(3)), ...word, deploymentId: 'd2' },
    ]);
    const { facts } = await factsAbout(db, 's');
    expect(facts.map(({ id }) => id).toSorted()).toEqual(['live-d1-s', 'live-d2-s', 'w1', 'w2']);
  });

  test('holds what a transaction wrote that was open while it was read', async () => {
    const records = new Records(db);
    await write(db, 'one', deployed('s', 'd1', 1));
    await db.transaction(async (tx) => {
      await write(tx, 'two', deployed('s', 'd2', 2));
      await write(db, 'other', deployed('t', 'd9', 2));
      const first = await records.of('s', NOW);
      expect(ids(first)).toEqual(['d1']);
      expect((await records.of('s', NOW)).all).toBe(first.all);
    });
    expect(ids(await records.of('s', NOW))).toEqual(['d1', 'd2']);
  });

  test('is what was known then when the question is about the past, and says nothing of it later', async () => {
    const records = new Records(db);
    await write(db, 'one', deployed('s', 'd1', 1));
    await write(db, 'two', deployed('s', 'd2', 9));
    for (let round = 0; round < 2; round++) {
      expect(ids(await records.of('s', at(5)))).toEqual(['d1']);
      expect(ids(await records.of('s', NOW))).toEqual(['d1', 'd2']);
    }
  });

  test('of nobody known is empty, and is not once something is known', async () => {
    const records = new Records(db);
    expect(ids(await records.of('s', NOW))).toEqual([]);
    await write(db, 'one', deployed('s', 'd1', 1));
    expect(ids(await records.of('s', NOW))).toEqual(['d1']);
  });

  test('goes when others are asked for and there is no more room', async () => {
    const records = new Records(db, 2);
    for (const service of ['s', 't', 'u']) await write(db, service, deployed(service, `of ${service}`, 1));
    const [s, t] = [await records.of('s', NOW), await records.of('t', NOW)];
    expect((await records.of('s', NOW)).all).toBe(s.all);
    await records.of('u', NOW);
    expect((await records.of('s', NOW)).all).toBe(s.all);
    expect((await records.of('t', NOW)).all).not.toBe(t.all);
  });

  test('that alone is larger than all the room is answered and not kept', async () => {
    const records = new Records(db, 0);
    await write(db, 'one', deployed('s', 'd1', 1));
    const first = await records.of('s', NOW);
    expect(ids(first)).toEqual(['d1']);
    expect((await records.of('s', NOW)).all).not.toBe(first.all);
  });

  test('is right after more changes than can be looked at one by one', async () => {
    const records = new Records(db);
    await write(db, 'one', deployed('s', 'd1', 1));
    await records.of('s', NOW);
    await db.query(
      `insert into delivery (id, services, keys, facts)
       select 'x' || n, array['t'], array['y' || n], '[]' from generate_series(1, 6000) n`,
    );
    await write(db, 'two', deployed('s', 'd2', 2));
    expect(ids(await records.of('s', NOW))).toEqual(['d1', 'd2']);
  });

  test('never differs from one that is assembled anew, whatever is written and asked', async () => {
    const step = fc.record({
      stream: fc.constantFrom('a', 'b', 'c', 'd'),
      facts: anyLog,
      asked: fc.constantFrom('s', 't'),
      asOf: fc.constantFrom(NOW, at(12)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        await db.query('truncate delivery');
        const records = new Records(db, 60);
        for (const { stream, facts, asked, asOf } of steps) {
          await write(db, stream, facts);
          for (const service of [asked, 's']) {
            const question = { service, from: '2027-01-01', to: '2027-02-01' };
            const anew = assemble((await factsAbout(db, service)).facts, { asOf });
            expect(summarise(await records.of(service, asOf), question)).toEqual(summarise(anew, question));
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test('asks for an instant', async () => {
    await expect(new Records(db).of('s', 'yesterday')).rejects.toMatchObject({ code: 'INVALID_TIME' });
  });
});
