import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import type { PlanRequest } from './request.js';
import { sequence } from './sequence.js';

/*
 * SCH-07.1 and .2 told a second time, by brute force: who reaches whom, by closing the relation; a unit is those who
 * reach each other; a wave is the longest way to it.
 */
const steps = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
type Arrow = readonly [before: string, after: string];

const step = fc.constantFrom(...steps);
const verdict = fc.constantFrom('PASS' as const, 'FAIL' as const, 'UNKNOWN' as const);
const pairs = <T extends object>(more: fc.Arbitrary<T>, maxLength: number) =>
  fc.array(
    fc.tuple(step, step, more).map(([provider, consumer, one]) => ({ provider, consumer, ...one })),
    { maxLength },
  );
const anyPlan = fc.record({
  steps: fc.constant(steps.map((id) => ({ id, minutes: 10 }))),
  dependencies: pairs(fc.record({ kind: fc.constantFrom('hard' as const, 'soft' as const) }), 7),
  contracts: pairs(fc.record({ newProviderOldConsumer: verdict, oldProviderNewConsumer: verdict }), 3),
  edges: fc.array(
    fc.tuple(step, step).map(([before, after]) => ({ before, after })),
    { maxLength: 3 },
  ),
  units: fc.array(fc.uniqueArray(step, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
});

function arrowsOf({ dependencies, contracts, edges }: PlanRequest): { implied: Arrow[]; explicit: Arrow[] } {
  const implied = steps.flatMap((provider) =>
    steps
      .filter((consumer) => consumer !== provider)
      .flatMap((consumer): Arrow[] => {
        const between = (one: { provider: string; consumer: string }) =>
          one.provider === provider && one.consumer === consumer;
        const tested = (contracts ?? []).filter(between);
        const providerFirstFails = tested.some((one) => one.newProviderOldConsumer === 'FAIL');
        const consumerFirstFails = tested.some((one) => one.oldProviderNewConsumer === 'FAIL');
        const hard = (dependencies ?? []).some((one) => between(one) && one.kind === 'hard');
        return [
          ...(consumerFirstFails || (hard && !providerFirstFails) ? [[provider, consumer] as const] : []),
          ...(providerFirstFails ? [[consumer, provider] as const] : []),
        ];
      }),
  );
  return { implied, explicit: (edges ?? []).map(({ before, after }) => [before, after]) };
}

/** Whether there is a way, by closing the relation over each step between in turn. */
function reaching(arrows: readonly Arrow[]): (from: string, to: string) => boolean {
  const way = new Set(arrows.map(String));
  for (const between of steps)
    for (const from of steps)
      for (const to of steps)
        if (way.has(`${from},${between}`) && way.has(`${between},${to}`)) way.add(`${from},${to}`);
  return (from, to) => way.has(`${from},${to}`);
}

function expected(plan: PlanRequest): string[][] | 'EXPLICIT_CYCLE' {
  const { implied, explicit } = arrowsOf(plan);
  const together = (plan.units ?? []).flatMap((unit) => unit.flatMap((a) => unit.map((b): Arrow => [a, b])));
  const reaches = reaching([...implied, ...explicit, ...together]);
  const unitOf = (one: string) =>
    steps.filter((other) => other === one || (reaches(one, other) && reaches(other, one)));
  const declared = (unit: readonly string[]) =>
    unit.length > 1 && (plan.units ?? []).some((one) => unit.every((member) => one.includes(member)));
  if (explicit.some(([a, b]) => unitOf(a).includes(b as never) && !declared(unitOf(a))))
    return 'EXPLICIT_CYCLE';
  const before = (unit: readonly string[]) =>
    [...implied, ...explicit]
      .filter(([a, b]) => unit.includes(b) && !unit.includes(a))
      .map(([a]) => unitOf(a));
  const level = (unit: readonly string[]): number =>
    before(unit).reduce((longest, one) => Math.max(longest, level(one) + 1), 0);
  const waves: string[][] = [];
  for (const unit of new Set(steps.map((one) => unitOf(one).join('+')))) {
    (waves[level(unit.split('+'))] ??= []).push(unit);
  }
  return waves.map((wave) => wave.sort());
}

function found(plan: PlanRequest): string[][] | string {
  try {
    return sequence(plan).waves.map((wave) => wave.map(({ id }) => id));
  } catch (error) {
    if (error instanceof Rejected) return error.violations[0]!.code;
    throw error;
  }
}

describe('the waves of a plan', () => {
  test('are the longest ways between what reaches each other, found by brute force', () => {
    const seen = { refused: 0, units: 0, waves: 0 };
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const wanted = expected(plan);
        expect(found(plan)).toEqual(wanted);
        if (wanted === 'EXPLICIT_CYCLE') return void seen.refused++;
        seen.waves = Math.max(seen.waves, wanted.length);
        if (wanted.flat().some((unit) => unit.includes('+'))) seen.units++;
      }),
      { numRuns: 1_500, seed: 7 },
    );
    expect(seen).toEqual({ refused: expect.any(Number), units: expect.any(Number), waves: 5 });
    expect(Math.min(seen.refused, seen.units)).toBeGreaterThan(100);
  });
});
