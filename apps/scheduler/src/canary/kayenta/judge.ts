import { accept } from '#events';
import type { z } from 'zod';
import { refuse, repeated } from '../checks.js';
import { type Classification, classify } from './classify.js';
import { KayentaLook, type KayentaMetric } from './schema.js';
import { passesStandalone, type Score, scoreClass, type ScoreClass, scoreOf } from './score.js';
import { prepared } from './values.js';
import { metricWarnings, scoreWarnings, type Warning } from './warnings.js';

/** What Kayenta's judge says of a metric, and what to think of it. */
export interface KayentaResult extends Classification {
  readonly name: string;
  readonly groups: readonly string[];
  readonly muted: boolean;
  readonly warnings: readonly Warning[];
}

export interface KayentaVerdict extends Score {
  readonly judge: 'NetflixACAJudge-v1.0';
  /** Null where a threshold is missing. */
  readonly classification: ScoreClass | null;
  /** What standalone mode would say if this were its last interval. */
  readonly passesStandalone: boolean;
  readonly results: readonly KayentaResult[];
  readonly warnings: readonly Warning[];
}

/** What Kayenta's judge always uses, whatever the configuration; peers 1.5. */
const FIXED = { tolerance: 0.25, confidence: 0.98 };

/**
 * Judges as `NetflixACAJudge-v1.0` does, for those who move over from it: same classes, same score, same holes, and a
 * warning where an answer may have fallen into one. A metric without a pair of samples is one without data.
 * @throws Rejected INVALID_INPUT, CONFIGURATION_INVALID, SAMPLES_TOO_MANY or SAMPLE_INVALID, naming the field
 */
export function judgeLikeKayenta(given: z.input<typeof KayentaLook>): KayentaVerdict {
  const look = accept(KayentaLook, given, { ref: '4.3.1' });
  checkNames(look);
  const { canaryConfig, scoreThresholds } = look;
  const weights = new Map(Object.entries(canaryConfig.classifier.groupWeights));
  const results = canaryConfig.metrics.map((metric) => resultOf(metric, look));
  const score = scoreOf(
    results.filter(({ muted }) => !muted),
    weights,
  );
  return {
    judge: 'NetflixACAJudge-v1.0',
    ...score,
    classification: scoreClass(score.score, scoreThresholds),
    passesStandalone: passesStandalone(score.score, scoreThresholds),
    results,
    warnings: scoreWarnings(score, weights, scoreThresholds),
  };
}

function resultOf(metric: KayentaMetric, { metricSetPairList }: KayentaLook): KayentaResult {
  const { name, groups } = metric;
  const analysis = metric.analysisConfigurations.canary;
  const values = metricSetPairList.find((pair) => pair.name === name)?.values ?? {
    control: [],
    experiment: [],
  };
  const control = prepared(values.control, analysis, `metricSetPairList.${name}.control`);
  const experiment = prepared(values.experiment, analysis, `metricSetPairList.${name}.experiment`);
  const found = classify(control, experiment, { ...FIXED, analysis });
  const warnings = metricWarnings({ control, experiment }, analysis, found);
  return { name, groups, muted: analysis.muted, ...found, warnings };
}

function checkNames({ canaryConfig, metricSetPairList }: KayentaLook): void {
  const names = canaryConfig.metrics.map(({ name }) => name);
  const measured = metricSetPairList.map(({ name }) => name);
  refuse([
    ...repeated(names).map((name) => `canaryConfig.metrics must name ${name} once.`),
    ...repeated(measured).map((name) => `metricSetPairList must name ${name} once.`),
    ...measured
      .filter((name) => !names.includes(name))
      .map((name) => `metricSetPairList.${name} must be one of canaryConfig.metrics.`),
  ]);
}
