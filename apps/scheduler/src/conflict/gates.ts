import type { Finding, Severity, Trial } from './finding.js';
import { HOUR, instant, iso } from '../instant.js';

/** NOTICE_PERIOD, formulas 4.4 rule 11 and APR-01.4: STANDARD and EMERGENCY changes need no notice. */
export function notice({ asked, placed }: Trial): Finding[] {
  if (!asked.notice || asked.changeType === 'EMERGENCY' || asked.changeType === 'STANDARD') return [];
  const earliest = instant(asked.notice.earliestStart, 'candidate.notice.earliestStart');
  if (placed.work.start >= earliest) return [];
  return [
    {
      code: 'NOTICE_PERIOD',
      severity: 'BLOCKER',
      counterpart: asked.id,
      interval: { start: placed.work.start, end: earliest },
      message: `Its notice${asked.notice.rule ? ` (${asked.notice.rule})` : ''} ends at ${iso(earliest)}.`,
      clearsAt: () => earliest,
    },
  ];
}

/** ERROR_BUDGET, formulas 4.4 rule 12: an exhausted budget lets only repairs and reliability work pass. */
export function errorBudget({ asked, placed, world }: Trial): Finding[] {
  if (asked.kind === 'HOTFIX' || asked.kind === 'ROLLBACK' || asked.reliability) return [];
  return [...new Set(asked.services)]
    .filter((service) => world.budgets.get(service)?.state === 'EXHAUSTED')
    .map((service) => ({
      code: 'ERROR_BUDGET',
      severity: 'BLOCKER',
      counterpart: service,
      interval: placed.occupied,
      message: `The error budget of ${service} is exhausted; a hotfix, a rollback or reliability work may go on.`,
      clearsAt: () => Infinity,
    }));
}

/** READINESS, formulas 4.4 rule 13: an environment of which nobody knows is UNKNOWN. */
export function readiness({ asked, placed, world, now }: Trial): Finding[] {
  if (world.snapshot.readiness === undefined) return [];
  const state = world.readiness.get(asked.environment)?.state ?? 'UNKNOWN';
  if (state === 'READY') return [];
  const { readinessBlockHours, readinessWarnHours } = world.policy;
  const ahead = placed.work.start - now;
  const severity: Severity =
    ahead < readinessBlockHours * HOUR ? 'BLOCKER' : ahead <= readinessWarnHours * HOUR ? 'WARNING' : 'INFO';
  return [
    {
      code: 'READINESS',
      severity,
      counterpart: asked.environment,
      interval: placed.occupied,
      message: `${asked.environment} is ${state}; it must be READY ${readinessBlockHours} h before the start.`,
      clearsAt: () => now + readinessBlockHours * HOUR,
    },
  ];
}
