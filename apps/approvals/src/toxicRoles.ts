import { accept } from '#events';
import { z } from 'zod';
import { EnvironmentClass } from './dutyRules.js';
import { Directory, persons } from './persons.js';
import { Name } from './name.js';

const Instant = z.iso.datetime({ offset: true });

export const Grant = z
  .strictObject({
    account: Name,
    role: Name,
    /** Absent: every team, every environment class. */
    team: Name.optional(),
    environmentClass: EnvironmentClass.optional(),
    start: Instant,
    end: Instant.optional(),
  })
  .refine(({ start, end }) => end === undefined || Date.parse(start) < Date.parse(end), {
    path: ['end'],
    message: 'Expected an instant after start',
  });
export type Grant = z.infer<typeof Grant>;

export const ToxicQuestion = z.strictObject({
  grants: z.array(Grant).max(20_000),
  directory: Directory.prefault({}),
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
  const held = new Map<string, Map<string, Held[]>>();
  for (const grant of grants) {
    const person = people.of(grant.account);
    const roles = held.get(person) ?? new Map<string, Held[]>();
    held.set(person, roles.set(grant.role, roles.get(grant.role) ?? []));
    roles.get(grant.role)!.push(heldFor(grant));
  }
  return [...held.keys()].sort().flatMap((person) =>
    pairs.flatMap(([one, other]): ToxicCombination[] => {
      for (const first of held.get(person)!.get(one) ?? []) {
        const second = held
          .get(person)!
          .get(other)
          ?.find((each) => overlap(first, each));
        if (second) return [{ person, roles: [one, other], grants: [first.grant, second.grant] }];
      }
      return [];
    }),
  );
}

/** A grant and the milliseconds `[from, to)` of it: read once, since one person may hold thousands. */
interface Held {
  readonly grant: Grant;
  readonly from: number;
  readonly to: number;
}

function heldFor(grant: Grant): Held {
  const { start, end } = grant;
  return { grant, from: Date.parse(start), to: end === undefined ? Infinity : Date.parse(end) };
}

function overlap(a: Held, b: Held): boolean {
  if (a.from >= b.to || b.from >= a.to) return false;
  return !apart(a.grant.team, b.grant.team) && !apart(a.grant.environmentClass, b.grant.environmentClass);
}

const apart = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;
