import { describe, expect, test } from 'vitest';
import { freeze, reservation } from '../conflict/example.js';
import { ask, at, candidate, flat, full, hours, open, starts } from './testQuestions.js';
import { bin, model } from './example.js';

const inOrder = [full(2, '03:00'), full(3, '10:00'), full(5, '16:00')];

describe('SCH-08', () => {
  /** One of the three slots, from the start that gives it the delay of the table. */
  const only = (start: string, earliest: string) =>
    ask({
      candidate: candidate({ earliest }),
      snapshot: open({ start, end: new Date(Date.parse(start) + 1_800_000).toISOString() }),
    }).slots[0]!;

  test('S1: Tuesday 03:00 ranks before Friday 16:00, with 0.098 and 0.465, J 0.1129 and 0.6856', () => {
    const tuesday = only(at(2, '03:00'), at(1, '03:00'));
    const wednesday = only(at(3, '10:00'), at(3, '02:48'));
    const friday = only(at(5, '16:00'), at(5, '16:00'));
    const three = [tuesday, wednesday, friday];
    expect(three.map(({ probability }) => probability!.toFixed(3))).toEqual(['0.098', '0.212', '0.465']);
    expect(three.map(({ delayDays }) => delayDays)).toEqual([1, 0.3, 0]);
    expect([tuesday, friday].map(({ cost }) => cost!.toFixed(4))).toEqual(['0.1129', '0.6856']);
    // the table has 0.2728; 0.211565 * 1.275 + 0.003 is 0.272745
    expect(Math.abs(wednesday.cost! - 0.2728)).toBeLessThan(0.0001);
    expect(starts()).toEqual(inOrder);
  });

  test('S3: of two slots with equal cost the earlier is first, and twice the same', () => {
    const equal = {
      model: flat(),
      policy: { dayCost: 0 },
      snapshot: open(hours(5, '16:00', '16:30'), hours(3, '10:00', '10:30')),
    };
    expect(starts(equal)).toEqual([full(3, '10:00'), full(5, '16:00')]);
    expect(JSON.stringify(ask(equal))).toBe(JSON.stringify(ask(equal)));
  });

  test('.1: the whole of an answer', () => {
    const { slots, ...rest } = ask({ snapshot: open(hours(2, '03:00', '03:30')) });
    expect(rest).toEqual({
      served: 'MODEL',
      says: [
        'Probabilities come from 120 deployments of the service.',
        'The probabilities are not calibrated, for want of outcomes to compare with.',
      ],
      model: {
        version: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        trainedAt: '2027-03-01T00:00:00Z',
        zone: 'UTC',
        pool: 'service',
        outcomes: 120,
        verdict: 'PROMOTED',
      },
      calibration: { method: 'none', quality: null },
      considered: 2,
      excluded: { WINDOW: 1 },
      notEvaluated: expect.arrayContaining(['FREEZE', 'SAME_SERVICE']),
    });
    expect(slots).toEqual([
      {
        environment: 'prod',
        start: full(2, '03:00'),
        end: full(2, '03:30'),
        cost: expect.closeTo(0.1029 + 0.01 * (3 / 24), 4),
        probability: expect.closeTo(0.098, 3),
        interval: [expect.closeTo(0.031, 3), expect.closeTo(0.19, 3)],
        contributions: {
          risk: expect.closeTo(-1.4618, 4),
          timing: expect.closeTo(-0.3276, 4),
          load: expect.closeTo(-0.33, 12),
          incidents: expect.closeTo(-0.1, 12),
        },
        multiplier: expect.closeTo(0.746, 3),
        loadPercentile: 0.1,
        incidentsPerHour: 0,
        delayDays: 3 / 24,
        notes: [],
        warnings: [],
      },
    ]);
  });

  test('.2: no slot is blocked, and each code says how many starts it excluded', () => {
    const snapshot = {
      ...open(hours(2, '00:00', '06:00'), hours(3, '00:00', '02:00')),
      freezes: [freeze({ start: at(3, '00:00'), end: at(3, '01:00') })],
      reservations: [reservation({ ...hours(2, '02:00', '03:00'), operator: 'ana' })],
    };
    const answer = ask({
      snapshot,
      candidate: candidate({ operator: 'ana' }),
      model: flat(),
      policy: { results: 20 },
    });
    expect(answer.considered).toBe(24 + 8);
    expect(answer.excluded).toEqual({
      SAME_SERVICE: 9,
      CAPACITY: 9,
      FREEZE: 4,
      WINDOW: 2,
    });
    expect(answer.slots.map(({ start }) => start)).toEqual([
      full(2, '00:00'),
      full(2, '00:15'),
      full(2, '03:30'),
      full(2, '03:45'),
      full(3, '01:00'),
      full(3, '01:15'),
    ]);
  });

  test('.3: below 30 deployments there is no probability, and slots rank by load', () => {
    const answer = ask({ model: model({ pool: 'organisation', outcomes: 29 }) });
    expect(answer.served).toBe('LOAD_ONLY');
    expect(answer.says).toEqual([
      '29 deployments of the organisation are too few for a probability (30 are needed): slots are ranked by load.',
    ]);
    expect(answer.slots.map(({ start, loadPercentile }) => [start, loadPercentile])).toEqual([
      [full(2, '03:00'), 0.1],
      [full(3, '10:00'), 0.55],
      [full(5, '16:00'), 0.95],
    ]);
    const nothing = { probability: null, cost: null, interval: null, contributions: null, multiplier: null };
    for (const slot of answer.slots) expect(slot).toMatchObject(nothing);
    expect(ask({ model: model({ outcomes: 30 }) }).served).toBe('MODEL');
  });

  test('.3: load decides, not delay, and a missed deadline counts 0.20', () => {
    const bins = flat({ loadPercentile: 0.5 }).bins.with(3, bin({ loadPercentile: 0.4 }));
    const snapshot = open(hours(5, '16:00', '16:30'), hours(8, '03:00', '03:30'));
    const few = { model: model({ outcomes: 0, bins }), snapshot };
    expect(starts(few)).toEqual([full(8, '03:00'), full(5, '16:00')]);
    const commitments = [
      { id: 'C', effect: 'DEADLINE' as const, start: at(1, '00:00'), end: at(6, '00:00') },
    ];
    expect(starts({ ...few, snapshot: { ...snapshot, commitments } })).toEqual([
      full(5, '16:00'),
      full(8, '03:00'),
    ]);
  });
});

describe('a model that was not promoted', () => {
  test('leaves the risk score alone, ranked by load and delay, and the answer says so', () => {
    const answer = ask({ model: model({ verdict: 'NOT_BETTER' }) });
    expect(answer.served).toBe('RISK_SCORE');
    expect(answer.says).toEqual([
      'The model has not beaten both baselines in a back-test: the probability is that of the risk score alone, and slots differ by load and delay.',
    ]);
    expect(answer.slots.map(({ start }) => start)).toEqual(inOrder);
    expect(answer.slots[0]).toMatchObject({
      probability: expect.closeTo(0.1882, 4),
      cost: expect.closeTo(0.1882 * 1.05 + 0.00125, 4),
      interval: null,
      multiplier: null,
      loadPercentile: 0.1,
    });
    expect(answer.slots[0]!.contributions).toEqual({ risk: expect.closeTo(-1.4618, 4) });
  });

  test('is not made any better by its calibration', () => {
    const points: [number, number][] = [[0.1, 0.9]];
    const [slot] = ask({
      model: model({ verdict: 'NOT_BETTER', calibration: { method: 'isotonic', points } }),
    }).slots;
    expect(slot!.probability).toBeCloseTo(0.188, 3);
  });
});

describe('what is not known', () => {
  const unknown = { load: null, loadPercentile: null };

  test('of load ranks after all that is known, however low the cost', () => {
    const bins = model().bins.with(27, bin({ deployments: 500, ...unknown }));
    const answer = ask({ model: model({ bins }) });
    expect(answer.slots.map(({ start }) => start)).toEqual([inOrder[1], inOrder[2], inOrder[0]]);
    const last = answer.slots[2]!;
    expect(last).toMatchObject({ loadPercentile: null, notes: ['LOAD_UNKNOWN'] });
    expect(last.cost).toBeLessThan(answer.slots[0]!.cost!);
    expect(last.cost).toBeCloseTo(last.probability! * 1.5 + 0.00125, 10);
    expect(answer.says.at(-1)).toBe(
      'The load of 1 hours of the week is not known: slots that touch them rank last.',
    );
  });

  test('in all hours makes no difference, and is said', () => {
    const none = { ...unknown, incidents: null, incidentsPerHour: null };
    const answer = ask({ model: flat(none) });
    expect(answer.says.slice(2)).toEqual([
      'Nothing is known of the load: slots do not differ by it, and each counts as the highest.',
      'Nothing is known of incidents: slots do not differ by them.',
    ]);
    expect(answer.slots[0]).toMatchObject({
      start: inOrder[0],
      notes: ['LOAD_UNKNOWN', 'INCIDENTS_UNKNOWN'],
      contributions: { load: null, incidents: null },
    });
    expect(starts({ model: flat(none, { outcomes: 3 }) })).toEqual(inOrder);
  });

  test('of incidents is taken for the worst hour, and said', () => {
    const bins = model().bins.with(27, bin({ incidents: null, incidentsPerHour: null }));
    const answer = ask({ model: model({ bins }) });
    expect(answer.says.at(-1)).toBe(
      'The incidents of 1 hours of the week are not known: they count as the worst hour that is.',
    );
    expect(answer.slots.find(({ start }) => start === inOrder[0])).toMatchObject({
      contributions: { incidents: expect.closeTo(0.18, 12) },
      notes: ['INCIDENTS_UNKNOWN'],
    });
  });

  test('of windows is refused; no windows are no slots', () => {
    expect(() => ask({ snapshot: {} })).toThrow('WINDOWS_UNKNOWN: snapshot.windows must be given');
    expect(ask({ snapshot: { windows: [] } })).toMatchObject({ considered: 0, excluded: {}, slots: [] });
  });

  test('of conflicts is named', () => {
    const { windows } = open();
    expect(ask({ snapshot: { windows, freezes: [] } }).notEvaluated).not.toContain('FREEZE');
    expect(ask({ snapshot: { windows } }).notEvaluated).toContain('FREEZE');
  });

  test('of calibration is said', () => {
    const quality = { label: 'uncalibrated' as const, n: 60, brier: 0.1, ece: 0.0712, bins: [] };
    expect(ask({ model: model({ quality }) }).says[1]).toBe(
      'The probabilities are uncalibrated: their expected calibration error is 0.071.',
    );
    const good = ask({ model: model({ quality: { ...quality, label: 'calibrated' } }) });
    expect(good.says).toEqual(['Probabilities come from 120 deployments of the service.']);
    expect(good.calibration.quality).toEqual({ ...quality, label: 'calibrated' });
  });
});

test('the version of a model is part of it, and the same model with it gives the same answer', () => {
  const { version } = ask().model;
  expect(ask({ model: model({ version }) })).toEqual(ask());
  expect(ask({ model: model({ rate: 0.13 }) }).model.version).not.toBe(version);
});
