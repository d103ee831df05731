import { accept } from '#events';
import type { Violation } from '#events';
import type { z } from 'zod';
import { type CheckedRule, type Voters, voters } from './electorate.js';
import { persons } from './persons.js';
import { Delegation, Round } from './round.js';

type Checked = z.output<typeof Delegation>;

/**
 * Every reason why a right to vote may not be lent like this; empty when it may (APR-04.6; reliability 4.2 B4). Judged
 * by natural persons, so lending to one's other account, to the requester or through a third person is seen.
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function checkDelegation(given: Delegation, givenRound: Round): readonly Violation[] {
  const delegation = accept(Delegation, given, { ref: 'APR-04.6' });
  const round = accept(Round, givenRound, { ref: 'APR-04.6' });
  const people = persons(round.electorate.directory);
  const assembly = voters(round.electorate, round.duties, people);
  const [from, to] = [people.of(delegation.from), people.of(delegation.to)];
  const at = new Date(delegation.start);
  const lent = lentSteps(round.rule, delegation, assembly);
  const duties = [...new Set(lent.map(({ duty }) => duty))];
  return [
    ...(from === to ? [refusal('DELEGATION_TO_SELF', `${delegation.to} is the same person.`)] : []),
    ...machines(delegation, people.kindOf),
    ...(lent.length > 0 ? [] : [notOwn(delegation)]),
    ...chains(delegation, round.electorate.delegations, people.of),
    ...[delegation.from, delegation.to].flatMap((account) =>
      duties.flatMap((duty) => assembly.checkDuty(duty, account, at)),
    ),
  ];
}

function machines({ from, to }: Checked, kindOf: (account: string) => string): readonly Violation[] {
  return [from, to]
    .filter((account) => kindOf(account) !== 'human')
    .map((account) =>
      refusal(
        'DELEGATION_TO_MACHINE',
        `${account} is a ${kindOf(account)} account; persons delegate to persons.`,
      ),
    );
}

/** The steps of its scope in which the lender has a right; each says which duty it asks of a voter. */
function lentSteps(rule: CheckedRule | null, { from, steps }: Checked, assembly: Voters) {
  const inScope = rule?.steps.filter(({ name }) => steps?.includes(name) ?? true) ?? [];
  return inScope.filter((step) => assembly.members(step).has(assembly.people.of(from)));
}

function notOwn({ from }: Checked): Violation {
  return refusal('DELEGATION_NOT_OWN_RIGHT', `${from} has no right of their own in these steps to lend.`);
}

/** No chain longer than 1: who lends in this scope and time must not borrow, and who borrows must not lend. */
function chains(
  delegation: Checked,
  others: readonly Checked[],
  personOf: (account: string) => string,
): readonly Violation[] {
  return others
    .filter((other) => overlap(delegation, other))
    .filter(
      (other) =>
        personOf(other.to) === personOf(delegation.from) || personOf(other.from) === personOf(delegation.to),
    )
    .map(({ from, to }) =>
      refusal('DELEGATION_CHAIN', `${from} delegates to ${to} at that time; a right is lent once.`),
    );
}

function overlap(one: Checked, other: Checked): boolean {
  const inTime = new Date(one.start) < new Date(other.end) && new Date(other.start) < new Date(one.end);
  return inTime && (!one.steps || !other.steps || one.steps.some((step) => other.steps!.includes(step)));
}

function refusal(code: string, message: string): Violation {
  return { code, message, ref: 'APR-04.6' };
}
