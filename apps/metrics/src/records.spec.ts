import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ServiceDatabase } from '#service/database';
import { anyLog } from '../../../test/metrics/anyLog.js';
import { at, built, caused, change, incident, live, said } from '../../../test/metrics/given.js';
import { FIVE } from './dora/headlines.js';
import type { Metric } from './dora/metric.js';
import type { DeploymentFact, Fact } from './fact.js';
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

/** A deployment is told in one stream, everything else by an event of its own. */
const streamOf = (fact: Fact) =>
  /^(deployment|failureDetected)/.test(fact.kind) ? `of ${(fact as DeploymentFact).deploymentId}` : fact.id;
/** Whether anybody ever told of trouble is asked of what is about the service alone. */
const figures = (metric: Metric) => ({ ...metric, partial: undefined });
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

  test('holds changes that are told under the name of their repository, whenever they are told', async () => {
    const records = new Records(db);
    const measured = async () => {
      const { credits, deployments } = await records.of('s', NOW);
      return deployments
        .flatMap((d) => credits.get(d) ?? [])
        .map(({ commit, leadTime }) => [commit, leadTime]);
    };
    const DAY = 86_400_000;
    await write(db, 'change a', [change('a', at(1), 'repository')]);
    await write(db, 'build', [built('v1', ['a', 'b'], at(2))]);
    await write(db, 'deployment', [live('d1', at(3), 'v1')]);
    expect(await measured()).toEqual([
      ['a', 2 * DAY],
      ['b', undefined],
    ]);
    await write(db, 'change b', [change('b', at(2), 'repository')]);
    expect(await measured()).toEqual([
      ['a', 2 * DAY],
      ['b', DAY],
    ]);
    await write(db, 'more', [built('v1', ['c'], at(2, 1))]);
    expect(await measured()).toContainEqual(['c', undefined]);
  });

  test('holds the incidents of others that its deployments caused', async () => {
    const records = new Records(db);
    const failed = async () => (await records.of('s', NOW)).failures.map(({ incidents }) => incidents.length);
    await write(db, 'deployment', [live('d1', at(3), 'v1')]);
    await write(db, 'cause', [caused('I', 'd1', at(4))]);
    expect(await failed()).toEqual([]);
    const [opened] = incident('I', at(3, 1));
    await write(db, 'incident', [{ ...opened!, service: 't' } as Fact]);
    expect(await failed()).toEqual([1]);
  });

  test('gives the figures that all facts together give, where a deployment is told in one stream', () =>
    fc.assert(
      fc.asyncProperty(fc.array(anyLog, { minLength: 1, maxLength: 4 }), async (logs) => {
        await db.query('truncate delivery');
        const all = logs.flat().map((fact, i): Fact => ({ ...fact, id: `f${i}` }));
        for (const fact of all) await write(db, streamOf(fact), [fact]);
        for (const service of ['s', 't']) {
          const question = { service, from: '2027-01-01', to: '2027-02-01' };
          const [some, every] = [(await factsAbout(db, service)).facts, all].map((facts) =>
            summarise(assemble(facts, { asOf: NOW }), question),
          );
          for (const name of FIVE) expect(figures(some![name])).toEqual(figures(every![name]));
        }
      }),
      { numRuns: 60 },
    ));

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
