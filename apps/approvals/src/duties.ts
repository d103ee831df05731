import { accept } from '#events';
import type { Violation } from '#events';
import { z } from 'zod';
import { Directory, type Persons, persons } from './persons.js';
import { Duty, type DutyRule, DutyRules, EnvironmentClass, initialDutyRules, Tier } from './dutyRules.js';
import { Name } from './name.js';

const Instant = z.iso.datetime({ offset: true });

/** Something an account did that gives its person a duty on this change, with what shows it. */
export const Act = z.strictObject({
  duty: Duty,
  account: Name,
  evidence: z.string().min(1).max(500),
  mergeRequest: Name.optional().describe(
    'The merge request it belongs to, where reviews are judged one by one',
  ),
});
export type Act = z.infer<typeof Act>;

/** A rule waived for one account by APR-09, with what compensates; never in a regulated environment. */
const DutyException = z.strictObject({ rule: Name, account: Name, control: Name, until: Instant });

/** Where a change goes and who did what on it. */
export const DutyFacts = z.strictObject({
  environmentClass: EnvironmentClass,
  tier: Tier.optional().describe('A missing tier counts as tier 1'),
  regulated: z.boolean().optional().describe('A missing flag counts as regulated'),
  acts: z.array(Act).max(20_000).default([]),
  exceptions: z.array(DutyException).max(1000).default([]),
  rules: DutyRules.nullable()
    .optional()
    .describe('Absent: the initial rules. null: the rules were lost, and everything is refused.'),
});
export type DutyFacts = z.input<typeof DutyFacts>;
export type CheckedFacts = z.output<typeof DutyFacts>;

/** A collision of two duties: the rule by its id, the person, and the acts that collide. */
export interface DutyViolation extends Violation {
  readonly person: string;
  readonly acts: readonly Act[];
}

/** A stateless question: may this account take this duty on, at this instant? */
export const DutyQuestion = z.strictObject({
  duty: Duty,
  account: Name,
  at: Instant,
  facts: DutyFacts,
  directory: Directory.prefault({}),
});
export type DutyQuestion = z.input<typeof DutyQuestion>;

/**
 * Every duty rule that the account would break by taking the duty on; empty when it may.
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function checkSod(given: DutyQuestion): readonly DutyViolation[] {
  const { duty, account, at, facts, directory } = accept(DutyQuestion, given, { ref: 'APR-07' });
  return dutyCheck(facts, persons(directory))(duty, account, new Date(at));
}

/** Whether an account may take a duty on at an instant. */
export type DutyCheck = (duty: Duty, account: string, at: Date) => readonly DutyViolation[];

/**
 * The same for data that are already checked, and for many accounts. Accounts are compared as natural persons, so
 * aliases, merged accounts and service accounts of one owner collide like one account.
 */
export function dutyCheck(facts: CheckedFacts, people: Persons): DutyCheck {
  if (facts.rules === null) return (_, account) => [rulesMissing(people.of(account))];
  const rules = (facts.rules ?? initialDutyRules).rules.filter((rule) => applies(rule, facts));
  const actsOf = groupBy(facts.acts, ({ account }) => people.of(account));
  const isExcepted = excepting(facts, people);
  return (duty, account, at) => {
    const person = people.of(account);
    const acts = actsOf.get(person);
    if (acts === undefined) return [];
    return rules.flatMap((rule) => {
      const colliding = acts.filter((act) => keepsApart(rule, duty, act.duty));
      if (colliding.length === 0 || isExcepted(rule, person, at)) return [];
      return [collision(rule, { duty, account, person, acts: colliding })];
    });
  };
}

/**
 * Whether the account may start, given who approved. The approvers count as acts of the duty `approver`.
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function checkOperator(question: Omit<DutyQuestion, 'duty'> & { approvers: readonly string[] }) {
  const { approvers, ...rest } = question;
  const approvals = approvers.map((account): Act => ({ duty: 'approver', account, evidence: 'approval' }));
  const facts = { ...rest.facts, acts: [...(rest.facts.acts ?? []), ...approvals] };
  return checkSod({ ...rest, facts, duty: 'operator' });
}

/**
 * `SOD_AUTHOR_SOLE_REVIEWER` for each merge request that nobody but its own authors reviewed (APR-07.1).
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function checkReviews(given: DutyFacts, people: Persons): readonly DutyViolation[] {
  const facts = accept(DutyFacts, given, { ref: 'APR-07.1' });
  const reviewed = groupBy(facts.acts, ({ mergeRequest }) => mergeRequest);
  reviewed.delete(undefined);
  return [...reviewed].flatMap(([mergeRequest, acts]) => {
    const authors = new Set(
      acts.filter(({ duty }) => duty === 'author').map(({ account }) => people.of(account)),
    );
    const reviews = acts.filter(({ duty }) => duty === 'reviewer');
    if (reviews.length === 0 || reviews.some(({ account }) => !authors.has(people.of(account)))) return [];
    return [
      {
        code: 'SOD_AUTHOR_SOLE_REVIEWER',
        message: `Merge request ${mergeRequest} needs a reviewer who is not one of its authors.`,
        ref: 'APR-07.1',
        person: people.of(reviews[0]!.account),
        acts: reviews,
      },
    ];
  });
}

function applies(
  { where = {} }: DutyRule,
  { environmentClass, tier = 1, regulated = true }: CheckedFacts,
): boolean {
  return (
    (where.environmentClasses?.includes(environmentClass) ?? true) &&
    (where.tiers?.includes(tier) ?? true) &&
    (where.regulated === undefined || where.regulated === regulated)
  );
}

/** Whether a rule is waived for a person at an instant; of several exceptions the last one counts. */
function excepting({ regulated = true, exceptions }: CheckedFacts, people: Persons) {
  const until = new Map<string, number>();
  for (const { rule, account, until: end } of regulated ? [] : exceptions) {
    const waived = JSON.stringify([rule, people.of(account)]);
    until.set(waived, Math.max(until.get(waived) ?? -Infinity, Date.parse(end)));
  }
  return ({ id }: DutyRule, person: string, at: Date): boolean =>
    at.getTime() < (until.get(JSON.stringify([id, person])) ?? -Infinity);
}

function keepsApart({ one, other }: DutyRule, a: Duty, b: Duty): boolean {
  return (one === a && other === b) || (one === b && other === a);
}

function collision(
  rule: DutyRule,
  { duty, account, person, acts }: { duty: Duty; account: string; person: string; acts: readonly Act[] },
): DutyViolation {
  const cited = acts.slice(0, 3).map((act) => `${act.duty} by ${act.evidence} (${act.account})`);
  const more = acts.length > 3 ? ` and ${acts.length - 3} more` : '';
  return {
    code: rule.id,
    message: `${account} may not be ${duty}: the same person is ${cited.join(', ')}${more}. Another person may.`,
    ref: rule.ref,
    person,
    acts,
  };
}

function rulesMissing(person: string): DutyViolation {
  return {
    code: 'DUTY_RULES_MISSING',
    message: 'No duty rules are in force, so nobody may take a duty on. Activate a set of rules.',
    ref: 'reliability 4.2 B9',
    person,
    acts: [],
  };
}

function groupBy<T, Key>(values: readonly T[], keyOf: (value: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
