import { ApprovalsModule, projections as approvals } from '../../approvals/src/approvals.module.js';
import { AuditModule } from '../../audit/src/audit.module.js';
import { MetricsModule, projections as metrics } from '../../metrics/src/metrics.module.js';
import { projections as scheduler, SchedulerModule } from '../../scheduler/src/scheduler.module.js';
import type { Projection, ServiceName } from '#events';
import type { Service } from '#service/boot';

/** All services, for the process that runs them together. */
export const services: readonly Service[] = [
  { name: 'scheduler', module: SchedulerModule },
  { name: 'approvals', module: ApprovalsModule },
  { name: 'audit', module: AuditModule },
  { name: 'metrics', module: MetricsModule },
];

/** Their read models, for `slipway rebuild`. */
export const projections = { scheduler, approvals, audit: [], metrics } as unknown as Record<
  ServiceName,
  readonly Projection[]
>;
