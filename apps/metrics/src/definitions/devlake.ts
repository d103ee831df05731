import { MINUTE } from '../delivery/instant.js';
import type { Scope } from '../dora/scope.js';
import { bucketsOf, countsIn } from '../dora/window.js';
import {
  firstDeliveries,
  lowerMedian,
  type PeerFigure,
  type PeerFigures,
  ratio,
  type Success,
  successesOf,
  type Trouble,
  troublesOf,
  within,
} from './shared.js';

/**
 * Apache DevLake: an incident is charged to the latest success of the scope before it, whatever its age or service;
 * medians are the lower middle value. Recovery as in 2023 (from the deployment) or 2021 (from the incident).
 */
export function devlake(scope: Scope, edition: 2021 | 2023): PeerFigures {
  const successes = successesOf(scope);
  const troubles = troublesOf(scope);
  const charged = chargedTo(successes, troubles);
  const inWindow = within(scope, successes, ({ liveAt }) => liveAt);
  const failed = new Set(charged.values());
  return {
    deploymentFrequency: daysPerWeek(scope, inWindow),
    changeLeadTime: leadTime(scope, successes),
    changeFailRate: ratio(inWindow.filter((d) => failed.has(d)).length, inWindow.length),
    failedDeploymentRecoveryTime: recovery(scope, troubles, edition === 2023 ? charged : undefined),
    deploymentReworkRate: null,
  };
}

/** For each incident the latest success before it. */
function chargedTo(successes: readonly Success[], troubles: readonly Trouble[]): Map<Trouble, Success> {
  const charged = new Map<Trouble, Success>();
  let next = 0;
  for (const trouble of [...troubles].sort((a, b) => a.startedAt - b.startedAt)) {
    while (next < successes.length && successes[next]!.liveAt < trouble.startedAt) next++;
    if (next > 0) charged.set(trouble, successes[next - 1]!);
  }
  return charged;
}

function daysPerWeek(scope: Scope, inWindow: readonly Success[]): PeerFigure {
  const days = bucketsOf(scope.window, 'day');
  const counts = countsIn(
    days,
    inWindow.map(({ liveAt }) => liveAt),
  );
  const active = days.flatMap(({ from }, i) => (counts[i]! > 0 ? [from] : []));
  const weeks = countsIn(bucketsOf(scope.window, 'week'), active);
  return {
    value: lowerMedian(weeks),
    unit: 'deployment days per week',
    statistic: 'lower median',
    n: weeks.length,
  };
}

function leadTime(scope: Scope, successes: readonly Success[]): PeerFigure {
  const delivered = firstDeliveries(scope, successes).filter(({ isFirst }) => !isFirst);
  const spans = within(scope, delivered, ({ deployment }) => deployment.liveAt)
    .map(({ deployment, change }) => deployment.liveAt - change.committedAt)
    .filter((span) => span >= 0)
    .map((span) => Math.ceil(span / MINUTE));
  return {
    value: lowerMedian(spans),
    unit: 'minutes',
    statistic: 'lower median',
    n: spans.length,
    note: 'Over changes; DevLake takes pull requests. The first deployment ever is left out, as there.',
  };
}

function recovery(
  scope: Scope,
  troubles: readonly Trouble[],
  charged?: ReadonlyMap<Trouble, Success>,
): PeerFigure {
  const restored = troubles.filter(({ restoredAt }) => restoredAt !== undefined);
  const spans = within(scope, restored, ({ restoredAt }) => restoredAt!).flatMap((trouble) => {
    const from = charged ? charged.get(trouble)?.liveAt : trouble.startedAt;
    return from === undefined ? [] : [(trouble.restoredAt! - from) / MINUTE];
  });
  return { value: lowerMedian(spans), unit: 'minutes', statistic: 'lower median', n: spans.length };
}
