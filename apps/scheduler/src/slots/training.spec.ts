import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, iso } from '../instant.js';
import { ask, full } from './testQuestions.js';
import { model } from './example.js';
import type { History } from './history.js';
import { chance, daysAgo, fridays, loads, outcomes, TODAY } from './testHistory.js';
import { type TrainingQuestion, trainAndTest } from './training.js';

const NOW = new Date(TODAY);
const LONG = { zone: 'UTC', outcomes: outcomes(1_200, 540, fridays) };
const history = (changes: Partial<History> = {}): History => ({ ...LONG, ...changes });
const question = (changes: Partial<TrainingQuestion> = {}): TrainingQuestion => ({
  services: ['ledger'],
  team: 'core',
  tier: 1,
  history: LONG,
  ...changes,
});
const learn = (changes: Partial<TrainingQuestion> = {}) => trainAndTest(question(changes), NOW);
const of = (changes: Partial<History>) => learn({ history: history(changes) });

/** So many outcomes of a service, one every six hours before today. */
const some = (n: number, service: string, changes: Partial<History['outcomes'][number]> = {}) =>
  Array.from({ length: n }, (_, i) => ({
    id: `${service}${i}`,
    service,
    start: iso(TODAY - (i + 1) * 6 * HOUR),
    end: iso(TODAY - (i + 1) * 6 * HOUR + HOUR),
    score: 40,
    failed: i % 8 === 0,
    ...changes,
  }));

describe('the pool', () => {
  const ledger = some(12, 'ledger', { team: 'core', tier: 1 });
  const pool = (...all: History['outcomes'][]) => {
    const { model } = learn({ history: { zone: 'UTC', outcomes: all.flat() } });
    return [model.pool, model.outcomes];
  };

  test('SCH-08 S2: of a service with 12 deployments and a team of 85 is the team', () =>
    expect(pool(ledger, some(73, 'cash', { team: 'core' }))).toEqual(['team', 85]));

  test('is the smallest of service, team, tier and organisation that has 30', () => {
    expect(pool(some(30, 'ledger'), some(90, 'cash', { team: 'core' }))).toEqual(['service', 30]);
    expect(pool(ledger, some(18, 'cash', { team: 'core' }))).toEqual(['team', 30]);
    expect(pool(ledger, some(17, 'cash', { team: 'core' }), some(1, 'web', { tier: 1 }))).toEqual([
      'organisation',
      30,
    ]);
    expect(pool(ledger, some(18, 'cash', { tier: 1 }))).toEqual(['tier', 30]);
    expect(pool(ledger)).toEqual(['organisation', 12]);
  });

  test('passes over a team and a tier that are not stated', () =>
    expect(
      learn({
        team: undefined,
        tier: undefined,
        history: { zone: 'UTC', outcomes: [...ledger, ...some(40, 'cash', {})] },
      }).model.pool,
    ).toBe('organisation'));

  test('.3: below 30 in the organisation no probability is answered from a history', () => {
    const answer = ask({ model: undefined, history: { zone: 'UTC', outcomes: ledger } }, NOW);
    expect(answer).toMatchObject({ served: 'LOAD_ONLY', model: { pool: 'organisation', outcomes: 12 } });
    expect(answer.slots[0]).toMatchObject({
      probability: null,
      cost: null,
      notes: ['LOAD_UNKNOWN', 'INCIDENTS_UNKNOWN'],
    });
  });
});

describe('the counts of an hour', () => {
  const bins = (...starts: [string, boolean][]) =>
    learn({
      history: {
        zone: 'UTC',
        outcomes: starts.map(([start, failed], i) => {
          const end = iso(Date.parse(start) + HOUR);
          return { id: `${i}`, service: 'ledger', start, end, score: 40, failed };
        }),
      },
    }).model.bins;

  test('halve every 90 days, and are smoothed over the neighbours with 1/4, 1/2, 1/4', () => {
    const found = bins(['2026-11-30T23:00:00Z', true], [iso(TODAY - 91 * DAY - HOUR), false]);
    const [before, own, after] = [22, 23, 24].map((hour) => found[hour]!.failures);
    const weight = 0.5 ** (90 / 90);
    expect(own).toBeCloseTo(weight / 2, 12);
    expect([before, after]).toEqual([own! / 2, own! / 2]);
    expect(found[167]!.deployments).toBeCloseTo(0.5 ** (91 / 90) / 2, 12);
    expect(found[167]!.failures).toBe(0);
    expect(found[0]!.deployments).toBeCloseTo(0.5 ** (91 / 90) / 4, 12);
  });

  test('are of the service’s zone', () => {
    const { model } = of({ zone: 'Asia/Tokyo', outcomes: some(1, 'ledger') });
    const top = model.bins.reduce(
      (best, one, i) => (one.deployments > model.bins[best]!.deployments ? i : best),
      0,
    );
    expect([model.zone, top]).toEqual(['Asia/Tokyo', 3]);
  });

  test('leave out what has not ended', () =>
    expect(bins([iso(TODAY - HOUR), true], [iso(TODAY - HOUR + 1), true])[167]!.failures).toBeGreaterThan(0));

  test.each([
    ['no failure', 0, 0.02],
    ['nothing but failures', 1, 0.4],
  ])('the rate of a pool with %s stays clear of certainty', (_, failed, rate) =>
    expect(of({ outcomes: some(40, 'ledger', { failed: failed === 1 }) }).model.rate).toBe(rate),
  );

  test('the rate of a pool too old to weigh anything is weighed beside its newest', () => {
    const young = some(10, 'a', { start: daysAgo(1_200), end: daysAgo(1_199), failed: false });
    const old = some(30, 'b', { start: daysAgo(1_202), end: daysAgo(1_201), failed: true });
    const all = { services: ['a', 'b'], policy: { halfLifeDays: 1 } };
    const { model } = learn({ ...all, history: { zone: 'UTC', outcomes: [...young, ...old] } });
    expect(model.rate).toBe(0.4);
    expect(model.bins.every(({ deployments, failures }) => deployments === 0 && failures === 0)).toBe(true);
    const few = old.slice(0, 20).map((one, i) => ({ ...one, failed: i < 10 }));
    const mixed = learn({ ...all, history: { zone: 'UTC', outcomes: [...young, ...few] } });
    expect(mixed.model.rate).toBeCloseTo(10 / 4 / (10 + 20 / 4), 12);
    expect(mixed.model.version).toMatch(/^sha256:/);
  });

  test('the rate of a pool is weighted by age', () => {
    const old = some(1, 'old', { start: daysAgo(91), end: daysAgo(90), failed: true });
    const young = some(2, 'young', { start: daysAgo(1), end: daysAgo(0), failed: false });
    expect(of({ outcomes: [...old, ...young] }).model.rate).toBeCloseTo(0.5 / 2.5, 12);
  });
});

describe('load and incidents', () => {
  const incident = (id: string, at: string, services = ['ledger'], severity = 'SEV2' as const) => ({
    id,
    at,
    services,
    severity,
  });

  test('stand by deviations; an hour that was not seen is not known', () => {
    const { bins } = of({ load: loads(56, (hour) => hour), outcomes: [] }).model;
    expect(bins[0]!.loadPercentile).toBeCloseTo(0.5 / 168, 12);
    expect(bins[167]!.load).toBeCloseTo((167 - 83.5) / Math.sqrt((168 ** 2 - 1) / 12), 9);
    const half = loads(56, (hour) => hour).filter(({ at }) => new Date(at).getUTCDay() % 6 !== 0);
    const lacking = of({ load: half, outcomes: [] }).model.bins;
    expect(lacking[130]).toMatchObject({ load: null, loadPercentile: null });
    expect(lacking[120]).toMatchObject({ thin: true });
    expect(lacking[119]).not.toHaveProperty('thin');
    expect(of({ load: loads(56, () => 1).slice(0, 80) }).model.bins.every(({ load }) => load === null)).toBe(
      true,
    );
  });

  test('incidents are counted per watched hour, newer ones for more, of the service and its providers', () => {
    const since = daysAgo(28);
    const starts = [
      incident('a', '2027-02-26T10:20:00Z'),
      incident('b', '2027-02-19T10:40:00Z', ['auth']),
      incident('c', '2027-02-12T10:40:00Z', ['other']),
      { ...incident('d', '2027-02-26T10:30:00Z'), severity: 'SEV4' as const },
      incident('e', daysAgo(29)),
      incident('f', iso(TODAY + HOUR)),
    ];
    const { bins } = learn({
      dependencies: ['auth'],
      history: history({ outcomes: [], incidents: { since, starts } }),
    }).model;
    const age = (at: string) => (TODAY - Date.parse(at)) / DAY;
    const weight = (days: number) => 0.5 ** (days / 90);
    const hours = ['2027-02-26', '2027-02-19', '2027-02-12', '2027-02-05'].map((day) =>
      weight(age(`${day}T10:00:00Z`)),
    );
    const expected =
      (weight(age(starts[0]!.at)) + weight(age(starts[1]!.at))) / hours.reduce((sum, one) => sum + one, 0);
    expect(bins[106]!.incidentsPerHour).toBeCloseTo(expected, 12);
    expect(bins.filter(({ incidentsPerHour }) => incidentsPerHour! > 0)).toHaveLength(1);
    expect(bins[106]!.incidents).toBeCloseTo(Math.sqrt(167), 6);
  });

  test('without a watch, or with a short one, nothing is known of incidents; with one, none are none', () => {
    const known = (incidents?: History['incidents']) =>
      of({ outcomes: [], incidents }).model.bins.map((one) => one.incidents);
    expect(new Set(known())).toEqual(new Set([null]));
    expect(new Set(known({ since: iso(TODAY - 83 * HOUR), starts: [] }))).toEqual(new Set([null]));
    expect(new Set(known({ since: iso(TODAY - 84 * HOUR), starts: [] }))).toEqual(new Set([null, 0]));
    expect(new Set(known({ since: daysAgo(8), starts: [] }))).toEqual(new Set([0]));
    expect(new Set(known({ since: iso(TODAY + DAY), starts: [] }))).toEqual(new Set([null]));
  });

  test('incidents of more than two years ago do not count', () => {
    const { bins } = of({
      outcomes: [],
      incidents: { since: daysAgo(3_000), starts: [incident('a', daysAgo(721))] },
    }).model;
    expect(bins.every(({ incidentsPerHour }) => incidentsPerHour === 0)).toBe(true);
  });
});

describe('the back-test', () => {
  test('promotes a model that learned what neither baseline knows', () => {
    const { model, backtest } = learn();
    expect(backtest.verdict).toBe('PROMOTED');
    expect(backtest.origins.map(({ origin }) => origin)).toEqual([180, 150, 120, 90, 60, 30].map(daysAgo));
    for (const { pool, trained, n, brier } of backtest.origins) {
      expect([pool, trained > 700, n > 30]).toEqual(['service', true, true]);
      expect(brier!.model).toBeLessThan(brier!.riskScore);
    }
    const mean = backtest.origins.reduce((sum, { brier }) => sum + brier!.model / 6, 0);
    expect(backtest.mean!.model).toBeCloseTo(mean, 12);
    expect(backtest.mean!.model).toBeLessThan(backtest.mean!.constantRate);
    expect(model.verdict).toBe('PROMOTED');
    expect(model.quality!.n).toBe(backtest.origins.reduce((sum, { n }) => sum + n, 0));
    expect(model.calibration.method).toBe('isotonic');
  });

  test('does not promote one that the constant rate or the risk score beats', () => {
    const byScore = outcomes(600, 540, (_, score) => 1 / (1 + Math.exp(3.6 - 0.045 * score)));
    const { backtest, model } = of({ outcomes: byScore });
    expect(backtest.verdict).toBe('NOT_BETTER');
    expect(model.verdict).toBe('NOT_BETTER');
    const never = of({ outcomes: outcomes(600, 540, () => 0) }).backtest;
    expect(never.mean!.constantRate).toBe(0);
    expect(never.verdict).toBe('NOT_BETTER');
  });

  test('says that there is too little history, and the risk score alone is served', () => {
    const short = history({ outcomes: outcomes(200, 100, fridays) });
    const { backtest, model } = learn({ history: short });
    expect(backtest).toMatchObject({ verdict: 'TOO_LITTLE_HISTORY', mean: null });
    expect(backtest.origins.map(({ brier }) => brier === null)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(model.quality!.n).toBe(backtest.origins[4]!.n + backtest.origins[5]!.n);
    const answer = ask({ model: undefined, history: short }, NOW);
    expect(answer.served).toBe('RISK_SCORE');
    expect(answer.says[0]).toBe(
      'There is too little history to test the model: the probability is that of the risk score alone, and slots differ by load and delay.',
    );
    const gap = history().outcomes.filter(({ start }) => start < daysAgo(90) || start >= daysAgo(60));
    expect(of({ outcomes: gap }).backtest).toMatchObject({ verdict: 'TOO_LITTLE_HISTORY', mean: null });
    expect(of({ outcomes: [] }).model).toMatchObject({
      quality: null,
      verdict: 'TOO_LITTLE_HISTORY',
      calibration: { method: 'none' },
    });
  });

  test('a promoted model is served, and puts Friday last', () => {
    const answer = ask({ model: undefined, history: history({ load: loads(56, () => 5) }) }, NOW);
    expect(answer.served).toBe('MODEL');
    expect(answer.slots.map(({ start }) => start).at(-1)).toBe(full(5, '16:00'));
    const timing = answer.slots.map(({ contributions }) => (contributions as { timing: number }).timing);
    expect(timing[0]).toBeLessThan(0);
    expect(timing.at(-1)).toBeGreaterThan(0.3);
  });

  test('never looks past an origin: what comes later changes no earlier prediction', () => {
    const base = learn().backtest.origins;
    const changed = history().outcomes.map((one) =>
      one.start >= daysAgo(90) ? { ...one, failed: !one.failed } : one,
    );
    const load = loads(60, (hour) => hour);
    const incidents = { since: daysAgo(89), starts: [] };
    const other = of({ outcomes: changed, load, incidents }).backtest.origins;
    expect(other.slice(0, 3)).toEqual(base.slice(0, 3));
    expect(other[3]!.brier!.model).not.toBe(base[3]!.brier!.model);
    expect(other[3]!.brier!.riskScore).not.toBe(base[3]!.brier!.riskScore);
  });

  test('what lies after the present changes nothing', () => {
    const later = some(50, 'ledger', { start: iso(TODAY - HOUR), end: iso(TODAY + 1), failed: true });
    expect(of({ outcomes: [...history().outcomes, ...later] })).toEqual(learn());
    expect(learn({ now: daysAgo(60) })).toEqual(
      learn({
        now: daysAgo(60),
        history: history({ outcomes: history().outcomes.filter(({ end }) => end <= daysAgo(60)) }),
      }),
    );
  });
});

describe('weights', () => {
  test('are refitted towards what load explains, within 0 and 1', () => {
    const busy = (hour: number) => (hour % 24 >= 8 && hour % 24 < 20 ? 100 : 10);
    const load = loads(420, busy);
    const weightOf = (risk: (hour: number) => number) =>
      of({ outcomes: outcomes(900, 420, risk), load }).model.weights.load;
    expect(weightOf((hour) => (busy(hour) === 100 ? 0.02 : 0.5))).toBe(0);
    expect(weightOf((hour) => (busy(hour) === 100 ? 0.95 : 0.02))).toBeGreaterThan(0.3);
    expect(of({}).model.weights).toEqual({ load: 0.3, incidents: 0.2 });
  });
});

describe('reproducibility', () => {
  test('SCH-08.7: any order of the history gives the same model, version and answer', () => {
    const incidents = {
      since: daysAgo(400),
      starts: Array.from({ length: 40 }, (_, i) => ({
        id: `i${i}`,
        at: daysAgo(9 * i + 0.3),
        severity: 'SEV1' as const,
        services: ['ledger'],
      })),
    };
    const given = {
      zone: 'Europe/London',
      outcomes: outcomes(150, 540, fridays),
      load: loads(60, (hour) => hour % 24),
      incidents,
    };
    const first = learn({ history: given, current: model() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
        const mixed = <T>(list: readonly T[]): T[] => {
          const next = chance(seed);
          return list
            .map((one) => ({ one, key: next() }))
            .sort((a, b) => a.key - b.key)
            .map(({ one }) => one);
        };
        const shuffled = {
          ...given,
          outcomes: mixed(given.outcomes),
          load: mixed(given.load),
          incidents: { ...incidents, starts: mixed(incidents.starts) },
        };
        expect(learn({ history: shuffled, current: model() })).toEqual(first);
      }),
      { numRuns: 2 },
    );
    expect(learn({ history: { ...given, outcomes: given.outcomes.slice(1) } }).model.version).not.toBe(
      first.model.version,
    );
  });

  test('a model that was kept gives the answer that it gave', () => {
    const { model: kept } = learn();
    expect(ask({ model: JSON.parse(JSON.stringify(kept)) }, NOW)).toEqual(
      ask({ model: undefined, history: history() }, NOW),
    );
  });
});

describe('SCH-08.5: a model in use', () => {
  test('is replaced by one that does not foretell the newest fifth worse', () => {
    const { comparison } = learn({ current: model({ trainedAt: daysAgo(500) }) });
    expect(comparison).toMatchObject({ seenByCurrent: 0, replaces: true });
    expect(comparison!.n).toBeGreaterThanOrEqual(240);
    expect(comparison!.n).toBeLessThan(250);
    expect(comparison!.brier.candidate).toBeLessThan(comparison!.brier.current);
  });

  test('stays when the newcomer is worse, and what it had seen is said', () => {
    const current = learn().model;
    const { comparison } = learn({ current });
    expect(comparison!.seenByCurrent).toBe(comparison!.n);
    expect(comparison!.replaces).toBe(comparison!.brier.candidate <= comparison!.brier.current + 1e-12);
    const fixed = learn({
      history: history({ outcomes: outcomes(600, 540, () => 0) }),
      current: model({
        rate: 0.0001,
        bins: model().bins.map((one) => ({ ...one, deployments: 1e6, failures: 0 })),
      }),
    });
    expect(fixed.comparison!.replaces).toBe(false);
  });

  test('is compared with nothing where there is nothing', () => {
    expect(learn().comparison).toBeNull();
    expect(learn({ current: model(), history: history({ outcomes: [] }) }).comparison).toBeNull();
  });
});

describe('a history is refused', () => {
  const one = some(1, 'ledger')[0]!;
  test.each<[string, Partial<History>]>([
    ['HISTORY_AMBIGUOUS: history.outcomes[1] has the id of an earlier one', { outcomes: [one, one] }],
    ['question.history.outcomes.0.score', { outcomes: [{ ...one, score: NaN }] }],
    ['question.history.outcomes.0.score', { outcomes: [{ ...one, score: -1 }] }],
    ['history.outcomes[0] ends before it starts', { outcomes: [{ ...one, start: one.end, end: one.start }] }],
    ['question.history.outcomes.0.service', { outcomes: [{ ...one, service: '\u0000' }] }],
    ['question.history.load.0.value', { load: [{ at: one.start, value: Infinity }] }],
    ['question.history.load.0.at', { load: [{ at: 'today', value: 1 }] }],
    ['ZONE_UNKNOWN: history.zone', { zone: 'Mars/Base' }],
    ['ZONE_FIXED_OFFSET: history.zone', { zone: '+01:00' }],
    [
      'HISTORY_AMBIGUOUS: history.incidents.starts[1]',
      {
        incidents: {
          since: one.start,
          starts: Array(2).fill({ id: 'i', at: one.start, severity: 'SEV1', services: ['a'] }),
        },
      },
    ],
    ['HISTORY_TOO_LONG: history.outcomes may have 100000', { outcomes: Array(1_000_000).fill(one) }],
    ['HISTORY_TOO_LONG: history.load', { load: Array(100_001).fill({}) }],
    [
      'HISTORY_TOO_LONG: history.incidents.starts',
      { incidents: { since: one.start, starts: Array(100_001).fill({}) } },
    ],
  ])('%s', (message, changes) => {
    expect(() => of(changes)).toThrow(message);
    expect(() => ask({ model: undefined, history: history(changes) }, NOW)).toThrow(message);
  });

  test('but not for a hundred thousand samples of one hour, which are read soon', () => {
    const load = Array.from({ length: 100_000 }, (_, i) => ({ at: iso(TODAY - 2 * HOUR + i), value: i % 2 }));
    const { bins } = of({ outcomes: [], load }).model;
    expect(bins.every((bin) => bin.load === null)).toBe(true);
  });

  test('by its absence, and with a present that is none', () => {
    expect(() => trainAndTest(null as never, NOW)).toThrow('question: ');
    expect(() => trainAndTest(question({ services: [] }), NOW)).toThrow('question.services');
    expect(() => trainAndTest(question(), new Date(NaN))).toThrow('now must be a valid date');
    expect(() => ask(null as never, NOW)).not.toThrow('TypeError');
  });
});
