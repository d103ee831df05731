import type { Class } from './classify.js';

/** A metric as far as the score is concerned. */
export interface Classified {
  readonly name: string;
  readonly groups: readonly string[];
  readonly class: Class;
  readonly critical: boolean;
}

export interface GroupScore {
  readonly name: string;
  /** Passed ÷ counted × 100; 0 without data, where the total counts 100. */
  readonly score: number;
  readonly hasData: boolean;
  /** Its part of the total, in per cent. */
  readonly weight: number;
}

/** The score of a canary, 0 to 100 if the weights sum to 100, and what made it 0 if not the groups. */
export interface Score {
  readonly score: number;
  readonly failedBy: 'critical' | 'nodata' | null;
  readonly groups: readonly GroupScore[];
}

/** Per cent of metrics without data from which on the canary fails. */
const MOST_NODATA = 50;

/** The weighted sum of group scores, as `NetflixACAJudge-v1.0` has it; muted metrics are not given to it (peers 1.5). */
export function scoreOf(metrics: readonly Classified[], groupWeights: ReadonlyMap<string, number>): Score {
  const groups = groupScores(metrics, groupWeights);
  if (metrics.some((metric) => metric.critical && metric.class !== 'Pass'))
    return { score: 0, failedBy: 'critical', groups };
  const nodata = metrics.filter((metric) => metric.class === 'Nodata').length;
  if ((nodata / metrics.length) * 100 >= MOST_NODATA) return { score: 0, failedBy: 'nodata', groups };
  const total = groups.reduce(
    (sum, { score, hasData, weight }) => sum + (hasData ? score : 100) * (weight / 100),
    0,
  );
  return { score: roundHalfUp(total), failedBy: null, groups };
}

function groupScores(metrics: readonly Classified[], weights: ReadonlyMap<string, number>): GroupScore[] {
  const names = [...new Set(metrics.flatMap(({ groups }) => groups))];
  const unweighted = names.filter((name) => !weights.has(name));
  const given = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const share = (100 - given) / unweighted.length;
  return names.map((name) => {
    // A metric that names a group twice counts twice there.
    const classes = metrics.flatMap((metric) =>
      metric.groups.filter((group) => group === name).map(() => metric.class),
    );
    const counted = classes.filter((one) => one !== 'Nodata').length;
    const passed = classes.filter((one) => one === 'Pass').length;
    const weight = weights.get(name) ?? share;
    return { name, score: counted === 0 ? 0 : (passed / counted) * 100, hasData: counted > 0, weight };
  });
}

/**
 * To two decimals, half up by the digits that the number is written with: 1.005 goes up, and 33.12499999999999, which is a
 * sum of 33.125 with noise, goes down.
 */
function roundHalfUp(value: number): number {
  const below = Math.floor(value * 100);
  return (value >= (below + 0.5) / 100 ? below + 1 : below) / 100;
}

export type ScoreClass = 'Pass' | 'Marginal' | 'Fail';

/** A score at the marginal threshold is Marginal here; null where a threshold is not given. */
export function scoreClass(score: number, { pass, marginal }: Thresholds): ScoreClass | null {
  if (pass === undefined || marginal === undefined) return null;
  if (score >= pass) return 'Pass';
  return score >= marginal ? 'Marginal' : 'Fail';
}

export interface Thresholds {
  readonly pass?: number | undefined;
  readonly marginal?: number | undefined;
}

/** Whether the last of several intervals passes in standalone mode: there, a score at the marginal threshold fails. */
export function passesStandalone(score: number, { pass, marginal }: Thresholds): boolean {
  if (marginal !== undefined && score <= marginal) return false;
  return pass === undefined || score >= pass;
}
