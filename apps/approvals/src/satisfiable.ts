import { accept, Rejected } from '#events';
import type { z } from 'zod';
import { dutyCheck } from './duties.js';
import type { Voters } from './electorate.js';
import { persons } from './persons.js';
import { SatisfiableQuestion } from './round.js';
import { opening, type OpenRound } from './tally.js';

/** Rights to vote times seats that are matched anew, over all the operators that are tried: about a second of work. */
const MOST_LOOKS = 10_000_000;

export interface Satisfiability {
  readonly satisfiable: boolean;
  /** A sentence naming what is short. */
  readonly reason: string;
  /** Different persons who may vote in each step; `null` where a group has no list of members. */
  readonly steps: readonly {
    readonly name: string;
    readonly quorum: number;
    readonly eligible: number | null;
  }[];
  /** Somebody who could start it while others approve, if asked for and found. */
  readonly operator: string | null;
}

/**
 * Whether some assignment of different persons to the steps could ever satisfy the rule, decided when it is written:
 * for these groups, with these duties already taken, and leaving somebody of `operatorGroups` (if any) to start it. A group
 * whose members are not all known never runs out of them, of voters or of operators.
 * @throws Rejected `INVALID_INPUT` naming the field, `QUESTION_TOO_LARGE`.
 */
export function satisfiable(given: z.input<typeof SatisfiableQuestion>): Satisfiability {
  const question = accept(SatisfiableQuestion, given, { ref: 'APR-04.1' });
  const people = persons(question.electorate.directory);
  const round = unopened(question);
  const { voters, outcome } = opening(round, people);
  const steps = round.rule.steps.map((step) => ({
    name: step.name,
    quorum: step.quorum,
    eligible: voters.isOpen(step) ? null : voters.rights(step, new Date(question.at)).length,
  }));
  if (outcome) {
    const reason = [...mute(round, voters), ...shortages(steps)].join(' ');
    return { satisfiable: false, reason: reason || SHARED, steps, operator: null };
  }
  if (question.operatorGroups.length === 0) {
    return { satisfiable: true, reason: 'Enough different persons can approve.', steps, operator: null };
  }
  const candidates = new Set(question.operatorGroups.flatMap((group) => [...voters.membersOf(group)]));
  const operator = operatorBesides(round, candidates, people);
  const can = operator !== undefined || question.operatorGroups.some(voters.isOpenGroup);
  const reason = can
    ? 'Enough different persons can approve, and another can start it.'
    : `Everybody of ${question.operatorGroups.join(', ')} is needed to approve or may not start it.`;
  return { satisfiable: can, reason, steps, operator: operator ?? null };
}

/** An assignment uses two persons a seat at most (who votes and whose right it is), so more candidates than that suffice. */
function operatorBesides(
  round: OpenRound,
  candidates: ReadonlySet<string>,
  people: ReturnType<typeof persons>,
) {
  const at = new Date(round.openedAt);
  const seats = round.rule.steps.reduce((sum, { quorum }) => sum + quorum, 0);
  const mayOperate = dutyCheck(round.duties, people);
  const eligible = [...candidates].filter((person) => mayOperate('operator', person, at).length === 0);
  const { voters } = opening(round, people);
  const rights = round.rule.steps.reduce((sum, step) => sum + voters.rights(step, at).length, 0);
  return eligible.slice(0, 2 * seats + 1).find((account, tried) => {
    if (tried * rights * seats > MOST_LOOKS) throw tooMany(tried);
    const operates = { duty: 'operator' as const, account, evidence: 'start' };
    const acts = [...round.duties.acts, operates];
    return opening({ ...round, duties: { ...round.duties, acts } }, people).outcome === undefined;
  });
}

function tooMany(tried: number): Rejected {
  return new Rejected(
    'QUESTION_TOO_LARGE',
    `operatorGroups: after ${tried} persons nobody is found who could start it; ask for fewer, or for smaller quorums.`,
    'APR-04.1',
  );
}

function unopened({ rule, electorate, duties, at }: z.output<typeof SatisfiableQuestion>): OpenRound {
  return { rule, electorate, duties, planHash: 'none', openedAt: at, expiresAt: at, due: {} };
}

const SHARED = 'The steps need more different persons than their groups have between them.';

function shortages(steps: Satisfiability['steps']): string[] {
  return steps
    .filter(({ eligible, quorum }) => eligible !== null && eligible < quorum)
    .map(({ name, quorum, eligible }) => `Step ${name} needs ${quorum} persons and has ${eligible}.`);
}

/** Silence is never consent, so a group that must be heard and has nobody left to speak for it stops the step. */
function mute({ rule, openedAt }: OpenRound, voters: Voters): string[] {
  return rule.steps.flatMap((step) => {
    const rights = voters.rights(step, new Date(openedAt));
    const speaks = (group: string) =>
      voters.isOpenGroup(group) || rights.some(({ holder }) => voters.membersOf(group).has(holder));
    return step.veto
      .filter((group) => step.awaitVeto && !speaks(group))
      .map((group) => `Step ${step.name} waits for a word from ${group}, of whom nobody may vote.`);
  });
}
