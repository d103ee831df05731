import { compare, type Comparison } from './comparison.js';
import type { MetricConfiguration } from './configuration.js';
import type { Look } from './look.js';
import { comparable, type Samples } from './minutes.js';
import { ascending, checkSamples, median } from './statistics/ascending.js';

/** What a side has too little of; 0 where there is enough. */
export interface Missing {
  readonly samples: { readonly control: number; readonly canary: number };
  readonly requests: { readonly control: number; readonly canary: number };
}

/** One side of one metric as it was compared. */
export interface Side {
  readonly samples: number;
  /** Null for no samples. */
  readonly median: number | null;
}

/** A metric with what was measured of it: either too little, or a comparison. */
export interface Measured {
  readonly metric: MetricConfiguration;
  readonly control: Side;
  readonly canary: Side;
  readonly missing?: Missing;
  /** Not there if something is missing, or if tolerances would have to be absolute and are not. */
  readonly comparison?: Comparison | undefined;
}

/** Compares one metric of a look, unless a side has too few samples or requests, or is silent (formulas 4.3.5, rule 1). */
export function measure(metric: MetricConfiguration, { configuration, samples, requests }: Look): Measured {
  const given = samples.find((one) => one.metric === metric.name) ?? { control: [], canary: [] };
  checkSamples(given.control, `samples.${metric.name}.control`);
  checkSamples(given.canary, `samples.${metric.name}.canary`);
  const compared = comparable(given, metric, configuration.policy.warmUpMinutes);
  const sides = { control: side(compared.control), canary: side(compared.canary) };
  const missing = missingOf(metric, compared, requests);
  if (missing !== undefined) return { metric, ...sides, missing };
  const [control, canary] = [
    ascending(compared.control, metric.name),
    ascending(compared.canary, metric.name),
  ];
  return { metric, ...sides, comparison: compare(control, canary, metric) };
}

function missingOf(
  { minSamples, minRequests }: MetricConfiguration,
  { control, canary }: Samples,
  requests: Look['requests'],
): Missing | undefined {
  const lacking = {
    samples: { control: lack(minSamples, control.length), canary: lack(minSamples, canary.length) },
    requests: { control: lack(minRequests, requests.control), canary: lack(minRequests, requests.canary) },
  };
  const all = [...Object.values(lacking.samples), ...Object.values(lacking.requests)];
  return all.some((count) => count > 0) ? lacking : undefined;
}

/** How much is missing to what is asked for; what is unknown counts as none. */
function lack(wanted: number, there: number | null): number {
  return Math.max(0, wanted - (there ?? 0));
}

function side(values: readonly number[]): Side {
  return {
    samples: values.length,
    median: values.length === 0 ? null : median(ascending(values, 'samples')),
  };
}
