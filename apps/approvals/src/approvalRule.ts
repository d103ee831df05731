import { z } from 'zod';
import { Duty } from './dutyRules.js';
import { Name } from './name.js';

/** One step of an approval rule: enough persons of its groups must say yes. */
export const Step = z
  .strictObject({
    name: Name,
    stage: z
      .int()
      .min(1)
      .max(20)
      .default(1)
      .describe('Steps of one stage run in parallel; a stage opens when the one before is complete'),
    groups: z.array(Name).min(1).max(50),
    quorum: z.int().min(1).max(50).describe("Persons who must approve: k of the groups' n"),
    veto: z
      .array(Name)
      .max(50)
      .default([])
      .describe("Groups of the step of which any member's rejection ends the round"),
    awaitVeto: z
      .boolean()
      .default(true)
      .describe(
        'Whether each veto group must have spoken before the step is complete: silence is never consent',
      ),
    allowAbstain: z.boolean().default(true),
    distinct: z
      .boolean()
      .default(true)
      .describe('A person counts in one distinct step only, whichever of them that serves best'),
    duty: Duty.default('approver').describe(
      'The duty a voter takes on, for the rules that keep duties apart',
    ),
    due: z
      .strictObject({ amount: z.number().positive().max(10_000), unit: z.enum(['h', 'bh']) })
      .optional()
      .describe(
        'When it escalates, in elapsed (h) or business hours (bh); whoever opens the round turns it into an instant',
      ),
  })
  .refine(({ veto, groups }) => veto.every((group) => groups.includes(group)), {
    path: ['veto'],
    message: 'Expected groups of the step itself',
  });
export type Step = z.input<typeof Step>;

export const ApprovalRule = z.strictObject({
  id: Name,
  version: Name,
  steps: z
    .array(Step)
    .min(1)
    .max(10)
    .refine(
      (steps) => new Set(steps.map(({ name }) => name)).size === steps.length,
      'Expected distinct step names',
    ),
  /** How long a grant holds at most; it never outlives the scheduled end. */
  validHours: z
    .number()
    .positive()
    .max(14 * 24)
    .default(14 * 24),
});
export type ApprovalRule = z.input<typeof ApprovalRule>;

const step = (name: string, groups: readonly string[], more: Partial<Step> = {}): Step => ({
  name,
  groups: [...groups],
  quorum: 1,
  ...more,
});

/** One approver; who may not be that one is for the duty rules to say. */
export function singleApproval(group = 'approver'): ApprovalRule {
  return { id: 'single-approval', version: '1', steps: [step('approval', [group])] };
}

/** A PROD start outside the windows: two persons, neither the requester, for 4 hours at most (APR-08.3). */
export function offHoursApproval(group = 'approver'): ApprovalRule {
  return {
    id: 'off-hours',
    version: '1',
    steps: [step('off-hours', [group], { quorum: 2, allowAbstain: false })],
    validHours: 4,
  };
}

/** An emergency: the service owner on call and a release or duty manager, for 4 hours (APR-08.1). */
export function emergencyApproval(validHours = 4): ApprovalRule {
  return {
    id: 'emergency',
    version: '1',
    steps: [
      step('service owner', ['oncall_service_owner']),
      step('manager', ['release_manager', 'duty_manager']),
    ],
    validHours: Math.min(validHours, 24),
  };
}

/** A critical change: two approvers, then the executive step that APR-04.8 demands. */
export function criticalApproval(): ApprovalRule {
  return {
    id: 'critical',
    version: '1',
    steps: [
      step('approval', ['approver'], { quorum: 2 }),
      step('executive', ['executive'], { stage: 2, allowAbstain: false }),
    ],
  };
}
