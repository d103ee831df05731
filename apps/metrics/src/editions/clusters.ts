/** A range of values; the upper end may be infinite. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** The end that does not belong to it, where reports say "under" or "more than"; both do otherwise. */
  readonly without?: 'from' | 'to';
}

/** A cluster of a report: where its members lie in each metric. A label for all of it, not four thresholds. */
export interface Cluster {
  readonly tier: 'elite' | 'high' | 'medium' | 'low';
  /** Share of the respondents. */
  readonly share: number;
  /** Deployments per day. */
  readonly deploymentFrequency: Range;
  /** Hours. */
  readonly changeLeadTime: Range;
  /** Share from 0 to 1; a single value where the report gives one. */
  readonly changeFailRate: Range;
  /** Hours. */
  readonly recoveryTime: Range;
}

/** What one year's DORA report published. */
export interface Edition {
  readonly year: 2021 | 2022 | 2023 | 2024 | 2025;
  readonly source: string;
  /** Empty where the report publishes none. */
  readonly clusters: readonly Cluster[];
  /** What to know when reading it. */
  readonly note?: string;
}

const [DAY, WEEK, MONTH, HALF_YEAR] = [24, 168, 730, 4380];
const range = (from: number, to: number): Range => ({ from, to });
const under = (from: number, to: number): Range => ({ from, to, without: 'to' });
const exactly = (value: number): Range => range(value, value);

const OFTEN = {
  onDemand: { from: 1, to: Infinity, without: 'from' } as const,
  dailyToWeekly: range(1 / 7, 1),
  weeklyToMonthly: under(DAY / MONTH, 1 / 7),
  monthlyToHalfYearly: under(DAY / HALF_YEAR, DAY / MONTH),
  lessThanHalfYearly: under(0, DAY / HALF_YEAR),
};
const TIME = {
  underHour: under(0, 1),
  underDay: under(0, DAY),
  dayToWeek: under(DAY, WEEK),
  weekToMonth: under(WEEK, MONTH),
  monthToHalfYear: under(MONTH, HALF_YEAR),
  overHalfYear: under(HALF_YEAR, Infinity),
};

const cluster = (
  tier: Cluster['tier'],
  share: number,
  deploymentFrequency: Range,
  changeLeadTime: Range,
  changeFailRate: Range,
  recoveryTime: Range,
): Cluster => ({ tier, share, deploymentFrequency, changeLeadTime, changeFailRate, recoveryTime });

/**
 * The clusters of the reports, as published. "On demand" is read as more than one deployment a day; where two ranges
 * share an end, it belongs to the one whose level the Quick Check gives it.
 */
export const EDITIONS: readonly Edition[] = [
  {
    year: 2021,
    source: 'Accelerate State of DevOps 2021, page 9',
    clusters: [
      cluster('elite', 0.26, OFTEN.onDemand, TIME.underHour, range(0, 0.15), TIME.underHour),
      cluster('high', 0.4, OFTEN.weeklyToMonthly, TIME.dayToWeek, range(0.16, 0.3), TIME.underDay),
      cluster(
        'medium',
        0.28,
        OFTEN.monthlyToHalfYearly,
        TIME.monthToHalfYear,
        range(0.16, 0.3),
        TIME.dayToWeek,
      ),
      cluster('low', 0.07, OFTEN.lessThanHalfYearly, TIME.overHalfYear, range(0.16, 0.3), TIME.overHalfYear),
    ],
    note: 'Three of the four clusters share one range of change fail rate.',
  },
  {
    year: 2022,
    source: 'Accelerate State of DevOps 2022, by way of the Octopus Deploy blog on performance clusters',
    clusters: [
      cluster('high', 0.11, OFTEN.onDemand, TIME.dayToWeek, range(0, 0.15), TIME.underDay),
      cluster('medium', 0.69, OFTEN.weeklyToMonthly, TIME.weekToMonth, range(0.16, 0.3), TIME.dayToWeek),
      cluster(
        'low',
        0.19,
        OFTEN.monthlyToHalfYearly,
        TIME.monthToHalfYear,
        range(0.46, 0.6),
        TIME.weekToMonth,
      ),
    ],
    note: 'There is no elite cluster.',
  },
  {
    year: 2023,
    source: 'Accelerate State of DevOps 2023, by way of the Octopus Deploy blog on performance clusters',
    clusters: [
      cluster('elite', 0.18, OFTEN.onDemand, TIME.underDay, exactly(0.05), TIME.underHour),
      cluster('high', 0.31, OFTEN.dailyToWeekly, TIME.dayToWeek, exactly(0.1), TIME.underDay),
      cluster('medium', 0.33, OFTEN.weeklyToMonthly, TIME.weekToMonth, exactly(0.15), TIME.dayToWeek),
      cluster('low', 0.17, OFTEN.weeklyToMonthly, TIME.weekToMonth, exactly(0.64), TIME.monthToHalfYear),
    ],
    note: 'Medium and low share the ranges of deployment frequency and lead time.',
  },
  {
    year: 2024,
    source: 'Accelerate State of DevOps 2024, by way of the Octopus Deploy blog of November 2024',
    clusters: [
      cluster('elite', 0.19, OFTEN.onDemand, TIME.underDay, exactly(0.05), TIME.underHour),
      cluster('high', 0.22, OFTEN.dailyToWeekly, TIME.dayToWeek, exactly(0.2), TIME.underDay),
      cluster('medium', 0.35, OFTEN.weeklyToMonthly, TIME.weekToMonth, exactly(0.1), TIME.underDay),
      cluster('low', 0.25, OFTEN.monthlyToHalfYearly, TIME.monthToHalfYear, exactly(0.4), TIME.weekToMonth),
    ],
    note: 'The high cluster fails twice as often as the medium one: no single metric tells the tier.',
  },
  {
    year: 2025,
    source: 'State of AI-assisted Software Development 2025, errata 2025.2',
    clusters: [],
    note: 'Publishes distributions of answers and seven team profiles, no tiers. Compare by Quick Check instead.',
  },
];
