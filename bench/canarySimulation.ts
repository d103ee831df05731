import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chance } from '../apps/scheduler/src/canary/testChance.js';
import { type Simulated, simulatedMetrics } from '../apps/scheduler/src/canary/testMetrics.js';
import { analyse, type End, kayenta, shares, slipway } from '../apps/scheduler/src/canary/testSimulation.js';

const USAGE = 'npm run simulate:canary -- [--write]    keeps the page in docs/canary.md; two minutes';
const SEED = 2_027;
const RUNS = 1_000;
const ANALYSES = 400;
const PAGE = join(import.meta.dirname, '../docs/canary.md');

const percent = (share = 0) => `${(100 * share).toFixed(1)} %`;
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map((_, i) => (i < 2 ? '---' : '--:'))), ...rows.map(row)].join('\n');

const effects = ({ tolerance, critical }: Simulated) => [
  { name: 'none', effect: 0 },
  { name: 'the tolerance', effect: tolerance },
  { name: 'critical', effect: critical },
  { name: 'twice critical', effect: 2 * critical },
];

/** One look of 40 minutes at one metric, in both modes. */
function looks(): string {
  const rows = simulatedMetrics.flatMap((metric) =>
    effects(metric).map(({ name, effect }) => {
      const setting = { runs: RUNS, minutes: 40, effect, seed: SEED };
      const own = shares(slipway, metric, setting);
      const other = shares(kayenta, metric, setting);
      const failed = (own['FAIL'] ?? 0) + (own['CRITICAL_FAIL'] ?? 0);
      return [
        metric.name,
        name,
        percent(failed),
        percent(own['INCONCLUSIVE']),
        percent(own['PASS']),
        percent(other['High']),
        percent(other['Pass']),
      ];
    }),
  );
  return table(
    ['metric', 'regression', 'fails', 'undecided', 'passes', '`kayenta`: fails', '`kayenta`: passes'],
    rows,
  );
}

/** The same without a regression, and with a critical one, on the skewed metric for longer and longer. */
function lengths(): string {
  const metric = simulatedMetrics.find(({ name }) => name.startsWith('skewed'))!;
  const rows = [30, 60, 120, 240].flatMap((minutes) =>
    [effects(metric)[0]!, effects(metric)[3]!].map(({ name, effect }) => {
      const own = shares(slipway, metric, { runs: RUNS, minutes, effect, seed: SEED });
      const failed = (own['FAIL'] ?? 0) + (own['CRITICAL_FAIL'] ?? 0);
      return [String(minutes), name, percent(failed), percent(own['INCONCLUSIVE']), percent(own['PASS'])];
    }),
  );
  return table(['minutes', 'regression', 'fails', 'undecided', 'passes'], rows);
}

/** Whole analyses over all kinds of metrics at once. */
function analyses(): string {
  const rows = [undefined, ...simulatedMetrics.keys()].map((affected) => {
    const random = chance(SEED);
    const ends: Record<End, number> = { COMPLETE: 0, ROLL_BACK: 0, HOLD: 0 };
    for (let run = 0; run < ANALYSES; run++)
      ends[analyse(simulatedMetrics, random, affected)] += 1 / ANALYSES;
    const what = affected === undefined ? 'none' : simulatedMetrics[affected]!.name;
    return [
      what,
      affected === undefined ? '' : 'critical',
      percent(ends.ROLL_BACK),
      percent(ends.HOLD),
      percent(ends.COMPLETE),
    ];
  });
  return table(['metric that got worse', 'regression', 'rolled back', 'held for a human', 'completed'], rows);
}

const page = () => `# How often the canary judge errs

What \`npm run simulate:canary\` prints (seed ${SEED}, so that it prints the same everywhere): samples whose truth is known, judged by
\`POST /v1/canary/evaluate\`'s own functions with their defaults. A *false alarm* is a failure without a regression, a *miss* is a pass
with one. A metric is worse by the tolerance (10 %), by the critical tolerance (25 %) or by twice that; sparse ones by their
absolute tolerances. In mode \`kayenta\` the allowed increase is the tolerance.

## One look of 40 minutes at one metric, ${RUNS.toLocaleString('en')} times each

${looks()}

## The skewed metric for longer, worse by twice the critical tolerance or not at all

${lengths()}

## A whole analysis: four steps, two extensions each, all seven metrics, ${ANALYSES} times each

${analyses()}

## What to read from it

- Without a regression, a look at one metric gives a false alarm in about the level of a look, 0.05 / 6 = 0.83 %, or less (what
  ${RUNS.toLocaleString('en')} runs can tell is 0.3 % more or less), as long as minutes are independent. Usually it is far less, since a failure also takes
  a shift of the tolerance and an effect of A*.
- Autocorrelated minutes (a slow cache, a queue) are fewer than they look, and false alarms exceed the level. Aggregate such a
  metric over longer than a minute, or make it reportOnly.
- At the tolerance itself about half of the shifts that are measured reach it, so that either answer is right.
- A critical regression is failed or left undecided, seldom passed. Where spread is large (skewed, zero-inflated), *undecided* is the
  honest answer of 40 minutes, and \`needed\` says how many would do; the second table shows that they do.
- The rank test sees how often a canary is worse, not by how much in rare minutes. A zero-inflated metric that got worse in size
  alone is left undecided by the interval of the means, and is not failed.
- **A look passes with up to 30 % of its weight undecided.** Of seven equal metrics one is 14 %, so that a regression which only leaves
  its metric undecided (skewed, zero-inflated) goes through in the third table. Make a metric \`critical\`, or its group heavier than
  30, if *undecided* is to hold the canary.
- Mode \`kayenta\` has no *undecided*: what it cannot see, it passes. It misses most regressions of skewed and sparse metrics, which
  is why its answers carry warnings. Use it to compare while moving over, not to decide.
`;

const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
if (values.help) process.stdout.write(`${USAGE}\n`);
else {
  const text = page();
  process.stdout.write(text);
  if (values.write) writeFileSync(PAGE, text);
}
