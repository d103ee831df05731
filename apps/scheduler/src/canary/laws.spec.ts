import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from './judge.js';
import { look, looks } from './testLook.js';

const anySeries = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 30, maxLength: 40 });
const anyBad = fc.constantFrom('increase', 'decrease', 'either');
const absolute = { absolute: true, tolerance: 10, criticalTolerance: 40 };
const runs = { numRuns: 40 };
const essence = ({ metrics }: ReturnType<typeof judge>) =>
  metrics.map(({ result, side, statistics }) => ({
    result,
    side,
    U: statistics?.U,
    shift: statistics?.shift,
  }));

describe('a verdict', () => {
  test('does not depend on the order of minutes', () =>
    fc.assert(
      fc.property(anySeries, anySeries, anyBad, fc.integer(), (control, canary, bad, turn) => {
        const length = Math.min(control.length, canary.length);
        const order = Array.from({ length }, (_, i) => (i * 7 + Math.abs(turn)) % length);
        const whole = new Set(order).size === length;
        const [x, y] = [control.slice(0, length), canary.slice(0, length)];
        const moved = whole
          ? [order.map((i) => x[i]!), order.map((i) => y[i]!)]
          : [x.toReversed(), y.toReversed()];
        const one = judge(look(x, y, { ...absolute, bad }));
        const other = judge(look(moved[0]!, moved[1]!, { ...absolute, bad }));
        expect({ ...other, digests: null }).toEqual({ ...one, digests: null });
      }),
      runs,
    ));

  test('does not depend on the order of metrics', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(anySeries, anySeries), { minLength: 2, maxLength: 4 }), (pairs) => {
        const metrics = pairs.map(([x, y], i) => [{ ...absolute, name: `m${i}` }, x, y] as const);
        const [one, other] = [judge(looks(metrics)), judge(looks(metrics.toReversed()))];
        expect({ ...other, metrics: other.metrics.toReversed() }).toEqual(one);
      }),
      runs,
    ));

  test('mirrors when both samples change their sign and the bad direction turns', () =>
    fc.assert(
      fc.property(anySeries, anySeries, (control, canary) => {
        const negative = (values: readonly number[]) => values.map((value) => -value);
        const up = judge(look(control, canary, { ...absolute, bad: 'increase' }));
        const down = judge(look(negative(control), negative(canary), { ...absolute, bad: 'decrease' }));
        expect([down.verdict, down.score, down.action]).toEqual([up.verdict, up.score, up.action]);
        expect(down.metrics[0]!.result).toBe(up.metrics[0]!.result);
        expect(down.metrics[0]!.needed).toEqual(up.metrics[0]!.needed);
        expect(down.metrics[0]!.statistics!.p).toBe(up.metrics[0]!.statistics!.p);
      }),
      runs,
    ));

  test('does not depend on the unit', () =>
    fc.assert(
      fc.property(anySeries, anySeries, anyBad, (control, canary, bad) => {
        const eighths = (values: readonly number[]) => values.map((value) => value / 8);
        const whole = judge(look(control, canary, { ...absolute, bad }));
        const scaled = { absolute: true, tolerance: 10 / 8, criticalTolerance: 40 / 8, bad };
        const parts = judge(look(eighths(control), eighths(canary), scaled));
        expect(essence(parts)).toEqual(
          essence(whole).map(({ shift, ...rest }) => ({
            ...rest,
            shift: shift === undefined ? shift : shift / 8,
          })),
        );
      }),
      runs,
    ));

  test('is no pass for a canary that is critically worse in every pair', () =>
    fc.assert(
      fc.property(anySeries, (control) => {
        const canary = control.map((value) => value + 1_000);
        expect(judge(look(control, canary, absolute))).toMatchObject({
          verdict: 'FAIL',
          score: 0,
          action: 'ROLL_BACK',
        });
      }),
      runs,
    ));

  test('in either direction is the worse of both', () =>
    fc.assert(
      fc.property(anySeries, anySeries, (control, canary) => {
        const ranks = ['PASS', 'INCONCLUSIVE', 'FAIL', 'CRITICAL_FAIL'];
        const rank = (bad: 'increase' | 'decrease' | 'either') =>
          ranks.indexOf(judge(look(control, canary, { ...absolute, bad })).metrics[0]!.result);
        expect(rank('either')).toBe(Math.max(rank('increase'), rank('decrease')));
      }),
      runs,
    ));

  test('never gets better when a minute goes missing below what is needed', () =>
    fc.assert(
      fc.property(anySeries, fc.nat(), (control, gap) => {
        const canary = control.map((value, i) => (i < 11 ? null : value));
        const verdict = judge(look(control, canary.toSpliced(gap % control.length, 1), absolute));
        expect(verdict).toMatchObject({ verdict: 'INCONCLUSIVE', score: null });
      }),
      runs,
    ));
});
