import { z } from 'zod';
import { Violation } from '#events';
import { Act } from './duties.js';
import { Vote } from './round.js';

const Person = z.string().describe('The account that stands for a natural person');
const Count = z.int().min(0);
const Instant = z.iso.datetime({ offset: true });

const DutyViolation = Violation.extend({
  person: Person,
  acts: z.array(Act).describe('What collides with the duty'),
}).meta({ id: 'DutyViolation' });

const violations = z
  .array(Violation.extend(DutyViolation.partial().pick({ person: true, acts: true }).shape))
  .describe('Person and acts are there where two duties collide');

const StepState = z
  .object({
    name: z.string(),
    state: z.enum(['WAITING', 'OPEN', 'COMPLETE']),
    approvals: Count.describe('Different persons who approve and are counted here'),
    approvers: z.array(Person),
    needed: Count.describe('Approvals still missing'),
    remaining: Count.nullable().describe(
      'Rights to vote still unused; null where a group has no list of members',
    ),
    mayVote: z.array(Person).nullable().describe('Who may use them; null likewise'),
    reason: z.string().describe('One sentence'),
  })
  .meta({ id: 'ApprovalStepState' });

/** What is answered to the question what votes come to. */
export const QuorumAnswer = z
  .object({
    state: z.enum(['PENDING', 'ESCALATED', 'GRANTED', 'REJECTED', 'EXPIRED']),
    reason: z.string().describe('A code, such as QUORUM_REACHED'),
    decidedAt: Instant.nullable().describe('Null while it is open, or without a rule'),
    planHash: z.string(),
    steps: z.array(StepState),
    approvers: z
      .array(Person)
      .describe('All who approve, and whose right was used for it, whether or not the quorum needs them'),
    conditions: z
      .array(z.object({ id: z.string(), person: Person, text: z.string() }))
      .describe('What approvers asked for: to be done before the start'),
    refusals: z.array(z.object({ vote: Vote, violations })).describe('Votes that do not count'),
  })
  .meta({ id: 'QuorumAnswer' });

/** What is answered to the question whether a vote may be cast. */
export const VoteAnswer = z.object({ allowed: z.boolean(), violations }).meta({ id: 'VoteAnswer' });

/** What is answered to the question whether a rule can be satisfied. */
export const SatisfiableAnswer = z
  .object({
    satisfiable: z.boolean(),
    reason: z.string().describe('In sentences: what is short'),
    steps: z.array(
      z.object({
        name: z.string(),
        quorum: Count,
        eligible: Count.nullable().describe('Different persons; null where a group has no list of members'),
      }),
    ),
    operator: Person.nullable().describe('Who could start it, if asked for and found'),
  })
  .meta({ id: 'SatisfiableAnswer' });

/** What is answered to the question whether a duty may be taken on. */
export const SodAnswer = z
  .object({ allowed: z.boolean(), violations: z.array(DutyViolation) })
  .meta({ id: 'SodAnswer' });
