import {
  ApprovalExpired,
  ApprovalGranted,
  ApprovalRejected,
  ApprovalRequested,
  ApprovalSuperseded,
  ApprovalVoteCast,
  ChangeRequested,
  ChangeRiskAssessed,
  Rejected,
  SodViolationBlocked,
} from '#events';
import type { Cast, ChangeEvent, Decide, Known, Opened } from './change.js';
import { checkVote, decide as tally, type Round, singleApproval, type Vote } from './quorum.js';
import type { Assessment } from './risk.js';

/** What a deployment asks approval for. */
export interface Ask {
  readonly deploymentId: string;
  readonly planHash: string;
  readonly services: readonly string[];
  readonly environment: string;
  readonly environmentClass: Opened['environmentClass'];
  readonly reason: string;
  readonly requestedBy: string;
  readonly authors: readonly string[];
}

/** How long a round stays open (`approval expiry`, section 5 of the specification). */
const EXPIRY_HOURS = 72;
const POLICY = singleApproval();

/** Opens a round for a plan: scored, with its quorum, until it expires. A round for an earlier plan no longer counts. */
export function open(ask: Ask, risk: Assessment, now: Date): Decide {
  return (change) => {
    if (change.status !== 'UNKNOWN' && change.round?.planHash === ask.planHash) return [];
    const { deploymentId, planHash, requestedBy, environmentClass } = ask;
    const of = { changeId: deploymentId, deploymentId };
    const { score, band, probability, lowConfidence, modelVersion: model } = risk;
    const round = change.status === 'UNKNOWN' ? undefined : change.round;
    const earlier = round ? [round.requestedBy, ...round.authors] : [];
    const factors = risk.factors.map(({ name, value, points, imputed }) => ({
      name,
      value,
      points,
      imputed,
    }));
    const opened: ChangeEvent[] = [
      ChangeRiskAssessed({ ...of, planHash, score, band, probability, lowConfidence, factors, model }),
      ApprovalRequested({
        ...of,
        planHash,
        quorum: POLICY.steps[0]!.quorum,
        requestedBy,
        // Whoever asked for an earlier plan of this change had a hand in it.
        authors: [...new Set([...ask.authors, ...earlier])].filter((person) => person !== requestedBy),
        environmentClass,
        expiresAt: new Date(now.getTime() + EXPIRY_HOURS * 3_600_000).toISOString(),
        policy: `${POLICY.id}@${POLICY.version}`,
        score,
        band,
      }),
    ];
    if (change.status === 'UNKNOWN') return [requested(ask), ...opened];
    const live = round && (change.status === 'PENDING' || change.status === 'GRANTED');
    return [
      ...(live ? [ApprovalSuperseded({ ...of, planHash: round.planHash, by: planHash })] : []),
      ...opened,
    ];
  };
}

function requested({ deploymentId, services, environment, reason, requestedBy }: Ask): ChangeEvent {
  const of = { changeId: deploymentId, deploymentId };
  return ChangeRequested({
    ...of,
    changeType: 'NORMAL',
    services: [...services],
    environment,
    reason,
    requestedBy,
  });
}

/** One person's voice on the plan they saw. */
export type Voice = Pick<Cast, 'person' | 'planHash' | 'vote' | 'comment'>;

/**
 * Casts a vote. Someone whose duties collide is refused, and that is recorded; the answer to the caller is made from it.
 * @throws Rejected every other reason why the vote does not count, at once
 */
export function vote(voice: Voice, now: Date): Decide {
  return (change) => {
    if (change.status === 'UNKNOWN' || !change.round)
      throw new Rejected('NOT_FOUND', 'There is no such change.');
    const { round, votes } = change;
    const { changeId, deploymentId, planHash } = round;
    const of = { changeId, deploymentId, planHash };
    const earlier = votes.findLast(({ person }) => person === voice.person);
    if (earlier && same(earlier, voice)) return [];
    const cast: Cast = { ...of, ...voice, at: now.toISOString() };
    const question = roundOf(change, [...votes, cast]);
    const violations = checkVote(question, votes.map(ballotOf), ballotOf(cast));
    if (violations.some(({ code }) => code.startsWith('SOD_'))) {
      const blocked = { ...of, person: voice.person, action: 'vote', violations: violations.map(plain) };
      if (JSON.stringify(change.refusal) === JSON.stringify(blocked)) throw new Rejected(violations);
      return [SodViolationBlocked(blocked)];
    }
    if (violations.length > 0) throw new Rejected(violations);
    const { state, reason, steps } = tally(question, [...votes, cast].map(ballotOf), now);
    const counted = ApprovalVoteCast({ ...of, ...voice });
    if (state === 'GRANTED')
      return [
        counted,
        ApprovalGranted({ ...of, approvers: steps.flatMap(({ approvers }) => [...approvers]) }),
      ];
    return state === 'REJECTED' ? [counted, ApprovalRejected({ ...of, reason })] : [counted];
  };
}

const same = (one: Voice, other: Voice) =>
  one.vote === other.vote && one.planHash === other.planHash && one.comment === other.comment;

const plain = ({ code, message, ref }: { code: string; message: string; ref?: string }) => ({
  code,
  message,
  ...(ref && { ref }),
});

const ballotOf = ({ person, vote: decision, comment, planHash, at }: Cast): Vote => ({
  account: person,
  decision,
  ...(comment !== undefined && { comment }),
  planHash,
  at,
});

/** The round as the quorum engine judges it. Who may approve is a role in the token, so the group has no end. */
function roundOf({ round }: Known, votes: readonly Cast[]): Round {
  const { planHash, openedAt, expiresAt, requestedBy, authors, environmentClass } = round!;
  const members = [...new Set(votes.map(({ person }) => person))];
  return {
    rule: POLICY,
    planHash,
    openedAt,
    expiresAt,
    electorate: { groups: { approver: { members, open: true } } },
    duties: {
      environmentClass,
      acts: [
        { duty: 'requester', account: requestedBy, evidence: 'asked for the deployment' },
        ...authors.map((account) => ({
          duty: 'author' as const,
          account,
          evidence: 'wrote a commit of the artifact',
        })),
      ],
    },
  };
}

/** Nobody answered in time. */
export function expire(planHash: string, lateBySeconds: number): Decide {
  return (change) => {
    if (change.status !== 'PENDING' || change.round?.planHash !== planHash) return [];
    const { changeId, deploymentId } = change.round;
    return [ApprovalExpired({ changeId, deploymentId, planHash, lateBySeconds })];
  };
}
