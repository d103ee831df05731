import type { Delivery } from '../delivery.js';
import { iso } from '../delivery/instant.js';
import type { Scope } from './scope.js';
import type { Interval } from './wilson.js';
import type { Window } from './window.js';

export type MetricName =
  | 'deploymentFrequency'
  | 'changeLeadTime'
  | 'changeFailRate'
  | 'failedDeploymentRecoveryTime'
  | 'deploymentReworkRate'
  | 'timeToRestore';

/** How many of something were left out, and why. */
export interface Exclusion {
  readonly reason: string;
  readonly count: number;
}

/** A figure with everything needed to judge it. `null` means there is nothing to compute from; it is never 0. */
export interface Metric {
  readonly metric: MetricName;
  readonly value: number | null;
  readonly unit: 'deployments per day' | 'hours' | 'minutes' | 'ratio';
  readonly statistic: 'rate' | 'median' | 'mean' | 'share';
  /** Of a rate or share its two parts; of a median how many values it has and how many it could have had. */
  readonly numerator: number;
  readonly denominator: number;
  readonly n: number;
  readonly interval?: Interval;
  /** Fewer than 20 values (by the policy): read with care. */
  readonly lowSample: boolean;
  readonly exclusions: readonly Exclusion[];
  /** Which rule, in which version. */
  readonly definition: string;
  readonly zone: string;
  readonly from: string;
  readonly to: string;
  readonly asOf: string;
  /** Why the figure does not cover everything: the window is not over, or too little is known. */
  readonly partial?: string;
  /** More than one service in one figure: DORA advises against it. */
  readonly blended?: true;
}

/** A figure without what it shares with the others of one answer. */
export type Headline = Pick<Metric, 'value' | 'numerator' | 'denominator' | 'n' | 'lowSample'> &
  Partial<Pick<Metric, 'interval' | 'partial'>>;

/** A share beside the headline one. */
export interface Share {
  readonly value: number | null;
  readonly numerator: number;
  readonly denominator: number;
  readonly interval?: Interval;
}

type Own = Omit<Headline, 'lowSample'>;
type Particular = Own &
  Pick<Metric, 'metric' | 'unit' | 'statistic'> & {
    readonly version: number;
    readonly also?: readonly Exclusion[];
  };

/** What a figure must be seen with: the window it is of, what is known, and how many values are few. */
export interface Setting {
  readonly window: Window;
  readonly delivery: Pick<Delivery, 'asOf' | 'policy'>;
  /** Why every figure does not cover everything. */
  readonly missing?: string | undefined;
}

/** Judges a figure: whether it stands on few values or does not cover everything. */
export function headline(
  { partial, interval, ...own }: Own,
  { window, delivery, missing }: Setting,
): Headline {
  const running = window.to > delivery.asOf ? 'partial (window not over)' : undefined;
  const why = [partial, running, missing].filter(Boolean);
  return {
    ...own,
    ...(interval && { interval }),
    lowSample: own.n < delivery.policy.lowSample,
    ...(why.length > 0 && { partial: why.join('; ') }),
  };
}

/** Fills in what every metric says about itself. */
export function metric(
  scope: Scope,
  { metric: name, version, also = [], unit, statistic, ...own }: Particular,
): Metric {
  const { from, to, zone } = scope.window;
  return {
    ...headline(own, scope),
    metric: name,
    unit,
    statistic,
    exclusions: [...scope.exclusions, ...also.filter(({ count }) => count > 0)],
    definition: `slipway/${kebab(name)}/${version}`,
    zone,
    from: iso(from)!,
    to: iso(to)!,
    asOf: iso(scope.delivery.asOf)!,
    ...(scope.service === undefined && { blended: true }),
  };
}

/** How often each reason occurs, by reason. */
export function tally(reasons: Iterable<string>): Exclusion[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => (a.reason < b.reason ? -1 : 1));
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
