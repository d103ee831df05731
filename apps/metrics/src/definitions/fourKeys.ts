import { HOUR } from '../delivery/instant.js';
import { median } from '../dora/quantile.js';
import type { Scope } from '../dora/scope.js';
import { bucketsOf, countsIn, type Unit } from '../dora/window.js';
import {
  firstDeliveries,
  type PeerFigures,
  ratio,
  type Success,
  successesOf,
  type Trouble,
  troublesOf,
  within,
} from './shared.js';

/** Four Keys: rows of a join; an incident counts once for each deployment that holds a root cause of it. */
export function fourKeys(scope: Scope): PeerFigures {
  const successes = successesOf(scope);
  const inWindow = within(scope, successes, ({ liveAt }) => liveAt);
  const troubles = troublesOf(scope);
  const hours = within(scope, firstDeliveries(scope, successes), ({ deployment }) => deployment.liveAt)
    .map(({ deployment, change }) => (deployment.liveAt - change.committedAt) / HOUR)
    .filter((span) => span > 0);
  const restored = troubles.filter(({ restoredAt }) => restoredAt !== undefined);
  const open = within(scope, restored, ({ restoredAt }) => restoredAt!).map(
    ({ startedAt, restoredAt }) => (restoredAt! - startedAt) / HOUR,
  );
  const weekly = daysPer('week', scope, inWindow);
  const monthly = daysPer('month', scope, inWindow);
  return {
    deploymentFrequency: {
      value: median(weekly),
      unit: 'deployment days per week',
      statistic: 'median',
      n: weekly.length,
      note: `Four Keys shows the bucket: ${bucketOf(median(weekly), median(monthly))}.`,
    },
    changeLeadTime: { value: median(hours), unit: 'hours', statistic: 'median', n: hours.length },
    changeFailRate: ratio(
      rowsOf(inWindow, troubles),
      inWindow.length,
      'Rows of incidents joined to deployments; may exceed 1. Causes are the confirmed ones.',
    ),
    failedDeploymentRecoveryTime: { value: median(open), unit: 'hours', statistic: 'median', n: open.length },
    deploymentReworkRate: null,
  };
}

function daysPer(unit: Unit, scope: Scope, inWindow: readonly Success[]): number[] {
  const days = bucketsOf(scope.window, 'day');
  const counts = countsIn(
    days,
    inWindow.map(({ liveAt }) => liveAt),
  );
  return countsIn(
    bucketsOf(scope.window, unit),
    days.flatMap(({ from }, i) => (counts[i]! > 0 ? [from] : [])),
  );
}

/** By the median week, else by the median month. */
function bucketOf(week: number | null, month: number | null): string {
  if ((week ?? 0) >= 3) return 'daily';
  if ((week ?? 0) >= 1) return 'weekly';
  return (month ?? 0) >= 1 ? 'monthly' : 'yearly';
}

function rowsOf(inWindow: readonly Success[], troubles: readonly Trouble[]): number {
  const ids = new Map<string, number>();
  for (const { deploymentId } of inWindow) ids.set(deploymentId, (ids.get(deploymentId) ?? 0) + 1);
  return troubles
    .flatMap(({ incident }) => incident.causes)
    .reduce((rows, { deploymentId }) => rows + (ids.get(deploymentId) ?? 0), 0);
}
