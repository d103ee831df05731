import { judge } from '../apps/scheduler/src/canary/judge.js';
import { judgeNaively } from './canaryNaive.js';
import { type Bench } from './bench.js';
import { compete, figure, type Results } from './round.js';
import { alone, beside, percentile } from './row.js';

type Input = Parameters<typeof judge>[0];

const METRICS = 20;
const MINUTES = 40;

/** Latencies that differ a little from minute to minute, the canary's by a few per cent more. */
function look(minutes: number): Input {
  const metrics = Array.from({ length: METRICS }, (_, i) => ({
    name: `metric ${i}`,
    bad: 'increase' as const,
  }));
  const series = (seed: number, level: number) =>
    Array.from({ length: minutes }, (_, i) => level * (1 + 0.2 * Math.sin(seed * 12.9898 + i * 78.233)));
  return {
    mode: 'slipway',
    configuration: { baseline: 'concurrent', metrics, policy: { warmUpMinutes: 0 } },
    samples: metrics.map(({ name }, i) => ({
      metric: name,
      control: series(i, 200),
      canary: series(i + 50, 206),
    })),
    requests: { control: 100_000, canary: 100_000 },
  };
}

/** Milliseconds of each of so many goes. */
function timed(goes: number, go: () => unknown): number[] {
  return Array.from({ length: goes }, () => {
    const start = performance.now();
    go();
    return performance.now() - start;
  });
}

const contender = (goes: number, go: () => unknown) => async (warm: boolean) => {
  const times = timed(warm ? Math.ceil(goes / 5) : goes, go);
  return { median: percentile(times, 50), p99: percentile(times, 99) };
};

const rows = (what: string, results: Results<'judge' | 'naive'>) => [
  beside(`${what}, one look`, 'ms', figure(results.judge, 'median'), {
    what: 'all differences sorted, pairs counted in two loops',
    values: figure(results.naive, 'median'),
  }),
  alone(`${what}, p99`, 'ms', figure(results.judge, 'p99')),
];

export const bench: Bench = {
  title: 'The canary judge beside the naive way',
  meaning: `One look at ${METRICS} metrics: checking the input, the rank test, the shift with its interval, Holm, verdict, sentences and digests.
Beside it, the statistics alone done the obvious way. At 40 minutes a side the work is mostly the same; the order statistics that are
not made pay off as samples grow.`,
  async run({ rounds, scale, say }) {
    const [short, long] = [look(MINUTES), look(400)];
    const few = await compete(
      {
        judge: contender(1_000 * scale, () => judge(short)),
        naive: contender(1_000 * scale, () => judgeNaively(short)),
      },
      rounds,
      say,
    );
    const many = await compete(
      { judge: contender(100 * scale, () => judge(long)), naive: contender(2, () => judgeNaively(long)) },
      rounds,
      say,
    );
    return [
      ...rows(`${MINUTES} + ${MINUTES} samples × ${METRICS} metrics`, few),
      ...rows(`400 + 400 samples × ${METRICS} metrics`, many),
    ];
  },
};
