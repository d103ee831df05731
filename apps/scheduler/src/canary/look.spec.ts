import { describe, expect, test } from 'vitest';
import { judge } from './judge.js';
import { enough, type Input, look, looks, type Minutes } from './testLook.js';
import { copies, plus, sequence, X3, X4, X5, X6, Y4 } from './testVectors.js';

const only = (input: Input) => judge(input).metrics[0]!;
const absolute = { absolute: true, tolerance: 0.05, criticalTolerance: 0.2 };
const nulls = copies(40, 0).map(() => null);
const zeros = copies(40, 0);
const silence = { verdict: 'INCONCLUSIVE', score: null, action: 'EXTEND' };

describe('EXE-05.5: silence never passes', () => {
  test.each<[string, Minutes, Minutes, string]>([
    ['empty on both sides', [], [], '30 more samples of the control, 30 more samples of the canary'],
    ['null on both sides', nulls, nulls, '30 more samples of the control, 30 more samples of the canary'],
    ['a silent canary', X3, nulls, '30 more samples of the control, 30 more samples of the canary'],
    ['a silent control', [], X3, '30 more samples of the control, 30 more samples of the canary'],
    [
      '29 minutes of both',
      X3,
      X3.slice(0, 29),
      '1 more samples of the control, 1 more samples of the canary',
    ],
  ])('%s', (_, control, canary, lacks) => {
    const verdict = judge(look(control, canary, { critical: true }));
    expect(verdict).toMatchObject(silence);
    expect(verdict.metrics[0]).toMatchObject({
      result: 'NODATA',
      statistics: null,
      needed: null,
      reason: `Too little to judge: ${lacks}.`,
    });
  });

  test('not for a counter either, whose minutes without a number are zeros', () => {
    const counter = { ...absolute, counter: true, nan: 'zero' as const };
    expect(judge(look(nulls, nulls, counter))).toMatchObject(silence);
    expect(judge(look(zeros, [0, ...nulls.slice(1)], counter))).toMatchObject(silence);
    const ends = [0, ...nulls.slice(2), 0];
    expect(judge(look(zeros, ends, counter))).toMatchObject({ verdict: 'PASS' });
  });

  test('not for a metric of which nothing was sent', () => {
    const verdict = judge({ ...look(X3, X3), samples: [] });
    expect(verdict).toMatchObject(silence);
    expect(verdict.metrics[0]).toMatchObject({
      control: { samples: 0, median: null },
      canary: { samples: 0, median: null },
      missing: { samples: { control: 30, canary: 30 }, requests: { control: 0, canary: 0 } },
    });
  });

  test.each([
    [
      { control: 0, canary: 0 },
      { control: 500, canary: 500 },
      '500 more requests of the control, 500 more requests of the canary',
    ],
    [{ control: 20_000, canary: 499 }, { control: 0, canary: 1 }, '1 more requests of the canary'],
    [{ control: 499, canary: 500 }, { control: 1, canary: 0 }, '1 more requests of the control'],
    [{ control: null, canary: 500 }, { control: 500, canary: 0 }, '500 more requests of the control'],
    [{}, { control: 500, canary: 500 }, '500 more requests of the control, 500 more requests of the canary'],
    [
      undefined,
      { control: 500, canary: 500 },
      '500 more requests of the control, 500 more requests of the canary',
    ],
  ])('zeros on both sides with requests of %j are no data', (requests, missing, lacks) => {
    const input = { ...look(zeros, zeros, absolute), requests };
    expect(judge(input)).toMatchObject(silence);
    expect(only(input)).toMatchObject({
      result: 'NODATA',
      control: { samples: 40, median: 0 },
      missing: { samples: { control: 0, canary: 0 }, requests: missing },
      reason: `Too little to judge: ${lacks}.`,
    });
  });

  test('but zeros with enough requests are good', () => {
    expect(judge({ ...look(zeros, zeros, absolute), requests: { control: 500, canary: 500 } }).verdict).toBe(
      'PASS',
    );
    const asked = look(zeros, zeros, { ...absolute, minRequests: 0 });
    expect(judge({ ...asked, requests: {} }).verdict).toBe('PASS');
  });

  test('minutes of the warm-up do not count', () => {
    const input = look(X3, X3);
    const warm = { ...input, configuration: { ...input.configuration, policy: {} } };
    expect(only(warm).control.samples).toBe(38);
    const eleven = { ...input.configuration, policy: { warmUpMinutes: 11 } };
    expect(only({ ...input, configuration: eleven })).toMatchObject({
      result: 'NODATA',
      control: { samples: 29 },
    });
  });
});

describe('sparse counts', () => {
  test('[0,1,2,1,0,0] against six zeros is not a pass', () =>
    expect(judge(look(copies(6, 0), [0, 1, 2, 1, 0, 0], { ...absolute, minSamples: 10 }))).toMatchObject(
      silence,
    ));

  test('the same for half an hour is a critical failure', () => {
    const canary = sequence(30, (i) => [0, 1, 2, 1, 0, 0][i % 6]!);
    const found = only(look(copies(30, 0), canary, { ...absolute, criticalTolerance: 0.6 }));
    expect(found).toMatchObject({
      result: 'CRITICAL_FAIL',
      side: 'HIGH',
      statistics: { A: 0.75, zeroInflated: true },
    });
    expect(found.statistics!.shift).toBeCloseTo(2 / 3, 12);
  });

  test('need absolute tolerances from half of all differences at 0 on', () => {
    const halfEqual = (equal: number) => look(copies(30, 7), [...copies(equal, 7), ...copies(30 - equal, 8)]);
    expect(() => judge(halfEqual(15))).toThrow('metrics.latency.absolute must be true');
    expect(only(halfEqual(14)).statistics!.zeroInflated).toBe(false);
    const inUnits = (equal: number) =>
      look(copies(30, 7), [...copies(equal, 7), ...copies(30 - equal, 8)], {
        absolute: true,
        tolerance: 1,
        criticalTolerance: 2,
      });
    expect(only(inUnits(15)).statistics).toMatchObject({ zeroInflated: true, shift: 0.5 });
    expect(only(inUnits(14)).statistics).toMatchObject({ zeroInflated: false, shift: 1 });
  });

  test('need absolute tolerances where the control median is 0, other differences or not', () => {
    const around = sequence(31, (i) => i - 15);
    expect(() => judge(look(around, plus(around, 3)))).toThrow('metrics.latency.absolute must be true');
    const found = only(
      look(around, plus(around, 3), { absolute: true, tolerance: 2, criticalTolerance: 50 }),
    );
    expect(found.statistics).toMatchObject({ zeroInflated: true, shift: 3 });
  });

  test('fail from a smaller effect on: 0.56', () => {
    const some = (events: number) => [...copies(50 - events, 0), ...copies(events, 1)];
    const at = (events: number, metric: object = {}) =>
      only(look(copies(50, 0), some(events), { ...absolute, ...metric }));
    expect(at(12)).toMatchObject({ result: 'CRITICAL_FAIL', statistics: { A: 0.62 } });
    expect(at(12, { minEffectZeroInflated: 0.63 }).result).toBe('INCONCLUSIVE');
    expect(at(12, { minEffect: 1 }).result).toBe('CRITICAL_FAIL');
  });
});

describe('a metric', () => {
  test('is told with its samples, its statistics, and why', () => {
    expect(only(look(X5, plus(X5, 30)))).toEqual({
      name: 'latency',
      result: 'INCONCLUSIVE',
      side: null,
      critical: false,
      reportOnly: false,
      weight: 100,
      control: { samples: 30, median: 245 },
      canary: { samples: 30, median: 275 },
      statistics: {
        U: 535.5,
        A: 0.595,
        p: expect.closeTo(0.2087, 4),
        pAdjusted: expect.closeTo(0.2087, 4),
        shift: expect.closeTo(0.12245, 5),
        interval: [expect.closeTo(-0.04082, 5), expect.closeTo(0.28571, 5)],
        zeroInflated: false,
      },
      needed: { samplesPerSide: 50, expected: 'PASS' },
      missing: null,
      reason:
        'It may be higher by up to 28.57 %, so that 25.00 % cannot be excluded; p 0.209 is not below 0.00833.',
    });
  });

  test.each<[string, Input, string]>([
    [
      'fails',
      look(X3, plus(X3, 30)),
      'The canary is higher by 14.67 %, which reaches 10.00 %; p 1.34e-14 is below 0.00833, and it is the worse one in 100 % of pairs.',
    ],
    [
      'fails critically',
      look(X3, plus(X3, 60)),
      'The canary is higher by 29.34 %, which reaches 25.00 %; p 1.34e-14 is below 0.00833, and it is the worse one in 100 % of pairs.',
    ],
    [
      'fails low',
      look(X6, plus(X6, -200), { bad: 'decrease' }),
      'The canary is lower by 19.94 %, which reaches 10.00 %; p 5.75e-13 is below 0.00833, and it is the worse one in 100 % of pairs.',
    ],
    [
      'fails in its own unit',
      look(X4, Y4, absolute),
      'The canary is higher by 0.25, which reaches 0.2; p 0.00354 is below 0.00833, and it is the worse one in 63 % of pairs.',
    ],
    [
      'passes',
      look(X3, plus(X3, 12)),
      'At most 6.36 % higher, within 25.00 %, and no failure: shift 5.87 %, p 1.34e-14 is below 0.00833.',
    ],
    [
      'is undecided in its own unit',
      look(X5, plus(X5, 30), { absolute: true, tolerance: 40, criticalTolerance: 60 }),
      'It may be higher by up to 70, so that 60 cannot be excluded; p 0.209 is not below 0.00833.',
    ],
  ])('that %s says so in a sentence', (_, input, reason) => expect(only(input).reason).toBe(reason));

  test('is judged in either direction where both are bad', () => {
    expect(only(look(X6, plus(X6, -200), { bad: 'either' }))).toMatchObject({ result: 'FAIL', side: 'LOW' });
    expect(only(look(X3, plus(X3, 60), { bad: 'either' }))).toMatchObject({
      result: 'CRITICAL_FAIL',
      side: 'HIGH',
    });
    expect(only(look(X6, plus(X6, -200))).result).toBe('PASS');
  });

  test('keeps outliers unless they are to be trimmed', () => {
    const spiky = [...X3.slice(1), 9_000];
    expect(only(look(spiky, spiky, { outliers: '3xIQR' })).control).toEqual({ samples: 39, median: 205 });
    expect(only(look(spiky, spiky)).control).toEqual({ samples: 40, median: 205 });
  });

  test('has its own tolerances and minimum of samples', () => {
    expect(only(look(X3, plus(X3, 30), { tolerance: 0.15 })).result).toBe('PASS');
    expect(only(look(X3, plus(X3, 30), { criticalTolerance: 0.14 })).result).toBe('CRITICAL_FAIL');
    expect(only(look(X3.slice(0, 10), plus(X3.slice(0, 10), 30), { minSamples: 10 })).result).toBe('FAIL');
    expect(only(look(X3, X3, { minSamples: 41 })).missing!.samples).toEqual({ control: 1, canary: 1 });
  });

  test('says how many of the larger sample would decide', () => {
    const trimmed = look([...X5, 90_000], [...plus(X5, 30), 130], { outliers: '3xIQR' });
    const { control, canary, needed } = only(trimmed);
    expect([control.samples, canary.samples]).toEqual([30, 31]);
    expect(needed!.samplesPerSide).toBeGreaterThan(31);
  });
});

describe('several metrics', () => {
  // p = 0.0037 alone, which is below 0.05 / 6 = 0.0083; three such tests make it 0.011.
  const slightly = [X4, Y4] as const;

  test('raise the bar for each other, as Holm has it', () => {
    const alone = judge(looks([[absolute, ...slightly]]));
    const three = judge(
      looks([
        [absolute, ...slightly],
        [absolute, ...slightly],
        [absolute, ...slightly],
      ]),
    );
    expect(alone.metrics.map(({ result }) => result)).toEqual(['CRITICAL_FAIL']);
    expect(three.metrics.map(({ result }) => result)).toEqual([
      'INCONCLUSIVE',
      'INCONCLUSIVE',
      'INCONCLUSIVE',
    ]);
    expect(three.metrics[0]!.statistics!.pAdjusted).toBeCloseTo(3 * 0.0035377, 6);
    const [found] = three.metrics;
    expect(found!.needed).toEqual({ samplesPerSide: expect.any(Number), expected: 'CRITICAL_FAIL' });
    expect(found!.needed!.samplesPerSide).toBeGreaterThan(40);
  });

  test('that are only reported, or silent, do not', () => {
    const reported = judge(
      looks([
        [absolute, ...slightly],
        [{ ...absolute, reportOnly: true }, ...slightly],
        [absolute, [], []],
      ]),
    );
    expect(reported.metrics.map(({ result, weight }) => [result, weight])).toEqual([
      ['CRITICAL_FAIL', 50],
      ['CRITICAL_FAIL', 0],
      ['NODATA', 50],
    ]);
    expect(reported.metrics.map(({ statistics }) => statistics?.pAdjusted.toFixed(4))).toEqual([
      '0.0035',
      '0.0035',
      undefined,
    ]);
  });

  test('that are only reported decide nothing', () =>
    expect(
      judge(
        looks([
          [{}, X3, X3],
          [{ reportOnly: true }, X3, plus(X3, 60)],
        ]),
      ),
    ).toMatchObject({
      verdict: 'PASS',
      score: 100,
      metrics: [{ result: 'PASS' }, { result: 'CRITICAL_FAIL', reportOnly: true }],
    }));

  test('count by the weight of their groups', () => {
    const groups = [
      { name: 'a', weight: 80 },
      { name: 'b', weight: 20 },
    ];
    const judged = (first: Minutes, second: Minutes) =>
      judge(
        looks(
          [
            [{ group: 'a' }, X3, first],
            [{ group: 'b' }, X3, second],
          ],
          { groups, policy: { warmUpMinutes: 0 } },
        ),
      );
    expect(judged(X3, plus(X3, 30))).toMatchObject({ verdict: 'MARGINAL', score: 80, action: 'EXTEND' });
    expect(judged(plus(X3, 30), X3)).toMatchObject({ verdict: 'FAIL', score: 20, action: 'ROLL_BACK' });
    expect(judged(X3, [])).toMatchObject({ verdict: 'PASS', score: 100 });
    expect(judged([], X3)).toMatchObject({ verdict: 'INCONCLUSIVE', score: 100 });
  });
});

describe('a look', () => {
  test('shares the level with the looks that are planned: the steps and two extensions', () => {
    const alpha = (configuration: object, more: object = {}) => {
      const input = look(X3, X3);
      return judge({ ...input, configuration: { ...input.configuration, ...configuration }, ...more }).alpha;
    };
    expect(alpha({})).toBe(0.05 / 6);
    expect(alpha({ steps: 1 })).toBe(0.05 / 3);
    expect(alpha({ steps: 8, policy: { alpha: 0.1, extensions: 0 } })).toBe(0.1 / 8);
    expect(alpha({}, { early: true })).toBe(0.001);
    expect(alpha({ policy: { earlyAlpha: 0.0001 } }, { early: true })).toBe(0.0001);
  });

  test('EXE-05.2: against long-running production is labelled a weak control', () => {
    const input = look(X3, X3);
    expect(judge(input)).toMatchObject({ judge: 'slipway-canary-1', labels: [] });
    const weak = { ...input, configuration: { ...input.configuration, baseline: 'production' as const } };
    expect(judge(weak)).toMatchObject({ verdict: 'PASS', labels: ['weak-control'] });
  });

  test('3.12: before the soak is over is ended by a critical failure only', () => {
    const early = (canary: Minutes, metric: object = {}) =>
      judge({ ...look(X3, canary, metric), early: true });
    expect(early(plus(X3, 60))).toMatchObject({
      verdict: 'FAIL',
      score: 0,
      action: 'ROLL_BACK',
      timedOut: false,
    });
    expect(early(plus(X3, 30), { critical: true })).toMatchObject({
      verdict: 'INCONCLUSIVE',
      score: null,
      action: 'WAIT',
    });
    expect(early(X3)).toMatchObject({ verdict: 'INCONCLUSIVE', score: null, action: 'WAIT' });
    const reported = looks([
      [{}, X3, X3],
      [{ reportOnly: true }, X3, plus(X3, 60)],
    ]);
    expect(judge({ ...reported, early: true }).action).toBe('WAIT');
  });

  test('3.12: asks for more significance before the soak is over', () => {
    const late = { ...look(X4, Y4, absolute), early: false };
    expect([judge(late), judge({ ...late, early: true })].map(({ action }) => action)).toEqual([
      'ROLL_BACK',
      'WAIT',
    ]);
  });
});

describe('EXE-05.6: the digests', () => {
  const input = looks(
    [
      [{ query: 'a' }, X3, plus(X3, 12)],
      [{ group: 'b' }, X5, X5],
    ],
    {
      groups: [
        { name: 'all', weight: 40 },
        { name: 'b', weight: 60 },
      ],
      policy: { warmUpMinutes: 0 },
    },
  );
  const digestsOf = () => judge(input).digests;

  test('are SHA-256 in hex, and the same for the same look', () => {
    const digests = digestsOf();
    expect(judge(structuredClone(input)).digests).toEqual(digests);
    for (const digest of Object.values(digests)) expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(Object.values(digests)).size).toBe(3);
  });

  test('do not depend on the order in which things are named, or on whether defaults are written out', () => {
    const { metrics, groups, policy } = input.configuration;
    const turned = {
      ...input,
      configuration: {
        ...input.configuration,
        metrics: metrics.toReversed(),
        groups: groups!.toReversed(),
        steps: 4,
        policy: { ...policy, alpha: 0.05 },
      },
      samples: input.samples.toReversed(),
      step: 1,
    };
    expect(judge(turned).digests).toEqual(digestsOf());
  });

  test('change with what they cover', () => {
    const digests = digestsOf();
    const more = judge({ ...input, requests: { ...enough, canary: 20_001 } }).digests;
    expect([
      more.configuration === digests.configuration,
      more.samples === digests.samples,
      more.look === digests.look,
    ]).toEqual([true, false, false]);
    const steps = judge({ ...input, configuration: { ...input.configuration, steps: 5 } }).digests;
    expect([
      steps.configuration === digests.configuration,
      steps.samples === digests.samples,
      steps.look === digests.look,
    ]).toEqual([false, true, false]);
    const early = judge({ ...input, early: true }).digests;
    expect([
      early.configuration === digests.configuration,
      early.samples === digests.samples,
      early.look === digests.look,
    ]).toEqual([true, true, false]);
    const value = structuredClone(input);
    value.samples[1]!.canary[29] = 391;
    expect(judge(value).digests.samples).not.toBe(digests.samples);
  });

  test('are fixed: a verdict of old can be told from them', () =>
    expect(judge(look(X3, plus(X3, 12))).digests).toEqual({
      configuration: 'e2bc4eacbbebf3435732b09e7d2f26990cdfbaa496c593ccdd53f974f94d488d',
      look: 'e3483dcb3fd9432546ec6e6b666a3218ef6994d73832b0e7b1160d5520b11289',
      samples: 'c1739bfef685b388856133a3d8a9c89410179478174d4414162f5afe431758bd',
    }));
});
