import { MINUTE } from '../delivery/instant.js';
import { mean, median } from '../dora/quantile.js';
import type { Scope } from '../dora/scope.js';
import { firstDeliveries, type PeerFigures, ratio, type Success, successesOf, within } from './shared.js';

interface Remedy {
  readonly failed: Success;
  readonly by: Success;
}

/**
 * Datadog: a version that ran before, other than the one just replaced, is a rollback, and the deployment right after
 * the one returned to has failed; a hotfix is a roll-forward for what it names, or else for its predecessor.
 */
export function datadog(scope: Scope): PeerFigures {
  const successes = successesOf(scope);
  const inWindow = within(scope, successes, ({ liveAt }) => liveAt);
  const remedies = [...placesOf(successes).values()].flatMap(remediesOf);
  const mine = within(scope, remedies, ({ failed }) => failed.liveAt);
  const spans = mine.map(({ failed, by }) => (by.liveAt - failed.liveAt) / MINUTE);
  const perDeployment = leadTimes(scope, successes);
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
      value: median(perDeployment),
      unit: 'minutes',
      statistic: 'median of the means of deployments',
      n: perDeployment.length,
      note: 'The first deployment has none.',
    },
    changeFailRate: ratio(
      new Set(mine.map(({ failed }) => failed)).size,
      inWindow.length,
      'Rollbacks are among the deployments. Pull-request rules are replaced by the stated kind HOTFIX.',
    ),
    failedDeploymentRecoveryTime: {
      value: median(spans),
      unit: 'minutes',
      statistic: 'median',
      n: spans.length,
    },
    deploymentReworkRate: null,
  };
}

/** The successes of each environment of each service, in order. */
function placesOf(successes: readonly Success[]): Map<string, Success[]> {
  const places = new Map<string, Success[]>();
  for (const success of successes) {
    const key = JSON.stringify([success.service, success.environment]);
    const place = places.get(key);
    if (place) place.push(success);
    else places.set(key, [success]);
  }
  return places;
}

function remediesOf(successes: readonly Success[]): Remedy[] {
  const last = new Map<string, number>();
  const byId = new Map(successes.map((success) => [success.deploymentId, success]));
  return successes.flatMap((by, i) => {
    const target = by.identity === undefined ? undefined : last.get(by.identity);
    const before = successes[i - 1];
    if (by.identity !== undefined) last.set(by.identity, i);
    if (target !== undefined && target < i - 1) return [{ failed: successes[target + 1]!, by }];
    if (by.deploymentKind !== 'HOTFIX' || !before) return [];
    const named = (by.remediates ?? [])
      .flatMap((id) => byId.get(id) ?? [])
      .filter(({ liveAt }) => liveAt < by.liveAt);
    return (named.length > 0 ? named : [before]).map((failed) => ({ failed, by }));
  });
}

function leadTimes(scope: Scope, successes: readonly Success[]): number[] {
  const groups = new Map<Success, number[]>();
  for (const { deployment, change, isFirst } of firstDeliveries(scope, successes)) {
    if (isFirst) continue;
    const minutes = (deployment.liveAt - change.committedAt) / MINUTE;
    const group = groups.get(deployment);
    if (group) group.push(minutes);
    else groups.set(deployment, [minutes]);
  }
  return within(scope, [...groups], ([{ liveAt }]) => liveAt).map(([, group]) => mean(group)!);
}
