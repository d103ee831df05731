import { z } from 'zod';

export const Duty = z.enum([
  'author',
  'reviewer',
  'requester',
  'approver',
  'operator',
  'cab_voter',
  'policy_author',
  'policy_activator',
  'exception_requester',
  'exception_approver',
  'break_glass_user',
  'retrospective_approver',
  'rule_editor',
]);
export type Duty = z.infer<typeof Duty>;

export const EnvironmentClass = z.enum(['DEV', 'TEST', 'STAGING', 'PROD']);
export const Tier = z.literal([1, 2, 3, 4]);

/** Two duties that one natural person may not both have on one change, and where that holds. */
export const DutyRule = z.strictObject({
  id: z.string().regex(/^[A-Z][A-Z0-9_]{2,60}$/),
  one: Duty,
  other: Duty,
  ref: z.string().min(1),
  /** Every condition given must hold; none given means everywhere. */
  where: z
    .strictObject({
      environmentClasses: z.array(EnvironmentClass).min(1).optional(),
      tiers: z.array(Tier).min(1).optional(),
      regulated: z.boolean().optional(),
    })
    .default({}),
});
export type DutyRule = z.input<typeof DutyRule>;

export const DutyRules = z.strictObject({
  version: z.string().min(1),
  year: z.int(),
  source: z.string().min(1),
  rules: z.array(DutyRule).min(1).max(200),
});
export type DutyRules = z.input<typeof DutyRules>;

const PROD: DutyRule['where'] = { environmentClasses: ['PROD'] };

/** The rules a new installation starts with (APR-07.1 and .3; reliability 4.2). */
export const initialDutyRules: DutyRules = {
  version: '1',
  year: 2026,
  source: 'APR-07, reliability 4.2',
  rules: [
    { id: 'SOD_AUTHOR_APPROVER', one: 'author', other: 'approver', ref: 'APR-07.1' },
    { id: 'SOD_REQUESTER_APPROVER', one: 'requester', other: 'approver', ref: 'reliability 4.2 B1' },
    { id: 'SOD_APPROVER_OPERATOR', one: 'approver', other: 'operator', ref: 'APR-07.1', where: PROD },
    {
      id: 'SOD_AUTHOR_OPERATOR',
      one: 'author',
      other: 'operator',
      ref: 'APR-07.3',
      where: { ...PROD, tiers: [1], regulated: true },
    },
    {
      id: 'SOD_REQUESTER_OPERATOR',
      one: 'requester',
      other: 'operator',
      ref: 'reliability 4.2',
      where: { ...PROD, regulated: true },
    },
    { id: 'SOD_REQUESTER_CAB_VOTER', one: 'requester', other: 'cab_voter', ref: 'APR-07.1' },
    { id: 'AUTHOR_IS_ACTIVATOR', one: 'policy_author', other: 'policy_activator', ref: 'LIB-08.1' },
    {
      id: 'SOD_EXCEPTION_REQUESTER_APPROVER',
      one: 'exception_requester',
      other: 'exception_approver',
      ref: 'APR-07.1',
    },
    {
      id: 'SOD_BREAK_GLASS_RETROSPECTIVE',
      one: 'break_glass_user',
      other: 'retrospective_approver',
      ref: 'APR-07.1',
    },
    { id: 'SOD_RULE_EDITOR_APPROVER', one: 'rule_editor', other: 'approver', ref: 'reliability 4.2 B8' },
  ],
};
