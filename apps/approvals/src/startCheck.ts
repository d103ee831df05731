import { accept } from '#events';
import type { Violation } from '#events';
import { z } from 'zod';
import { checkOperator } from './duties.js';
import { type Condition, decide, type Decision } from './quorum.js';
import { Round, Votes } from './round.js';
import { Name } from './name.js';

const Instant = z.iso.datetime({ offset: true });

/** May this plan start now, by this operator, on the strength of this round? */
export const StartQuestion = z.strictObject({
  /** With the people, groups and duties of the moment of the start, not of the vote. */
  round: Round,
  votes: Votes,
  operator: Name,
  /** The hash of the plan that is about to run. */
  planHash: z.string().min(1).max(100),
  at: Instant,
  /** An approval never outlives it. */
  scheduledEnd: Instant.optional(),
  /** Ids of the conditions that were satisfied. */
  satisfiedConditions: z.array(Name).max(5_000).default([]),
});
export type StartQuestion = z.input<typeof StartQuestion>;

/**
 * Everything about approval that forbids the start, at once; empty when it may start. The round is decided anew with
 * today's persons, so an identity merge or a lost role since the vote revokes it (APR-07.4).
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function checkStart(given: StartQuestion): readonly Violation[] {
  const question = accept(StartQuestion, given, { ref: 'SCH-01.3' });
  const { round, votes, operator, at } = question;
  const decision = decide(round, votes, new Date(at));
  const duties = {
    account: operator,
    at,
    facts: round.duties,
    directory: round.electorate.directory,
    approvers: decision.approvers,
  };
  return [
    ...notGranted(decision),
    ...superseded(question),
    ...lapsed(question, decision),
    ...decision.conditions.filter(({ id }) => !question.satisfiedConditions.includes(id)).map(openCondition),
    ...checkOperator(duties),
  ];
}

/**
 * Until when a grant holds: its rule's validity, at most the scheduled end (APR-04.3). Null for what is not granted.
 */
export function validUntil(
  { rule }: Pick<Round, 'rule'>,
  { state, decidedAt }: Pick<Decision, 'state' | 'decidedAt'>,
  scheduledEnd?: string,
): Date | null {
  if (state !== 'GRANTED' || decidedAt === null || rule === null) return null;
  const byRule = Date.parse(decidedAt) + (rule.validHours ?? 14 * 24) * 3_600_000;
  return new Date(scheduledEnd === undefined ? byRule : Math.min(byRule, Date.parse(scheduledEnd)));
}

function notGranted({ state, reason, refusals }: Decision): readonly Violation[] {
  if (state === 'GRANTED') return [];
  const message = `The approval is ${state} (${reason}); it must be GRANTED.`;
  const collisions = refusals
    .flatMap(({ violations }) => violations)
    .filter(({ code }) => code.startsWith('SOD_'));
  return [{ code: 'APPROVAL_NOT_GRANTED', message, ref: 'SCH-01.3' }, ...collisions];
}

function superseded({ round, planHash }: z.output<typeof StartQuestion>): readonly Violation[] {
  if (planHash === round.planHash) return [];
  const message = `What was approved is ${round.planHash}, not ${planHash}. Ask for approval of the plan as it is now.`;
  return [{ code: 'APPROVAL_SUPERSEDED', message, ref: 'APR-04.3' }];
}

function lapsed(
  { round, at, scheduledEnd }: z.output<typeof StartQuestion>,
  decision: Decision,
): readonly Violation[] {
  const until = validUntil(round, decision, scheduledEnd);
  if (until === null || new Date(at) < until) return [];
  const message = `The approval expired at ${until.toISOString()}. Ask for a new one.`;
  return [{ code: 'APPROVAL_LAPSED', message, ref: 'APR-04.3' }];
}

function openCondition({ id, text }: Condition): Violation {
  return {
    code: 'APPROVAL_CONDITION_OPEN',
    message: `Condition ${id} is not satisfied: ${text}`,
    ref: 'APR-04.4',
  };
}
