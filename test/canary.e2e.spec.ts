import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documented } from './support/documented.js';
import { type Slipway, type Someone, startSlipway } from './support/slipway.js';

let slipway: Slipway;
let paula: Someone;

beforeAll(async () => {
  slipway = await startSlipway();
  paula = await documented(slipway.url, await slipway.as('paula', 'auditor'));
});
afterAll(() => slipway.close());

const evaluate = (body: unknown) => paula('POST', '/v1/canary/evaluate', body);
const latency = Array.from({ length: 40 }, (_, i) => 200 + (i % 10));
const ramp = Array.from({ length: 30 }, (_, i) => 100 + 10 * i);
const plus = (values: readonly number[], shift: number) => values.map((value) => value + shift);

const look = (control: readonly unknown[], canary: readonly unknown[], more: object = {}) => ({
  mode: 'slipway',
  configuration: {
    baseline: 'concurrent',
    metrics: [{ name: 'latency', bad: 'increase' }],
    policy: { warmUpMinutes: 0 },
  },
  samples: [{ metric: 'latency', control, canary }],
  requests: { control: 9_000, canary: 9_000 },
  ...more,
});

describe('POST /v1/canary/evaluate', () => {
  test('EXE-05 S1: passes a tolerated difference although p is 1.3e-14', async () => {
    const { status, body } = await evaluate(look(latency, plus(latency, 12)));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      verdict: 'PASS',
      score: 100,
      action: 'ADVANCE',
      metrics: [{ name: 'latency', result: 'PASS', statistics: { U: 1_600, A: 1 } }],
    });
    expect(body.metrics[0].statistics.p).toBeCloseTo(1.3e-14, 15);
    expect(body.metrics[0].statistics.shift).toBeCloseTo(0.0587, 4);
  });

  test.each([
    [30, 'FAIL', 0.1467],
    [60, 'CRITICAL_FAIL', 0.2934],
  ])('EXE-05 S2: +%s is %s and rolls back', async (shift, result, share) => {
    const { body } = await evaluate(look(latency, plus(latency, shift)));
    expect(body).toMatchObject({ verdict: 'FAIL', action: 'ROLL_BACK', metrics: [{ result, side: 'HIGH' }] });
    expect(body.metrics[0].statistics.shift).toBeCloseTo(share, 4);
  });

  test('EXE-05 S3: is undecided, extends twice, then holds for a human in production, and says what would decide', async () => {
    const canary = plus(ramp, 30);
    for (const [extensionsUsed, action] of [
      [0, 'EXTEND'],
      [1, 'EXTEND'],
      [2, 'HOLD'],
    ]) {
      const { body } = await evaluate(look(ramp, canary, { extensionsUsed, environmentClass: 'PROD' }));
      expect(body).toMatchObject({ verdict: 'INCONCLUSIVE', action, metrics: [{ result: 'INCONCLUSIVE' }] });
      expect(body.metrics[0].needed).toEqual({ samplesPerSide: 50, expected: 'PASS' });
    }
  });

  test('does not pass a canary that says nothing', async () => {
    const { body } = await evaluate(
      look(
        latency,
        latency.map(() => null),
      ),
    );
    expect(body).toMatchObject({ verdict: 'INCONCLUSIVE', score: null, metrics: [{ result: 'NODATA' }] });
  });

  test.each([
    ['an unknown mode', { ...look([], []), mode: 'other' }, '/mode'],
    ['a word among the samples', look(['NaN'], [1]), '/samples/0/control/0'],
    ['an unknown field', look([], [], { colour: 'red' }), '/colour'],
    [
      'no baseline',
      { ...look([], []), configuration: { metrics: [{ name: 'a', bad: 'either' }] } },
      '/configuration/baseline',
    ],
    [
      'half a character in a name',
      look([], [], { samples: [{ metric: '\u0000', control: [], canary: [] }] }),
      '/samples/0/metric',
    ],
  ])('%s is 400 and names the place', async (_, body, pointer) => {
    const answer = await evaluate(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test('groups that do not sum to 100, and tolerances without a meaning, are 422 and name the rule', async () => {
    const groups = [{ name: 'all', weight: 90 }];
    const input = look(latency, latency);
    const answer = await evaluate({ ...input, configuration: { ...input.configuration, groups } });
    expect(answer).toMatchObject({
      status: 422,
      body: { violations: [{ code: 'CONFIGURATION_INVALID', ref: '4.3.1' }] },
    });
    const zeros = latency.map(() => 0);
    expect(await evaluate(look(zeros, zeros))).toMatchObject({
      status: 422,
      body: { violations: [{ message: expect.stringContaining('metrics.latency.absolute must be true') }] },
    });
  });

  test('a million samples are refused, whichever limit they meet first', async () => {
    expect(
      (
        await evaluate(
          look(
            Array.from({ length: 10_081 }, () => 1),
            [1],
          ),
        )
      ).status,
    ).toBe(400);
    expect(
      (
        await evaluate(
          look(
            Array.from({ length: 1_000_000 }, () => 1),
            [1],
          ),
        )
      ).status,
    ).toBe(413);
  });

  const stored = (values: object) => ({
    mode: 'kayenta',
    canaryConfig: {
      name: 'web',
      metrics: [
        {
          name: 'errors',
          query: { type: 'prometheus', metricName: 'errors' },
          groups: ['Errors'],
          analysisConfigurations: { canary: { direction: 'increase', critical: true } },
          scopeName: 'default',
        },
      ],
      classifier: { groupWeights: { Errors: 100 } },
    },
    scoreThresholds: { pass: 95, marginal: 75 },
    metricSetPairList: [{ name: 'errors', values, tags: {} }],
  });

  test('judges a stored Kayenta configuration as Kayenta does, and warns of its hole', async () => {
    const { status, body } = await evaluate(
      stored({ control: [0, 0, 0, 0, 0, 'NaN', 0], experiment: [0, 1, 2, 1, 0, null, 0] }),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      judge: 'NetflixACAJudge-v1.0',
      score: 100,
      classification: 'Pass',
      passesStandalone: true,
    });
    expect(body.results[0].warnings.map(({ code }: { code: string }) => code)).toContain('SPARSE_PASSES');
  });

  test('names the place in a Kayenta configuration that is wrong', async () => {
    const answer = await evaluate(stored({ control: ['many'], experiment: [] }));
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].pointer).toBe('/metricSetPairList/0/values/control/0');
  });
});
