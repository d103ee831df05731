import { fromScores, type QuickCheck, scoreOfShare } from './quickCheck.js';

/** Mean answers of a group as Quick Check scores, 0 (worst) to 10 (best). */
export interface Benchmark {
  readonly group: string;
  readonly score: QuickCheck;
}

/** Lead time, frequency, recovery as scores; fail and rework raw, in tenths of all deployments. */
type Row = readonly [
  group: string,
  lead: number,
  often: number,
  recovery: number,
  fail: number,
  rework: number,
];

/** DORA Quick Check 2025, means by industry. */
const INDUSTRIES: readonly Row[] = [
  ['all', 5.5, 4.8, 7.4, 1.9, 2.2],
  ['financial services', 5.4, 5.1, 7.7, 1.7, 1.9],
  ['insurance', 4.8, 4.4, 7.5, 1.7, 1.8],
  ['healthcare and pharmaceuticals', 5.0, 4.3, 7.1, 2.5, 2.6],
  ['government', 4.8, 4.3, 7.0, 2.1, 2.4],
  ['retail and consumer', 5.9, 5.3, 7.8, 1.7, 2.0],
  ['technology', 5.7, 4.9, 7.4, 1.9, 2.3],
  ['telecommunications', 5.2, 4.7, 7.2, 2.4, 2.6],
  ['industrials and manufacturing', 4.9, 3.7, 6.5, 2.0, 2.4],
  ['energy', 5.4, 4.5, 7.2, 1.8, 2.1],
  ['education', 5.5, 4.5, 6.6, 2.7, 2.9],
  ['media and entertainment', 5.8, 5.2, 7.6, 1.8, 1.8],
  ['non-profit', 5.9, 4.5, 7.5, 2.2, 2.1],
  ['other', 5.7, 5.0, 7.6, 1.6, 2.0],
];

/** The same by size of the organisation. The official file stores recovery upside down here; see `upright`. */
const SIZES: readonly Row[] = [
  ['all', 5.5, 4.8, 2.6, 1.9, 2.2],
  ['1', 6.4, 5.1, 2.8, 3.0, 3.3],
  ['2-9', 6.4, 4.8, 2.3, 1.9, 2.3],
  ['10-99', 5.8, 4.4, 2.4, 1.7, 2.3],
  ['100-499', 5.6, 4.8, 2.6, 1.9, 2.3],
  ['500-999', 5.5, 4.7, 2.7, 1.8, 2.2],
  ['1000-4999', 5.3, 4.7, 2.6, 1.9, 2.1],
  ['5000-9999', 5.4, 4.8, 2.5, 1.8, 2.0],
  ['10000+', 5.2, 4.9, 2.8, 1.9, 2.1],
];

/** Recovery by size as in the industry table: 10 minus what is stored, as the two rows of all respondents show. */
function upright([group, lead, often, recovery, fail, rework]: Row): Row {
  return [group, lead, often, Math.round((10 - recovery) * 10) / 10, fail, rework];
}

function benchmark([group, leadTime, frequency, recovery, fail, rework]: Row): Benchmark {
  return {
    group,
    score: fromScores({
      leadTime,
      frequency,
      recovery,
      fail: scoreOfShare(fail / 10),
      rework: scoreOfShare(rework / 10),
    }),
  };
}

/** DORA Quick Check, edition 2025. */
export const BENCHMARKS_2025 = {
  year: 2025,
  source: 'dora-team/dora.dev, Quick Check, edition 2025',
  industries: INDUSTRIES.map(benchmark),
  sizes: SIZES.map(upright).map(benchmark),
} as const;
