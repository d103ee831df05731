import { expect, test } from 'vitest';
import { EDITIONS } from '../editions.js';
import { BENCHMARKS_2025, type Benchmark } from './benchmarks.js';
import type { Range } from './clusters.js';

/* What was published, told once more in one line a row. */
const TIMES = new Map([
  [1 / 7, 'week'],
  [24 / 730, 'month'],
  [24 / 4380, 'half-year'],
]);
const end = (value: number) => TIMES.get(value) ?? String(value);
const shown = ({ from, to, without }: Range) =>
  `${without === 'from' ? '(' : '['}${end(from)}, ${end(to)}${without === 'to' ? ')' : ']'}`;

test('clusters hold frequencies a day, lead times in hours, fail rates and recovery times in hours', () =>
  expect(
    EDITIONS.flatMap(({ year, clusters }) =>
      clusters.map(({ tier, share, deploymentFrequency, changeLeadTime, changeFailRate, recoveryTime }) =>
        [
          year,
          tier,
          share,
          ...[deploymentFrequency, changeLeadTime, changeFailRate, recoveryTime].map(shown),
        ].join(' '),
      ),
    ),
  ).toEqual([
    '2021 elite 0.26 (1, Infinity] [0, 1) [0, 0.15] [0, 1)',
    '2021 high 0.4 [month, week) [24, 168) [0.16, 0.3] [0, 24)',
    '2021 medium 0.28 [half-year, month) [730, 4380) [0.16, 0.3] [24, 168)',
    '2021 low 0.07 [0, half-year) [4380, Infinity) [0.16, 0.3] [4380, Infinity)',
    '2022 high 0.11 (1, Infinity] [24, 168) [0, 0.15] [0, 24)',
    '2022 medium 0.69 [month, week) [168, 730) [0.16, 0.3] [24, 168)',
    '2022 low 0.19 [half-year, month) [730, 4380) [0.46, 0.6] [168, 730)',
    '2023 elite 0.18 (1, Infinity] [0, 24) [0.05, 0.05] [0, 1)',
    '2023 high 0.31 [week, 1] [24, 168) [0.1, 0.1] [0, 24)',
    '2023 medium 0.33 [month, week) [168, 730) [0.15, 0.15] [24, 168)',
    '2023 low 0.17 [month, week) [168, 730) [0.64, 0.64] [730, 4380)',
    '2024 elite 0.19 (1, Infinity] [0, 24) [0.05, 0.05] [0, 1)',
    '2024 high 0.22 [week, 1] [24, 168) [0.2, 0.2] [0, 24)',
    '2024 medium 0.35 [month, week) [168, 730) [0.1, 0.1] [0, 24)',
    '2024 low 0.25 [half-year, month) [730, 4380) [0.4, 0.4] [168, 730)',
  ]));

test('every edition names the page or the page about it, and what to know when reading it', () =>
  expect(EDITIONS.map(({ year, source, note }) => [year, source, note])).toEqual([
    [
      2021,
      'Accelerate State of DevOps 2021, page 9',
      'Three of the four clusters share one range of change fail rate.',
    ],
    [
      2022,
      'Accelerate State of DevOps 2022, by way of the Octopus Deploy blog on performance clusters',
      'There is no elite cluster.',
    ],
    [
      2023,
      'Accelerate State of DevOps 2023, by way of the Octopus Deploy blog on performance clusters',
      'Medium and low share the ranges of deployment frequency and lead time.',
    ],
    [
      2024,
      'Accelerate State of DevOps 2024, by way of the Octopus Deploy blog of November 2024',
      'The high cluster fails twice as often as the medium one: no single metric tells the tier.',
    ],
    [
      2025,
      'State of AI-assisted Software Development 2025, errata 2025.2',
      'Publishes distributions of answers and seven team profiles, no tiers. Compare by Quick Check instead.',
    ],
  ]));

const row = ({ group, score }: Benchmark) =>
  [group, score.leadTime, score.frequency, score.recovery, score.fail, score.rework].join(' ');

test('benchmarks hold lead time, frequency, recovery, fail and rework as scores, by industry and by size', () => {
  const { industries, sizes, ...origin } = BENCHMARKS_2025;
  expect(origin).toEqual({ year: 2025, source: 'dora-team/dora.dev, Quick Check, edition 2025' });
  expect(industries.map(row)).toEqual([
    'all 5.5 4.8 7.4 8.1 7.8',
    'financial services 5.4 5.1 7.7 8.3 8.1',
    'insurance 4.8 4.4 7.5 8.3 8.2',
    'healthcare and pharmaceuticals 5 4.3 7.1 7.5 7.4',
    'government 4.8 4.3 7 7.9 7.6',
    'retail and consumer 5.9 5.3 7.8 8.3 8',
    'technology 5.7 4.9 7.4 8.1 7.7',
    'telecommunications 5.2 4.7 7.2 7.6 7.4',
    'industrials and manufacturing 4.9 3.7 6.5 8 7.6',
    'energy 5.4 4.5 7.2 8.2 7.9',
    'education 5.5 4.5 6.6 7.3 7.1',
    'media and entertainment 5.8 5.2 7.6 8.2 8.2',
    'non-profit 5.9 4.5 7.5 7.8 7.9',
    'other 5.7 5 7.6 8.4 8',
  ]);
  expect(sizes.map(row)).toEqual([
    'all 5.5 4.8 7.4 8.1 7.8',
    '1 6.4 5.1 7.2 7 6.7',
    '2-9 6.4 4.8 7.7 8.1 7.7',
    '10-99 5.8 4.4 7.6 8.3 7.7',
    '100-499 5.6 4.8 7.4 8.1 7.7',
    '500-999 5.5 4.7 7.3 8.2 7.8',
    '1000-4999 5.3 4.7 7.4 8.1 7.9',
    '5000-9999 5.4 4.8 7.5 8.2 8',
    '10000+ 5.2 4.9 7.2 8.1 7.9',
  ]);
});
