import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, candidate, full, question } from '../apps/scheduler/src/slots/testQuestions.js';
import { bin, model } from '../apps/scheduler/src/slots/example.js';
import { fridays, outcomes } from '../apps/scheduler/src/slots/testHistory.js';
import { documented } from './support/documented.js';
import { type Slipway, type Someone, startSlipway } from './support/slipway.js';

let slipway: Slipway;
let auditor: Someone;
beforeAll(async () => {
  slipway = await startSlipway();
  auditor = await documented(slipway.url, await slipway.as('paula', 'auditor'));
});
afterAll(() => slipway.close());

const recommend = (body: unknown) => auditor('POST', '/v1/slots/recommend', body);
const asked = (changes: object = {}) => ({ ...question(), now: at(1, '00:00'), ...changes });

describe('slots over HTTP', () => {
  test('SCH-08 S1: Tuesday 03:00 comes before Wednesday 10:00 and Friday 16:00', async () => {
    const { status, body } = await recommend(asked());
    expect(status).toBe(200);
    expect(body.slots.map(({ start }: { start: string }) => start)).toEqual([
      full(2, '03:00'),
      full(3, '10:00'),
      full(5, '16:00'),
    ]);
    expect(body.slots.map(({ probability }: { probability: number }) => probability.toFixed(3))).toEqual([
      '0.098',
      '0.212',
      '0.465',
    ]);
    expect(body.slots[0].interval.map((end: number) => end.toFixed(3))).toEqual(['0.031', '0.190']);
  });

  test('the same question has the same answer', async () => {
    const [one, other] = [await recommend(asked()), await recommend(asked())];
    expect(other.body).toEqual(one.body);
  });

  test.each([
    ['a score that is none', asked({ score: 'high' }), '/score'],
    ['neither model nor history', asked({ model: undefined }), '/model'],
    ['a bin too few', asked({ model: model({ bins: model().bins.slice(1) }) }), '/model/bins'],
    [
      'more failures than deployments',
      asked({ model: model({ bins: model().bins.with(5, bin({ failures: 1 })) }) }),
      '/model/bins/5/failures',
    ],
    ['a horizon that is too far', asked({ policy: { horizonDays: 61 } }), '/policy/horizonDays'],
  ])('%s is 400 and names the place', async (_, body, pointer) => {
    const answer = await recommend(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test.each([
    ['an unknown zone', asked({ model: model({ zone: 'Mars/Base' }) }), 'ZONE_UNKNOWN'],
    ['a snapshot without windows', asked({ snapshot: {} }), 'WINDOWS_UNKNOWN'],
    [
      'a reversed range',
      asked({ candidate: candidate({ earliest: at(3, '00:00'), latest: at(2, '00:00') }) }),
      'INTERVAL_INVALID',
    ],
  ])('%s is 422 and says which rule', async (_, body, code) =>
    expect(await recommend(body)).toMatchObject({ status: 422, body: { violations: [{ code }] } }),
  );

  test('more than 1 MiB is 413', async () =>
    expect(await recommend(asked({ padding: 'x'.repeat(1 << 20) }))).toMatchObject({ status: 413 }));

  test('a history is trained on and tested, and slots are asked for with the model', async () => {
    const history = { zone: 'UTC', outcomes: outcomes(1_200, 540, fridays) };
    const body = { services: ['ledger'], history, now: at(1, '00:00') };
    const trained = await auditor('POST', '/v1/slots/backtest', body);
    expect(trained).toMatchObject({ status: 200, body: { comparison: null, model: { pool: 'service' } } });
    expect(trained.body.backtest.origins).toHaveLength(6);
    const byModel = await recommend(asked({ model: trained.body.model }));
    const byHistory = await recommend(asked({ model: undefined, history }));
    expect(byModel).toMatchObject({ status: 200, body: { served: 'MODEL' } });
    expect(byHistory.body).toEqual(byModel.body);
  });

  test.each([
    ['no history', { services: ['ledger'] }, '/history'],
    [
      'a negative load',
      { services: ['a'], history: { zone: 'UTC', outcomes: [], load: [{ at: at(1, '00:00'), value: -1 }] } },
      '/history/load/0/value',
    ],
  ])('a back-test of %s is 400', async (_, body, pointer) => {
    const answer = await auditor('POST', '/v1/slots/backtest', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });
});
