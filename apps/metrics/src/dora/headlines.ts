import type { Life } from '../delivery/life.js';
import { existedIn } from './frequency.js';
import { share, silence } from './instability.js';
import { partialOf } from './leadTime.js';
import { type Headline, headline, type Setting } from './metric.js';
import { quantile } from './quantile.js';
import { lifeOfAll } from './scope.js';
import type { Moments, Timeline, Values } from './timeline.js';

/** The five metrics of one service, or of several blended, without variants, parts and exclusions. */
export interface Headlines {
  readonly deploymentFrequency: Headline;
  readonly changeLeadTime: Headline;
  readonly changeFailRate: Headline;
  readonly failedDeploymentRecoveryTime: Headline;
  readonly deploymentReworkRate: Headline;
}

/**
 * The headlines of timelines taken together, each as `summarise` gives it (formulas 4.2.2 to 4.2.6): exact, with two
 * searches a column and a sort of the lead times that lie in the window.
 */
export function headlinesOf(timelines: readonly Timeline[], setting: Setting): Headlines {
  const { from, to } = setting.window;
  const inWindow = (moments: Moments) => moments.subarray(firstFrom(moments, from), firstFrom(moments, to));
  const count = (column: (timeline: Timeline) => Moments) =>
    timelines.reduce((sum, timeline) => sum + inWindow(column(timeline)).length, 0);
  const deployed = count((one) => one.deployed);
  const told = timelines.some((one) => one.toldOfFailure);
  const rate = (numerator: number) =>
    headline({ ...share(numerator, deployed), n: deployed, partial: silence(deployed, told) }, setting);
  const failed = count((one) => one.failed);
  const recovered = valuesIn(
    timelines.map((one) => one.recovered),
    setting,
  );
  return {
    deploymentFrequency: frequency(
      deployed,
      timelines.flatMap(({ life }) => life ?? []),
      setting,
    ),
    changeLeadTime: leadTime(timelines, count, setting),
    changeFailRate: rate(failed),
    failedDeploymentRecoveryTime: middle(recovered, failed, setting),
    deploymentReworkRate: rate(count((one) => one.reworked)),
  };
}

function frequency(deployed: number, lives: readonly Life[], setting: Setting): Headline {
  const { days } = setting.window;
  const value = existedIn(setting.window, deployed, lifeOfAll(lives)) ? deployed / days : null;
  return headline({ value, numerator: deployed, denominator: days, n: deployed }, setting);
}

function leadTime(
  timelines: readonly Timeline[],
  count: (column: (timeline: Timeline) => Moments) => number,
  setting: Setting,
): Headline {
  const measured = valuesIn(
    timelines.map((one) => one.measured),
    setting,
  );
  const [credited, expected] = [count((one) => one.credited), count((one) => one.expected)];
  const coverage = expected === 0 ? null : count((one) => one.covered) / expected;
  const timed = credited === 0 ? null : measured.length / credited;
  return middle(measured, credited, setting, partialOf(setting.delivery.policy.coverage, coverage, timed));
}

function middle(values: Float64Array, denominator: number, setting: Setting, partial?: string): Headline {
  const { length: n } = values;
  return headline({ value: quantile(values, 0.5), numerator: n, denominator, n, partial }, setting);
}

/** The values in the window of all of them, ascending. */
function valuesIn(all: readonly Values[], { window }: Setting): Float64Array {
  const parts = all.map(({ at, values }) =>
    values.subarray(firstFrom(at, window.from), firstFrom(at, window.to)),
  );
  const together = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    together.set(part, filled);
    filled += part.length;
  }
  return together.sort();
}

/** The place of the first moment that is not before `time`. */
function firstFrom(moments: Moments, time: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (moments[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
