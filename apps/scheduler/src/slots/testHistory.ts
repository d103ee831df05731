import { DAY, HOUR, iso } from '../instant.js';
import type { History, Outcome } from './history.js';

/** A made-up past for specs: who deployed when, and what failed, by a generator with a seed. */
export const TODAY = Date.parse('2027-03-01T00:00:00Z');

/** Numbers in [0, 1) that look random and never change (Park and Miller 1988, "minimal standard"). */
export function chance(seed: number): () => number {
  let state = seed % 2_147_483_646 || 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Hour of the week in UTC, from Monday on. */
const hourOf = (at: number) => (Math.floor(at / HOUR) + 3 * 24) % 168;

/** Deployments at whole hours of the `days` before today; `risk` is their probability of failure by hour of the week. */
export function outcomes(
  n: number,
  days: number,
  risk: (hour: number, score: number) => number,
  changes: Partial<Outcome> = {},
): Outcome[] {
  const next = chance(n + days);
  return Array.from({ length: n }, (_, i) => {
    const start = TODAY - Math.ceil(next() * days * 24) * HOUR;
    const score = 10 + 60 * next();
    const failed = next() < risk(hourOf(start), score);
    const when = { start: iso(start), end: iso(start + HOUR / 2) };
    return { id: `o${i}`, service: 'ledger', team: 'core', tier: 1, ...when, score, failed, ...changes };
  });
}

/** Hourly load of the `days` before today, by hour of the week. */
export function loads(days: number, value: (hour: number) => number): NonNullable<History['load']> {
  return Array.from({ length: days * 24 }, (_, i) => {
    const at = TODAY - (i + 1) * HOUR;
    return { at: iso(at), value: value(hourOf(at)) };
  });
}

/** Fridays fail, other days do not: what a model should learn, and neither baseline can. */
export const fridays = (hour: number) => (Math.floor(hour / 24) === 4 ? 0.6 : 0.03);

export const daysAgo = (days: number) => iso(TODAY - days * DAY);
