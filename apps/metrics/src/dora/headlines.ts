import type { Life } from '../delivery/life.js';
import { existedIn } from './frequency.js';
import { share, silence } from './instability.js';
import { partialOf } from './leadTime.js';
import { type Headline, headline, type MetricName, type Setting } from './metric.js';
import { quantile } from './quantile.js';
import { lifeOfAll } from './scope.js';
import type { Moments, Timeline } from './timeline.js';

/** The five metrics of DORA. */
export const FIVE = [
  'deploymentFrequency',
  'changeLeadTime',
  'changeFailRate',
  'failedDeploymentRecoveryTime',
  'deploymentReworkRate',
] as const satisfies readonly MetricName[];

/** The five metrics of one service, or of several blended, without variants, parts and exclusions. */
export type Headlines = Readonly<Record<(typeof FIVE)[number], Headline>>;

/**
 * The headlines of timelines taken together, each as `summarise` gives it (formulas 4.2.2 to 4.2.6): exact, with two
 * searches a column and a sort of the lead times that lie in the window.
 */
export function headlinesOf(timelines: readonly Timeline[], setting: Setting): Headlines {
  const { deployed, expected, covered, credited, failed, reworked } = countsIn(timelines, setting);
  const told = timelines.some(({ toldOfFailure }) => toldOfFailure);
  const lives = timelines.flatMap(({ life }) => life ?? []);
  const measured = valuesIn(timelines, 'measured', setting);
  const recovered = valuesIn(timelines, 'recovered', setting);
  const { coverage } = setting.delivery.policy;
  const unknown = partialOf(coverage, known(covered, expected), known(measured.length, credited));
  const shareOf = (numerator: number) =>
    headline({ ...share(numerator, deployed), n: deployed, partial: silence(deployed, told) }, setting);
  return {
    deploymentFrequency: frequency(deployed, lives, setting),
    changeLeadTime: middle(measured, credited, setting, unknown),
    changeFailRate: shareOf(failed),
    failedDeploymentRecoveryTime: middle(recovered, failed, setting),
    deploymentReworkRate: shareOf(reworked),
  };
}

const COUNTED = ['deployed', 'expected', 'covered', 'credited', 'failed', 'reworked'] as const;
type Counts = Readonly<Record<(typeof COUNTED)[number], number>>;

/** How many of each lie in the window, of all timelines together. */
function countsIn(timelines: readonly Timeline[], { window }: Setting): Counts {
  const counts = { deployed: 0, expected: 0, covered: 0, credited: 0, failed: 0, reworked: 0 };
  for (const timeline of timelines)
    for (const name of COUNTED)
      counts[name] += firstFrom(timeline[name], window.to) - firstFrom(timeline[name], window.from);
  return counts;
}

function frequency(deployed: number, lives: readonly Life[], setting: Setting): Headline {
  const { days } = setting.window;
  const value = existedIn(setting.window, deployed, lifeOfAll(lives)) ? deployed / days : null;
  return headline({ value, numerator: deployed, denominator: days, n: deployed }, setting);
}

/** A share of something; of nothing there is none. */
const known = (part: number, whole: number) => (whole === 0 ? null : part / whole);

function middle(values: Float64Array, denominator: number, setting: Setting, partial?: string): Headline {
  const { length: n } = values;
  return headline({ value: quantile(values, 0.5), numerator: n, denominator, n, partial }, setting);
}

/** The values that lie in the window, of all timelines together, ascending. */
function valuesIn(
  timelines: readonly Timeline[],
  name: 'measured' | 'recovered',
  { window }: Setting,
): Float64Array {
  const parts = timelines.map(({ [name]: { at, values } }) =>
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
