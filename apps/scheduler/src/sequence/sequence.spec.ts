import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { z } from 'zod';
import { PlanRequest, RegionalRequest, StepReport } from './request.js';
import { sequence, type Sequence } from './sequence.js';

const steps = (...ids: string[]) => ids.map((id) => ({ id, minutes: 30 }));
const hard = (consumer: string, provider: string) => ({ consumer, provider, kind: 'hard' as const });
const soft = (consumer: string, provider: string) => ({ ...hard(consumer, provider), kind: 'soft' as const });
const waves = ({ waves: all }: Sequence) => all.map((wave) => wave.map(({ id }) => id));
const sides = { PASS: 'PASS', FAIL: 'FAIL', UNKNOWN: 'UNKNOWN' } as const;
const contract = (
  provider: string,
  consumer: string,
  forward: keyof typeof sides,
  back: keyof typeof sides,
) => ({
  provider,
  consumer,
  newProviderOldConsumer: forward,
  oldProviderNewConsumer: back,
});

describe('the waves of a plan', () => {
  test('SCH-07 S1: web→api→ledger and api→auth give {ledger, auth}, {api}, {web}, rolled back the other way round', () => {
    const plan = {
      steps: steps('web', 'api', 'ledger', 'auth'),
      dependencies: [hard('web', 'api'), hard('api', 'ledger'), hard('api', 'auth')],
    };
    const order = sequence(plan);
    expect(waves(order)).toEqual([['auth', 'ledger'], ['api'], ['web']]);
    expect(order.rollback).toEqual([['web'], ['api'], ['auth', 'ledger']]);
  });

  test('O7: A → {B, C} → D is three waves', () => {
    const plan = {
      steps: steps('A', 'B', 'C', 'D'),
      dependencies: [hard('B', 'A'), hard('C', 'A'), hard('D', 'B'), hard('D', 'C')],
    };
    expect(waves(sequence(plan))).toEqual([['A'], ['B', 'C'], ['D']]);
  });

  test('put a step behind the longest way to it', () => {
    const plan = {
      steps: steps('a', 'b', 'c'),
      dependencies: [hard('c', 'a'), hard('b', 'a'), hard('c', 'b')],
    };
    expect(waves(sequence(plan))).toEqual([['a'], ['b'], ['c']]);
  });

  test('are not ordered by soft dependencies, nor by services that the plan does not deploy', () => {
    const plan = {
      steps: steps('a', 'b', 'c'),
      dependencies: [soft('a', 'b'), hard('a', 'x'), hard('x', 'c'), hard('c', 'c')],
    };
    expect(waves(sequence(plan))).toEqual([['a', 'b', 'c']]);
  });

  test('follow edges set by hand, and say why each edge is there', () => {
    const plan = {
      steps: steps('a', 'b', 'c'),
      dependencies: [hard('b', 'a')],
      edges: [{ before: 'c', after: 'a' }],
    };
    const order = sequence(plan);
    expect(waves(order)).toEqual([['c'], ['a'], ['b']]);
    expect(order.edges).toEqual([
      { before: 'a', after: 'b', because: 'dependency' },
      { before: 'c', after: 'a', because: 'explicit' },
    ]);
  });

  test('go by the services that a step deploys', () => {
    const plan = {
      steps: [
        { id: 'one', minutes: 1, services: ['web', 'api'] },
        { id: 'two', minutes: 1, services: ['ledger', 'ledger'] },
        { id: 'three', minutes: 1, services: ['ledger'] },
      ],
      dependencies: [hard('web', 'api'), hard('api', 'ledger')],
    };
    expect(waves(sequence(plan))).toEqual([['three', 'two'], ['one']]);
  });
});

describe('a cycle', () => {
  const ring = {
    steps: steps('a', 'b', 'c'),
    dependencies: [hard('a', 'b'), hard('b', 'a'), hard('c', 'a')],
  };

  test('of dependencies is one unit', () => {
    const order = sequence(ring);
    expect(order.waves).toEqual([[{ id: 'a+b', steps: ['a', 'b'] }], [{ id: 'c', steps: ['c'] }]]);
    expect(order.rollback).toEqual([['c'], ['a', 'b']]);
  });

  test('SCH-07.2: set by hand is refused by name unless it is declared a unit', () => {
    const plan = {
      steps: steps('a', 'b', 'c'),
      edges: [
        { before: 'a', after: 'b' },
        { before: 'b', after: 'c' },
        { before: 'c', after: 'a' },
      ],
    };
    expect(() => sequence(plan)).toThrow(
      'EXPLICIT_CYCLE: edges has the cycle a → b → c → a: remove an edge, or declare',
    );
    expect(() => sequence({ ...plan, units: [['a', 'b']] })).toThrow('EXPLICIT_CYCLE');
    expect(waves(sequence({ ...plan, units: [['c', 'b', 'a', 'a']] }))).toEqual([['a+b+c']]);
  });

  test('that an edge by hand closes over a dependency is refused by name', () => {
    const plan = {
      steps: steps('web', 'api'),
      dependencies: [hard('web', 'api')],
      edges: [{ before: 'web', after: 'api' }],
    };
    expect(() => sequence(plan)).toThrow('the cycle web → api → web:');
    expect(waves(sequence({ ...plan, units: [['web', 'api']] }))).toEqual([['api+web']]);
  });

  test('of dependencies does not hide an edge by hand inside it', () => {
    expect(() => sequence({ ...ring, edges: [{ before: 'a', after: 'b' }] })).toThrow('the cycle a → b → a:');
  });

  test('of one step with itself is refused however it is declared', () => {
    const plan = { steps: steps('a'), edges: [{ before: 'a', after: 'a' }] };
    expect(() => sequence(plan)).toThrow('the cycle a → a:');
    expect(() => sequence({ ...plan, units: [['a']] })).toThrow('the cycle a → a:');
  });

  test('that a declared unit closes is refused by name too', () => {
    const plan = {
      steps: steps('a', 'b', 'c'),
      units: [['a', 'c']],
      edges: [
        { before: 'a', after: 'b' },
        { before: 'b', after: 'c' },
      ],
    };
    expect(() => sequence(plan)).toThrow('the cycle a → b → c → a:');
  });
});

describe('a declared unit', () => {
  test('goes together in the wave that its last member needs', () => {
    const plan = {
      steps: steps('a', 'b', 'c', 'd'),
      units: [['a', 'c']],
      dependencies: [hard('c', 'b'), hard('d', 'a')],
    };
    expect(waves(sequence(plan))).toEqual([['b'], ['a+c'], ['d']]);
  });

  test('shares its members with no other: two that do are one', () => {
    expect(
      waves(
        sequence({
          steps: steps('a', 'b', 'c'),
          units: [
            ['a', 'b'],
            ['b', 'c'],
          ],
        }),
      ),
    ).toEqual([['a+b+c']]);
  });
});

describe('the order of contracts', () => {
  const plan = (...contracts: ReturnType<typeof contract>[]) => ({
    steps: steps('p', 'c'),
    dependencies: [hard('c', 'p')],
    contracts,
  });

  test('REL-05 S2: new provider with old consumer passes, old provider with new consumer fails: provider first, rolled back last', () => {
    const order = sequence(plan(contract('p', 'c', 'PASS', 'FAIL')));
    expect(waves(order)).toEqual([['p'], ['c']]);
    expect(order.rollback).toEqual([['c'], ['p']]);
    expect(order.edges).toEqual([{ before: 'p', after: 'c', because: 'contract' }]);
  });

  test('turns a dependency round when only the consumer can go first', () => {
    const order = sequence(plan(contract('p', 'c', 'FAIL', 'PASS')));
    expect(waves(order)).toEqual([['c'], ['p']]);
    expect(order.edges).toEqual([{ before: 'c', after: 'p', because: 'contract' }]);
  });

  test('takes both together when neither order passes', () => {
    expect(waves(sequence(plan(contract('p', 'c', 'FAIL', 'FAIL'))))).toEqual([['c+p']]);
  });

  test('leaves the dependency as it is when both pass', () => {
    const order = sequence(plan(contract('p', 'c', 'PASS', 'PASS')));
    expect(order.edges).toEqual([{ before: 'p', after: 'c', because: 'dependency' }]);
    expect(order.untested).toEqual([]);
  });

  test('orders without a dependency only where one way fails', () => {
    const free = (...contracts: ReturnType<typeof contract>[]) =>
      waves(sequence({ steps: steps('p', 'c'), contracts }));
    expect(free(contract('p', 'c', 'PASS', 'PASS'))).toEqual([['c', 'p']]);
    expect(free(contract('p', 'c', 'UNKNOWN', 'PASS'))).toEqual([['c', 'p']]);
    expect(free(contract('p', 'c', 'PASS', 'FAIL'))).toEqual([['p'], ['c']]);
    expect(free(contract('p', 'c', 'FAIL', 'PASS'))).toEqual([['c'], ['p']]);
  });

  test('takes the worse of two results on one pair', () => {
    expect(
      waves(sequence(plan(contract('p', 'c', 'PASS', 'PASS'), contract('p', 'c', 'FAIL', 'UNKNOWN')))),
    ).toEqual([['c'], ['p']]);
    expect(
      sequence(plan(contract('p', 'c', 'UNKNOWN', 'PASS'), contract('p', 'c', 'PASS', 'PASS'))).untested,
    ).toHaveLength(1);
    expect(
      sequence(plan(contract('p', 'c', 'PASS', 'PASS'), contract('p', 'c', 'UNKNOWN', 'PASS'))).untested,
    ).toHaveLength(1);
  });

  test('REL-05 S3: without a result for a hard edge the pair is listed as untested', () => {
    const untested = (...contracts: ReturnType<typeof contract>[]) => sequence(plan(...contracts)).untested;
    expect(untested()).toEqual([{ provider: 'p', consumer: 'c' }]);
    expect(untested(contract('p', 'c', 'UNKNOWN', 'PASS'))).toHaveLength(1);
    expect(untested(contract('p', 'c', 'PASS', 'UNKNOWN'))).toEqual([]);
    expect(untested(contract('p', 'c', 'FAIL', 'UNKNOWN'))).toHaveLength(1);
    expect(untested(contract('p', 'c', 'UNKNOWN', 'FAIL'))).toHaveLength(1);
    expect(untested(contract('p', 'c', 'FAIL', 'FAIL'))).toEqual([]);
    const two = sequence({
      steps: steps('p', 'c', 'q', 'x'),
      dependencies: [hard('x', 'q'), hard('x', 'p'), hard('c', 'p'), hard('c', 'elsewhere')],
    });
    expect(two.untested.map(({ provider, consumer }) => provider + consumer)).toEqual(['pc', 'px', 'qx']);
  });
});

describe('bad input', () => {
  test.each<[string, PlanRequest]>([
    ['steps[1] names a, which an earlier one does too', { steps: steps('a', 'a') }],
    ['steps must be 1 to 2000, not 0', { steps: [] }],
    [
      'steps must be 1 to 2000, not 1000000',
      { steps: Array.from({ length: 1_000_000 }, () => ({ id: 'a', minutes: 1 })) },
    ],
    ['edges[0].before names x', { steps: steps('a'), edges: [{ before: 'x', after: 'a' }] }],
    ['edges[0].after names x', { steps: steps('a'), edges: [{ before: 'a', after: 'x' }] }],
    ['units[0][1] names x', { steps: steps('a'), units: [['a', 'x']] }],
    ['steps[0].uses[0] names x', { steps: [{ id: 'a', minutes: 1, uses: ['x'] }] }],
    [
      'capacities[1] names c',
      {
        steps: steps('a'),
        capacities: [
          { id: 'c', places: 1 },
          { id: 'c', places: 2 },
        ],
      },
    ],
    [
      'dependencies and contracts order 4000000 pairs',
      {
        steps: Array.from({ length: 2_000 }, (_, i) => ({ id: `s${i}`, minutes: 1, services: ['a', 'b'] })),
        dependencies: [hard('a', 'b')],
      },
    ],
  ])('is refused by name: %s', (message, plan) => {
    expect(() => sequence(plan)).toThrow(message);
  });

  test.each<[string, string, PlanRequest]>([
    ['STEP_DUPLICATE', 'SCH-07.1', { steps: steps('a', 'a') }],
    ['PLAN_TOO_LARGE', 'SCH-07.1', { steps: [] }],
    [
      'PLAN_TOO_LARGE',
      'SCH-07.1',
      {
        steps: Array.from({ length: 1_100 }, (_, i) => ({ id: `s${i}`, minutes: 1, services: ['a', 'b'] })),
        dependencies: [hard('a', 'b')],
      },
    ],
    ['STEP_UNKNOWN', 'SCH-07.1', { steps: steps('a'), units: [['x']] }],
    ['EXPLICIT_CYCLE', 'SCH-07.2', { steps: steps('a'), edges: [{ before: 'a', after: 'a' }] }],
  ])('is refused as %s by %s', (code, ref, plan) => {
    expect(() => sequence(plan)).toThrow(
      expect.objectContaining({ violations: [expect.objectContaining({ code, ref })] }),
    );
  });

  test('is refused by the schema of the edge, by field', () => {
    const problems = (input: unknown) =>
      PlanRequest.safeParse(input).error?.issues.map(({ path, code }) => `${path.join('.')} ${code}`);
    expect(problems({ steps: steps('a'), edges: [{ before: 'a', after: 'a' }] })).toBeUndefined();
    expect(problems({ steps: [] })).toEqual(['steps too_small']);
    expect(problems({ steps: [{ id: 'a', minutes: Number.NaN }] })).toEqual(['steps.0.minutes invalid_type']);
    expect(problems({ steps: [{ id: 'a', minutes: 0 }] })).toEqual(['steps.0.minutes too_small']);
    expect(problems({ steps: [{ id: 'a', minutes: 1, soakMinutes: -1 }] })).toEqual([
      'steps.0.soakMinutes too_small',
    ]);
    expect(problems({ steps: steps('a'), waves: 2 })).toEqual([' unrecognized_keys']);
    expect(problems({ steps: Array.from({ length: 1_000_000 }, () => 1) })).toEqual(['steps too_big']);
  });

  test('is described by JSON Schema', () => {
    for (const schema of [PlanRequest, RegionalRequest, StepReport])
      expect(JSON.stringify(z.toJSONSchema(schema, { io: 'input' }))).toContain(
        '"additionalProperties":false',
      );
  });

  test('hostile names are names like any other', () => {
    const plan = {
      steps: steps('__proto__', 'constructor'),
      dependencies: [hard('__proto__', 'constructor')],
    };
    expect(waves(sequence(plan))).toEqual([['constructor'], ['__proto__']]);
  });
});

describe('the laws of a sequence', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
  const verdict = fc.constantFrom('PASS' as const, 'FAIL' as const, 'UNKNOWN' as const);
  const anyPlan = fc.record({
    steps: fc.constant(steps('a', 'b', 'c', 'd', 'e', 'f')),
    dependencies: fc.array(
      fc.record({ consumer: name, provider: name, kind: fc.constantFrom('hard' as const, 'soft' as const) }),
      { maxLength: 10 },
    ),
    contracts: fc.array(
      fc
        .record({
          provider: name,
          consumer: name,
          newProviderOldConsumer: verdict,
          oldProviderNewConsumer: verdict,
        })
        .filter(({ provider, consumer }) => provider !== consumer),
      { maxLength: 3 },
    ),
    units: fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), { maxLength: 1 }),
    edges: fc
      .array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 2 })
      .map((all) => all.map(([i, j]) => ({ before: 'abcdef'[i]!, after: 'abcdef'[i + 1 + (j % (5 - i))]! }))),
  });
  const attempt = (plan: PlanRequest) => {
    try {
      return sequence(plan);
    } catch (error) {
      return String(error);
    }
  };

  test('are tried on plans with cycles, waves and refusals', () => {
    const orders = fc.sample(anyPlan, { numRuns: 500, seed: 7 }).map(attempt);
    const counted = (fits: (order: Sequence) => boolean) =>
      orders.filter((order) => typeof order !== 'string' && fits(order)).length;
    expect(counted((order) => order.waves.length > 2)).toBeGreaterThan(100);
    expect(counted((order) => order.waves.flat().length < 6)).toBeGreaterThan(100);
    expect(orders.filter((order) => typeof order === 'string').length).toBeGreaterThan(50);
  });

  test('every edge leads to a later wave, or stays inside one unit; every step has one place', () =>
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const order = attempt(plan);
        if (typeof order === 'string') {
          expect(order).toContain('EXPLICIT_CYCLE');
          return;
        }
        const wave = (step: string) =>
          order.waves.findIndex((units) => units.some((unit) => unit.steps.includes(step)));
        const unit = (step: string) => order.waves.flat().find((one) => one.steps.includes(step));
        for (const { before, after } of order.edges)
          expect(wave(before) < wave(after) || unit(before) === unit(after)).toBe(true);
        expect(
          order.waves
            .flat()
            .flatMap(({ steps: all }) => all)
            .toSorted(),
        ).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
      }),
      { numRuns: 300 },
    ));

  test('no wave is empty, and every unit but the first ones has a predecessor in the wave before', () =>
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const order = attempt(plan);
        if (typeof order === 'string') return;
        const unitsBefore = (unit: { steps: readonly string[] }) =>
          order.edges
            .filter(({ after, before }) => unit.steps.includes(after) && !unit.steps.includes(before))
            .map(({ before }) => before);
        order.waves.forEach((wave, i) =>
          wave.forEach((unit) => {
            const previous = i === 0 ? [] : order.waves[i - 1]!.flatMap(({ steps: all }) => all);
            expect(unitsBefore(unit).some((step) => previous.includes(step))).toBe(i > 0);
          }),
        );
      }),
      { numRuns: 300 },
    ));

  test('the units of a wave stand in the order of their names', () =>
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const order = attempt(plan);
        if (typeof order === 'string') return;
        for (const wave of waves(order)) expect(wave).toEqual(wave.toSorted());
      }),
    ));

  test('rolling back is the reverse', () =>
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const order = attempt(plan);
        if (typeof order === 'string') return;
        expect(order.rollback.toReversed()).toEqual(
          order.waves.map((wave) => wave.flatMap(({ steps: all }) => all).toSorted()),
        );
      }),
    ));

  test('the answer, a refusal too, does not depend on the order of the input', () =>
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const turned = {
          steps: plan.steps.toReversed(),
          dependencies: plan.dependencies.toReversed(),
          contracts: plan.contracts.toReversed(),
          units: plan.units.map((unit) => unit.toReversed()),
          edges: plan.edges.toReversed(),
        };
        expect(attempt(turned)).toEqual(attempt(plan));
      }),
      { numRuns: 300 },
    ));
});
