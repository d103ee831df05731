import { SECOND } from '../delivery/instant.js';
import { median } from '../dora/quantile.js';
import type { Scope } from '../dora/scope.js';
import { firstDeliveries, type PeerFigures, ratio, successesOf, troublesOf, within } from './shared.js';

/** GitLab: from merge, not from commit; incidents and deployments counted side by side, linked by nothing. */
export function gitlab(scope: Scope): PeerFigures {
  const successes = successesOf(scope);
  const inWindow = within(scope, successes, ({ liveAt }) => liveAt);
  const troubles = troublesOf(scope);
  const waits = within(scope, firstDeliveries(scope, successes), ({ deployment }) => deployment.liveAt)
    .map(({ deployment, change }) => (deployment.liveAt - change.mergedAt) / SECOND)
    .filter((seconds) => seconds >= 0);
  const restored = troubles.filter(({ restoredAt }) => restoredAt !== undefined);
  const open = within(scope, restored, ({ restoredAt }) => restoredAt!).map(
    ({ startedAt, restoredAt }) => (restoredAt! - startedAt) / SECOND,
  );
  return {
    deploymentFrequency: {
      value: inWindow.length / scope.window.days,
      unit: 'deployments per day',
      statistic: 'rate',
      n: inWindow.length,
      numerator: inWindow.length,
      denominator: scope.window.days,
    },
    changeLeadTime: {
      value: median(waits),
      unit: 'seconds',
      statistic: 'median',
      n: waits.length,
      note: 'From merge to deployment, over changes.',
    },
    changeFailRate: ratio(
      within(scope, troubles, ({ startedAt }) => startedAt).length,
      inWindow.length,
      'Incidents per deployment without any link between them; may exceed 1.',
    ),
    failedDeploymentRecoveryTime: {
      value: median(open),
      unit: 'seconds',
      statistic: 'median',
      n: open.length,
    },
    deploymentReworkRate: null,
  };
}
