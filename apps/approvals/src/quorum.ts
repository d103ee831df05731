import { accept } from '#events';
import type { Violation } from '#events';
import { approves, ballotsOf, isOpenNow, type RefusedVote, type Tally } from './ballots.js';
import type { CheckedStep } from './electorate.js';
import { DecideQuestion, type Round, type Vote, VoteQuestion } from './round.js';
import { count, opening, serving, settle, silentVetoes, unusedRights } from './tally.js';
import { secondAccount, voteViolations } from './voteRules.js';

export {
  ApprovalRule,
  criticalApproval,
  emergencyApproval,
  offHoursApproval,
  singleApproval,
} from './approvalRule.js';
export { DecideQuestion, Electorate, Round, SatisfiableQuestion, Vote, VoteQuestion } from './round.js';
export { satisfiable } from './satisfiable.js';

export type ApprovalState = 'PENDING' | 'ESCALATED' | 'GRANTED' | 'REJECTED' | 'EXPIRED';

export interface StepState {
  readonly name: string;
  readonly state: 'WAITING' | 'OPEN' | 'COMPLETE';
  /** Different persons who approve and are counted here. */
  readonly approvals: number;
  readonly approvers: readonly string[];
  /** Approvals still missing. */
  readonly needed: number;
  /** Persons who may still vote, or `null` where the group has no list of members. */
  readonly remaining: number | null;
  /** Their names, and those to whom they lent their right; `null` likewise. */
  readonly mayVote: readonly string[] | null;
  readonly reason: string;
}

/** Something an approver asked for; it must be done before the start (APR-04.4). */
export interface Condition {
  readonly id: string;
  readonly person: string;
  readonly text: string;
}

export interface Decision {
  readonly state: ApprovalState;
  readonly reason: string;
  readonly decidedAt: string | null;
  readonly planHash: string;
  readonly steps: readonly StepState[];
  /** Everybody who approves as the votes stand, and whose right was used for it, whether or not the quorum needs them. */
  readonly approvers: readonly string[];
  readonly conditions: readonly Condition[];
  /** Votes that do not count, each with every reason. */
  readonly refusals: readonly RefusedVote[];
}

/**
 * What the votes cast until `at` come to, in the order they were recorded (state machine 3.4; APR-04). Quorum counts
 * natural persons; a veto or a quorum that can no longer be reached rejects; silence, a tie and abstention never
 * approve; a missing rule denies.
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function decide(round: Round, votes: readonly Vote[], at: Date): Decision {
  const question = accept(DecideQuestion, { round, votes, at: isoOf(at) }, { ref: 'APR-04' });
  if (question.round.rule === null) return ruleMissing(question.round.planHash);
  const cast = question.votes.filter((vote) => new Date(vote.at) <= at);
  const counted = cast.reduce(count, opening({ ...question.round, rule: question.round.rule }));
  const tally = at < new Date(question.round.expiresAt) ? settle(counted, question.at) : counted;
  return {
    ...stateOf(tally, question.round.due, at),
    planHash: tally.planHash,
    steps: describeSteps(tally, question.at),
    approvers: approversOf(tally),
    conditions: conditionsOf(tally),
    refusals: tally.refusals,
  };
}

/**
 * Every reason why the vote may not be cast after the votes recorded so far; empty when it may.
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function checkVote(round: Round, votes: readonly Vote[], vote: Vote): readonly Violation[] {
  const question = accept(VoteQuestion, { round, votes, vote }, { ref: 'APR-04' });
  if (question.round.rule === null) return [ruleMissingViolation];
  const tally = question.votes.reduce(count, opening({ ...question.round, rule: question.round.rule }));
  return [...voteViolations(tally, question.vote), ...secondAccount(tally, question.vote)];
}

/** Two views of one round, at its submission and now: the stricter of them decides (reliability 4.2 B8). */
export function stricter(one: Decision, other: Decision): Decision {
  const strictness: readonly ApprovalState[] = ['GRANTED', 'PENDING', 'ESCALATED', 'EXPIRED', 'REJECTED'];
  return strictness.indexOf(other.state) > strictness.indexOf(one.state) ? other : one;
}

const ruleMissingViolation: Violation = {
  code: 'APPROVAL_RULE_MISSING',
  message: 'No approval rule is in force for this change, so nothing can be granted. Restore or write one.',
  ref: 'reliability 4.2 B9',
};

function ruleMissing(planHash: string): Decision {
  const nothing = { decidedAt: null, planHash, steps: [], approvers: [], conditions: [], refusals: [] };
  return { state: 'REJECTED', reason: ruleMissingViolation.code, ...nothing };
}

function stateOf(tally: Tally, due: Readonly<Record<string, string>>, at: Date) {
  const { outcome, expiresAt } = tally;
  if (outcome) return { state: outcome.state, reason: outcome.reason, decidedAt: outcome.at };
  if (at >= new Date(expiresAt))
    return { state: 'EXPIRED' as const, reason: 'SILENCE', decidedAt: expiresAt };
  const dueAt = new Map(Object.entries(due));
  const late = tally.rule.steps.some((step) => {
    const instant = dueAt.get(step.name);
    return isOpenNow(tally, step) && instant !== undefined && at >= new Date(instant);
  });
  return late
    ? { state: 'ESCALATED' as const, reason: 'STEP_OVERDUE', decidedAt: null }
    : { state: 'PENDING' as const, reason: 'VOTES_MISSING', decidedAt: null };
}

function describeSteps(tally: Tally, at: string): readonly StepState[] {
  const counted = serving(tally);
  return tally.rule.steps.map((step) => {
    const approvers = counted.get(step.name)!;
    const needed = step.quorum - approvers.length;
    const rights = tally.voters.isOpen(step) ? null : unusedRights(tally, step, at);
    const remaining = rights && rights.length;
    const mayVote = rights && [...new Set(rights.flatMap(({ casters }) => casters))].sort();
    const state = stepStateOf(tally, step);
    const reason = reasonOf(tally, step, { state, needed, remaining });
    const approvals = approvers.length;
    return { name: step.name, state, approvals, approvers, needed, remaining, mayVote, reason };
  });
}

function stepStateOf(tally: Tally, step: CheckedStep): StepState['state'] {
  const position = tally.stages.indexOf(step.stage);
  if (position < tally.completed) return 'COMPLETE';
  return position === tally.completed ? 'OPEN' : 'WAITING';
}

function reasonOf(
  tally: Tally,
  step: CheckedStep,
  { state, needed, remaining }: Pick<StepState, 'state' | 'needed' | 'remaining'>,
): string {
  if (state === 'COMPLETE') return 'Enough persons approved.';
  if (state === 'WAITING') return 'An earlier stage is not complete.';
  if (remaining !== null && remaining < needed)
    return `Needs ${needed} more, of ${remaining} who may still vote.`;
  if (needed > 0) return `Needs ${needed} more.`;
  const silent = silentVetoes(tally, step);
  if (silent.length > 0) return `Waits for a word from ${silent.join(', ')}, who may veto.`;
  return 'Enough persons approved; another step of the rule needs one of them or is not complete.';
}

function approversOf(tally: Tally): readonly string[] {
  const ballots = [...tally.ballots.values()].flat().filter(approves);
  return [...new Set(ballots.flatMap(({ caster, holder }) => [caster, holder]))].sort();
}

function conditionsOf(tally: Tally): readonly Condition[] {
  return tally.rule.steps.flatMap((step) =>
    ballotsOf(tally, step)
      .filter(({ vote }) => vote.decision === 'approve-with-conditions')
      .map(({ caster, vote }) => ({
        id: `${step.name}/${caster}`,
        person: caster,
        text: vote.comment!,
      })),
  );
}

function isoOf(at: Date): string {
  return Number.isNaN(at.getTime()) ? 'no instant' : at.toISOString();
}
