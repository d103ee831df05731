import { z } from 'zod';
import { ApprovalRule } from './approvalRule.js';
import { DutyFacts } from './duties.js';
import { Directory } from './persons.js';
import { Name } from './name.js';

const Instant = z.iso.datetime({ offset: true });
const PlanHash = z.string().min(1).max(100);

/** A right to vote lent to somebody else, for named steps and a limited time. It cannot be lent on. */
export const Delegation = z
  .strictObject({
    from: Name,
    to: Name,
    steps: z.array(Name).min(1).max(10).optional().describe('Absent: every step of the rule'),
    start: Instant,
    end: Instant,
  })
  .refine(({ start, end }) => Date.parse(start) < Date.parse(end), {
    path: ['end'],
    message: 'Expected an instant after start',
  });
export type Delegation = z.input<typeof Delegation>;

/** Who may vote: groups of accounts, and what the directory knows of the accounts. */
export const Electorate = z.strictObject({
  groups: z.record(
    Name,
    z.strictObject({
      members: z.array(Name).max(2_000),
      /** The members are not all known (a role in a token, say): the group never runs out of voters. */
      open: z.boolean().default(false),
    }),
  ),
  directory: Directory.prefault({}),
  delegations: z.array(Delegation).max(2_000).default([]),
  /** Who stands aside, from one step or from all: not counted among the voters. */
  recusals: z
    .array(z.strictObject({ account: Name, step: Name.optional() }))
    .max(2_000)
    .default([]),
});
export type Electorate = z.input<typeof Electorate>;

/** One round of approval: a rule, the exact plan it is about, who may vote, and what they did on the change. */
export const Round = z
  .strictObject({
    rule: ApprovalRule.nullable().describe('null when the rule is gone: then nothing is granted'),
    planHash: PlanHash,
    openedAt: Instant,
    expiresAt: Instant,
    due: z.record(Name, Instant).default({}).describe('When each step escalates'),
    electorate: Electorate,
    duties: DutyFacts,
  })
  .refine(({ openedAt, expiresAt }) => Date.parse(openedAt) < Date.parse(expiresAt), {
    path: ['expiresAt'],
    message: 'Expected an instant after openedAt',
  });
export type Round = z.input<typeof Round>;

export const Vote = z.strictObject({
  step: Name.optional().describe('Absent: the only step of the rule'),
  account: Name,
  onBehalfOf: Name.optional().describe("Whose right is used, if not the voter's own"),
  decision: z.enum(['approve', 'approve-with-conditions', 'reject', 'abstain']),
  comment: z.string().max(10_000).optional(),
  planHash: PlanHash.describe('The plan the voter saw'),
  at: Instant,
});
export type Vote = z.input<typeof Vote>;

export const Votes = z.array(Vote).max(5_000);

/** Stateless questions: what do these votes come to, and may this one be cast? */
export const DecideQuestion = z.strictObject({ round: Round, votes: Votes, at: Instant });
export const VoteQuestion = z
  .strictObject({ round: Round, votes: Votes, vote: Vote })
  .meta({ id: 'VoteQuestion' });
export const SatisfiableQuestion = z.strictObject({
  rule: ApprovalRule,
  electorate: Electorate,
  duties: DutyFacts,
  at: Instant,
  operatorGroups: z
    .array(Name)
    .max(50)
    .default([])
    .describe('Groups that somebody else than the approvers must be able to operate from'),
});
