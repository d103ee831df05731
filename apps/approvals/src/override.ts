import { accept } from '#events';
import type { Violation } from '#events';
import { z } from 'zod';
import { Name } from './name.js';

const Instant = z.iso.datetime({ offset: true });

/** A permission to pass one named obstacle: this freeze, this window, this gate, and nothing else (APR-08.5). */
export const Override = z
  .strictObject({
    id: Name,
    kind: z.enum(['freeze', 'window', 'gate']),
    /** Name of the freeze, window or gate. */
    names: Name,
    /** The content it was given for. */
    planHash: Name,
    start: Instant,
    end: Instant,
    /** The deployment that used it; it is used once, whoever asks again. */
    usedBy: Name.nullable().default(null),
  })
  .refine(({ start, end }) => Date.parse(start) < Date.parse(end), {
    path: ['end'],
    message: 'Expected an instant after start',
  });
export type Override = z.input<typeof Override>;

export const OverrideUse = z.strictObject({
  kind: z.enum(['freeze', 'window', 'gate']),
  names: Name,
  planHash: Name,
  deploymentId: Name,
  at: Instant,
});
export type OverrideUse = z.infer<typeof OverrideUse>;

/**
 * Every reason why the override does not cover this use; empty when it does. Bound to content and used once: a second
 * start of the same deployment (pause, resume) is the same use (APR-09 S1; reliability 4.2 B13).
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function checkOverride(given: Override, givenUse: OverrideUse): readonly Violation[] {
  const override = accept(Override, given, { ref: 'APR-08.5' });
  const use = accept(OverrideUse, givenUse, { ref: 'APR-08.5' });
  const at = new Date(use.at);
  const named = `${override.kind} ${override.names}`;
  return [
    use.kind !== override.kind || use.names !== override.names
      ? refusal('OVERRIDE_OUT_OF_SCOPE', `It covers ${named} and nothing else.`)
      : undefined,
    at < new Date(override.start)
      ? refusal('OVERRIDE_NOT_ACTIVE', `It begins at ${override.start}.`)
      : undefined,
    at >= new Date(override.end) ? refusal('OVERRIDE_EXPIRED', `It ended at ${override.end}.`) : undefined,
    use.planHash === override.planHash
      ? undefined
      : refusal('OVERRIDE_OTHER_CONTENT', `It was given for ${override.planHash}.`),
    override.usedBy === null || override.usedBy === use.deploymentId
      ? undefined
      : refusal('OVERRIDE_CONSUMED', `${override.usedBy} has used it.`),
  ].filter((violation) => violation !== undefined);
}

/** The emergency path of a team: what its last emergencies still owe. */
export const EmergencyRequest = z.strictObject({
  /** The incident or vulnerability it is for. */
  reference: Name.optional(),
  at: Instant,
  /** Reviews and retrospective approvals that the team's emergencies opened. */
  owed: z.array(z.strictObject({ id: Name, dueAt: Instant, doneAt: Instant.nullable() })).max(10_000),
});
export type EmergencyRequest = z.infer<typeof EmergencyRequest>;

/** When a team's emergency path closes; numbers that a company may change. */
export const EmergencyRules = z.strictObject({
  version: z.string().min(1).max(100),
  year: z.int(),
  source: z.string().min(1),
  /** As many debts overdue close it, */
  maxOverdue: z.int().min(1),
  /** and so does one that is later than this. */
  maxLateHours: z.number().min(0).max(87_600),
});
export type EmergencyRules = z.infer<typeof EmergencyRules>;

export const initialEmergencyRules: EmergencyRules = {
  version: '1',
  year: 2026,
  source: 'APR-08.2, reliability 4.2 B12',
  maxOverdue: 2,
  maxLateHours: 72,
};

/**
 * Every reason why a team may not open an emergency now: no reference, two debts overdue (APR-08.2), or one late by more
 * than 72 hours (reliability 4.2 B12). Who must agree to it is for the rule `emergencyApproval` to say.
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function checkEmergency(
  given: EmergencyRequest,
  rules: EmergencyRules = initialEmergencyRules,
): readonly Violation[] {
  const { maxOverdue, maxLateHours } = accept(EmergencyRules, rules, { ref: 'APR-08.2' });
  const { reference, at, owed } = accept(EmergencyRequest, given, { ref: 'APR-08.1' });
  const lateness = owed
    .filter(({ doneAt }) => doneAt === null || Date.parse(doneAt) > Date.parse(at))
    .map(({ id, dueAt }) => ({ id, hours: (Date.parse(at) - Date.parse(dueAt)) / 3_600_000 }));
  const overdue = lateness.filter(({ hours }) => hours >= 0);
  const suspended = overdue.length >= maxOverdue || overdue.some(({ hours }) => hours > maxLateHours);
  return [
    ...(reference === undefined
      ? [refusal('EMERGENCY_REFERENCE_MISSING', 'Name the incident or vulnerability it is for.', 'APR-08.1')]
      : []),
    ...(suspended
      ? [
          refusal(
            'EMERGENCY_PATH_SUSPENDED',
            `Finish first: ${overdue.map(({ id }) => id).join(', ')}.`,
            'APR-08.2',
          ),
        ]
      : []),
  ];
}

function refusal(code: string, message: string, ref = 'APR-08.5'): Violation {
  return { code, message, ref };
}
