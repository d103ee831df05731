import { accept } from '#events';
import { digest } from '#json';
import type { z } from 'zod';
import { act, type Act } from './action.js';
import { checkLook, refuse } from './checks.js';
import type { Configuration } from './configuration.js';
import { Look } from './look.js';
import { measure, type Measured } from './measure.js';
import { type MetricVerdict, resultsOf } from './metricVerdict.js';
import { type Judgement, verdictOf, weights } from './verdict.js';

/** The answer of the judge. The digests and the version are what it takes to recompute it to the same numbers (EXE-05.6). */
export interface LookVerdict extends Judgement, Act {
  readonly judge: typeof JUDGE;
  /** What an adjusted p must be below in this look. */
  readonly alpha: number;
  readonly labels: readonly 'weak-control'[];
  readonly metrics: readonly MetricVerdict[];
  /** SHA-256 over canonical JSON, in hex; `look` covers the other two. The order of metrics and samples does not matter. */
  readonly digests: { readonly configuration: string; readonly samples: string; readonly look: string };
}

const JUDGE = 'slipway-canary-1';

/**
 * Judges one look at a canary: formulas 4.3, EXE-05. Nothing that is silent passes. The order of metrics and samples does
 * not matter, but metrics are answered in the order they were configured in.
 * @throws Rejected INVALID_INPUT, CONFIGURATION_INVALID, SAMPLES_TOO_MANY or SAMPLE_INVALID, naming the field
 */
export function judge(given: z.input<typeof Look>): LookVerdict {
  const look = accept(Look, given, { ref: '4.3.1' });
  checkLook(look);
  const { configuration, early } = look;
  const alpha = alphaOf(look);
  const measured = configuration.metrics.map((metric) => measure(metric, look));
  refuse(measured.filter(isUnitless).map(({ metric }) => unitless(metric.name)));
  const metrics = resultsOf(measured, alpha, weights(configuration));
  const scored = metrics.filter(({ reportOnly }) => !reportOnly);
  const judgement = early ? earlyVerdict(scored) : verdictOf(scored, configuration.policy);
  return {
    judge: JUDGE,
    ...judgement,
    ...act(judgement.verdict, look),
    alpha,
    labels: configuration.baseline === 'production' ? ['weak-control'] : [],
    metrics,
    digests: digestsOf(look),
  };
}

/** The level of this look: the whole analysis shares one (formulas 4.3.4), an early check has its own (3.12). */
function alphaOf({ configuration: { policy, steps }, early }: Look): number {
  return early ? policy.earlyAlpha : policy.alpha / (steps + policy.extensions);
}

function isUnitless({ missing, comparison }: Measured): boolean {
  return missing === undefined && comparison === undefined;
}

function unitless(name: string): string {
  return `metrics.${name}.absolute must be true, with tolerances in its unit: its control median is 0 or half of all differences are.`;
}

function earlyVerdict(scored: readonly MetricVerdict[]): Judgement {
  return scored.some(({ result }) => result === 'CRITICAL_FAIL')
    ? { verdict: 'FAIL', score: 0 }
    : { verdict: 'INCONCLUSIVE', score: null };
}

function digestsOf({ configuration, samples, requests, ...look }: Look): LookVerdict['digests'] {
  const sorted: Configuration = {
    ...configuration,
    metrics: configuration.metrics.toSorted(by(({ name }) => name)),
    groups: configuration.groups.toSorted(by(({ name }) => name)),
  };
  const digests = {
    configuration: digest(sorted),
    samples: digest({ samples: samples.toSorted(by(({ metric }) => metric)), requests }),
  };
  return { ...digests, look: digest({ ...look, ...digests }) };
}

function by<Item>(key: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => (key(a) < key(b) ? -1 : 1);
}
