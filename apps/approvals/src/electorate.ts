import type { z } from 'zod';
import type { ApprovalRule, Step } from './approvalRule.js';
import { type CheckedFacts, type DutyCheck, dutyCheck } from './duties.js';
import type { Right } from './matching.js';
import type { Persons } from './persons.js';
import type { Electorate } from './round.js';

export type CheckedStep = z.output<typeof Step>;
export type CheckedRule = z.output<typeof ApprovalRule>;
type CheckedElectorate = z.output<typeof Electorate>;
type CheckedDelegation = CheckedElectorate['delegations'][number];

/** Who may vote in each step, as natural persons. */
export interface Voters {
  readonly people: Persons;
  readonly checkDuty: DutyCheck;
  /** Persons with a right of their own in the step, whatever bars them from using it. */
  readonly members: (step: CheckedStep) => ReadonlySet<string>;
  /** Persons of one group. */
  readonly membersOf: (group: string) => ReadonlySet<string>;
  readonly isOpen: (step: CheckedStep) => boolean;
  readonly isOpenGroup: (group: string) => boolean;
  readonly isRecused: (person: string, step: CheckedStep) => boolean;
  /** Whether the right of `from` in the step is lent to `to` at the instant: one hop, never a chain. */
  readonly isLent: (from: string, to: string, step: CheckedStep, at: Date) => boolean;
  /** The rights of a step that can still be used at or after the instant, and by whom. */
  readonly rights: (step: CheckedStep, at: Date) => readonly Right[];
}

export function voters(electorate: CheckedElectorate, duties: CheckedFacts, people: Persons): Voters {
  const checkDuty = dutyCheck(duties, people);
  const groups = new Map(Object.entries(electorate.groups));
  const recused = new Set(electorate.recusals.map(({ account, step }) => key(people.of(account), step)));
  const lent = lendings(electorate.delegations, people);
  const epochOf = epochs([
    ...electorate.delegations.map(({ end }) => end),
    ...duties.exceptions.map(({ until }) => until),
  ]);
  const rights = new Map<string, readonly Right[]>();

  const membersOf = remembering((group: string) => {
    const accounts = groups.get(group)?.members ?? [];
    return new Set(accounts.filter((id) => people.kindOf(id) === 'human').map((id) => people.of(id)));
  });
  const isOpenGroup = (group: string) => groups.get(group)?.open ?? false;
  const members = remembering(
    (step: CheckedStep) => new Set(step.groups.flatMap((group) => [...membersOf(group)])),
  );
  const isRecused = (person: string, step: CheckedStep) =>
    recused.has(key(person)) || recused.has(key(person, step.name));
  const barred = barring(checkDuty, duties, people);
  const mayServe = (person: string, step: CheckedStep, at: Date) =>
    !isRecused(person, step) && !barred(step.duty, person, at);
  const rightsAt = (step: CheckedStep, at: Date) =>
    [...members(step)]
      .filter((holder) => mayServe(holder, step, at))
      .map((holder) => {
        const delegates = (lent.get(holder) ?? [])
          .filter(({ delegation }) => covers(delegation, step) && at < new Date(delegation.end))
          .map(({ person }) => person)
          .filter((person) => mayServe(person, step, at));
        return { holder, casters: [...new Set([holder, ...delegates])] };
      });

  return {
    people,
    checkDuty,
    members,
    membersOf,
    isOpen: (step) => step.groups.some(isOpenGroup),
    isOpenGroup,
    isRecused,
    isLent: (from, to, step, at) =>
      lent
        .get(from)
        ?.some(
          ({ person, delegation }) => person === to && covers(delegation, step) && isActive(delegation, at),
        ) ?? false,
    rights: (step, at) => {
      const remembered = key(step.name, String(epochOf(at)));
      if (!rights.has(remembered)) rights.set(remembered, rightsAt(step, at));
      return rights.get(remembered)!;
    },
  };
}

/** Whether a duty rule bars a person; asked once for those without an exception, whom time does not change. */
function barring(checkDuty: DutyCheck, { exceptions }: CheckedFacts, people: Persons) {
  const excepted = new Set(exceptions.map(({ account }) => people.of(account)));
  const known = new Map<string, boolean>();
  return (duty: CheckedStep['duty'], person: string, at: Date): boolean => {
    const asked = key(duty, person);
    const barred = known.get(asked) ?? checkDuty(duty, person, at).length > 0;
    if (!excepted.has(person)) known.set(asked, barred);
    return barred;
  };
}

/** A function of one argument that computes each answer once. */
function remembering<Asked, Answer>(compute: (asked: Asked) => Answer): (asked: Asked) => Answer {
  const known = new Map<Asked, Answer>();
  return (asked) => {
    if (!known.has(asked)) known.set(asked, compute(asked));
    return known.get(asked)!;
  };
}

/** By the person who lends. Only humans lend and borrow. */
function lendings(delegations: readonly CheckedDelegation[], people: Persons) {
  const byLender = new Map<string, { person: string; delegation: CheckedDelegation }[]>();
  for (const delegation of delegations) {
    if ([delegation.from, delegation.to].some((account) => people.kindOf(account) !== 'human')) continue;
    const from = people.of(delegation.from);
    const known = byLender.get(from) ?? [];
    known.push({ person: people.of(delegation.to), delegation });
    byLender.set(from, known);
  }
  return byLender;
}

/** Which of the intervals between the given instants an instant lies in: inside one, rights do not change. */
function epochs(instants: readonly string[]): (at: Date) => number {
  const times = instants.map((instant) => Date.parse(instant));
  return (at) => times.filter((time) => time <= at.getTime()).length;
}

function key(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts.filter((part) => part !== undefined));
}

function covers({ steps }: CheckedDelegation, step: CheckedStep): boolean {
  return steps?.includes(step.name) ?? true;
}

function isActive({ start, end }: CheckedDelegation, at: Date): boolean {
  return new Date(start) <= at && at < new Date(end);
}
