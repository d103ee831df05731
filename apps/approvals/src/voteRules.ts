import type { Violation } from '#events';
import { ballotsOf, type CheckedVote, isOpenNow, stepOf, type Tally } from './ballots.js';
import type { CheckedStep } from './electorate.js';

/** Acts handed on with one refused vote at most: each of many votes may collide with each of many acts. */
const CITED = 20;

/** Why a vote does not count, all reasons at once; empty when it does. */
export function voteViolations(tally: Tally, vote: CheckedVote): readonly Violation[] {
  const step = stepOf(tally.rule, vote);
  return [
    ...aboutTheRound(tally, vote),
    ...(step ? aboutTheStep(tally, vote, step) : [unknownStep(tally)]),
    ...(step ? aboutTheVoter(tally, vote, step) : []),
  ];
}

/** The same person must not seem to be two: a vote through another account of one who has voted is refused. */
export function secondAccount(tally: Tally, vote: CheckedVote): readonly Violation[] {
  const step = stepOf(tally.rule, vote);
  const { people } = tally.voters;
  const first =
    step &&
    ballotsOf(tally, step).find(
      ({ caster, vote: cast }) => caster === people.of(vote.account) && cast.account !== vote.account,
    );
  if (!first) return [];
  const message = `${vote.account} and ${first.vote.account} are one person, who has voted. Another person may vote.`;
  return [{ code: 'DUAL_APPROVAL_SAME_PERSON', message, ref: 'APR-08.3' }];
}

function aboutTheRound(tally: Tally, vote: CheckedVote): readonly Violation[] {
  const { outcome, openedAt, expiresAt, planHash } = tally;
  const at = new Date(vote.at);
  return [
    outcome && violation('APPROVAL_DECIDED', `The round was ${outcome.state} at ${outcome.at}.`, '3.4'),
    at < new Date(openedAt) && violation('APPROVAL_NOT_OPEN', `The round opens at ${openedAt}.`, '3.4'),
    at >= new Date(expiresAt) &&
      violation('APPROVAL_EXPIRED', `The round expired at ${expiresAt}.`, 'APR-04.5'),
    vote.planHash !== planHash &&
      violation('APPROVAL_SUPERSEDED', `The plan changed: vote on ${planHash}.`, 'APR-04.3'),
  ].filter(isViolation);
}

function aboutTheStep(tally: Tally, vote: CheckedVote, step: CheckedStep): readonly Violation[] {
  const needsComment = vote.decision === 'reject' || vote.decision === 'approve-with-conditions';
  return [
    !tally.outcome &&
      !isOpenNow(tally, step) &&
      violation('STEP_NOT_OPEN', `Step ${step.name} is not open for votes.`, 'APR-04.1'),
    vote.decision === 'abstain' &&
      !step.allowAbstain &&
      violation('ABSTENTION_NOT_ALLOWED', `Step ${step.name} takes approvals and rejections.`, 'APR-04.2'),
    needsComment &&
      !vote.comment?.trim() &&
      violation('COMMENT_REQUIRED', `To ${vote.decision} say why in a comment.`, 'APR-04.2'),
  ].filter(isViolation);
}

function aboutTheVoter(tally: Tally, vote: CheckedVote, step: CheckedStep): readonly Violation[] {
  const { voters } = tally;
  const kind = voters.people.kindOf(vote.account);
  if (kind !== 'human') {
    const message = `${vote.account} is a ${kind} account; only natural persons vote, each for themselves.`;
    return [violation('VOTER_NOT_A_PERSON', message, 'reliability 4.2 B3, B5')];
  }
  return [
    ...aboutTheRight(tally, vote, step),
    ...accountsOf(vote).flatMap((account) => aboutTheAccount(tally, { vote, step, account })),
  ];
}

/** The right must be a member's own, or lent by a member directly. */
function aboutTheRight(
  { voters }: Tally,
  { account, onBehalfOf, at }: CheckedVote,
  step: CheckedStep,
): readonly Violation[] {
  const { people } = voters;
  const holder = people.of(onBehalfOf ?? account);
  const caster = people.of(account);
  return [
    !voters.members(step).has(holder) &&
      violation('NOT_ELIGIBLE', `Step ${step.name} is for members of ${step.groups.join(', ')}.`, 'APR-04.1'),
    holder !== caster &&
      !voters.isLent(holder, caster, step, new Date(at)) &&
      violation('DELEGATION_MISSING', `${onBehalfOf} has not delegated to ${account} at ${at}.`, 'APR-04.6'),
  ].filter(isViolation);
}

/** A delegate votes with the weaker of two authorities: what bars either of the two bars the vote (LIB-07.7). */
function aboutTheAccount(
  { voters }: Tally,
  { vote, step, account }: { vote: CheckedVote; step: CheckedStep; account: string },
): readonly Violation[] {
  const person = voters.people.of(account);
  return [
    ...(voters.isRecused(person, step)
      ? [violation('RECUSED', `${account} stands aside from step ${step.name}.`, 'APR-05.4')]
      : []),
    ...voters
      .checkDuty(step.duty, account, new Date(vote.at))
      .map((violation) => ({ ...violation, acts: violation.acts.slice(0, CITED) })),
  ];
}

function accountsOf({ account, onBehalfOf = account }: CheckedVote): readonly string[] {
  return [...new Set([account, onBehalfOf])];
}

function unknownStep({ rule }: Tally): Violation {
  const names = rule.steps.map(({ name }) => name).join(', ');
  return violation('STEP_UNKNOWN', `Name one of the steps ${names}.`, 'APR-04.1');
}

function violation(code: string, message: string, ref: string): Violation {
  return { code, message, ref };
}

function isViolation(value: Violation | false | undefined): value is Violation {
  return Boolean(value);
}
