import { accept } from '#events';
import { z } from 'zod';
import { EnvironmentClass } from './dutyRules.js';
import { Directory, persons } from './persons.js';
import { Name } from './name.js';

const Instant = z.iso.datetime({ offset: true });

export const Grant = z.strictObject({
  account: Name,
  role: Name,
  /** Absent: every team, every environment class. */
  team: Name.optional(),
  environmentClass: EnvironmentClass.optional(),
  start: Instant,
  end: Instant.optional(),
});
export type Grant = z.infer<typeof Grant>;

export const ToxicQuestion = z.strictObject({
  grants: z.array(Grant).max(20_000),
  directory: Directory.default({ accounts: [], merged: [] }),
});

/** Roles that one person should not hold in the same scope. A company's own list replaces it. */
export const initialToxicPairs = {
  version: '1',
  year: 2026,
  source: 'APR-07.6, LIB-07.4',
  pairs: [
    ['developer', 'approver'],
    ['developer', 'deployment_operator'],
    ['approver', 'deployment_operator'],
    ['auditor', 'platform_admin'],
    ['auditor', 'approver'],
    ['auditor', 'deployment_operator'],
  ],
} as const;

export interface ToxicCombination {
  readonly person: string;
  readonly roles: readonly [string, string];
  readonly grants: readonly [Grant, Grant];
}

/**
 * Combinations of roles that one natural person holds at the same time in overlapping scopes, for access review
 * (APR-07.6). Sorted by person; each pair of roles once, with the first two grants that show it.
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function toxicCombinations(
  given: z.input<typeof ToxicQuestion>,
  pairs: readonly (readonly [string, string])[] = initialToxicPairs.pairs,
): readonly ToxicCombination[] {
  const { grants, directory } = accept(ToxicQuestion, given, { ref: 'APR-07.6' });
  const people = persons(directory);
  const held = new Map<string, Map<string, Grant[]>>();
  for (const grant of grants) {
    const person = people.of(grant.account);
    const roles = held.get(person) ?? new Map<string, Grant[]>();
    held.set(person, roles.set(grant.role, roles.get(grant.role) ?? []));
    roles.get(grant.role)!.push(grant);
  }
  return [...held.keys()].sort().flatMap((person) =>
    pairs.flatMap(([one, other]): ToxicCombination[] => {
      const others = held.get(person)!.get(other) ?? [];
      const first = (held.get(person)!.get(one) ?? []).find((a) => others.some((b) => overlap(a, b)));
      const second = first && others.find((b) => overlap(first, b));
      return first && second ? [{ person, roles: [one, other], grants: [first, second] }] : [];
    }),
  );
}

function overlap(a: Grant, b: Grant): boolean {
  const apart = (one: string | undefined, other: string | undefined) =>
    one !== undefined && other !== undefined && one !== other;
  const startsBeforeEndOf = (one: Grant, other: Grant) =>
    other.end === undefined || Date.parse(one.start) < Date.parse(other.end);
  if (apart(a.team, b.team) || apart(a.environmentClass, b.environmentClass)) return false;
  return startsBeforeEndOf(a, b) && startsBeforeEndOf(b, a);
}
