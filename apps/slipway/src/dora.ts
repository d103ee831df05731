import { parseArgs } from 'node:util';
import type { Summary } from '../../metrics/src/dora.js';
import type { Comparison } from '../../metrics/src/dora/comparison.js';
import { client } from './client.js';
import { CommandError } from './commandError.js';
import { comparisonTable } from './comparisonTable.js';
import { figure, percent, share, span } from './figures.js';

type Metric = Summary['deploymentReworkRate'];

/**
 * Shows the five DORA metrics (the metrics, not the EU regulation) of a service, or the ids behind one of them; without a
 * service, those of all services side by side.
 */
export async function dora(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      service: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      zone: { type: 'string' },
      'as-of': { type: 'string' },
      evidence: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { service, from, to, zone, 'as-of': asOf, evidence: metric, json } = values;
  if (from === undefined || to === undefined)
    throw new CommandError('dora needs --from and --to, such as --from 2025-01-01 --to 2026-01-01.');
  if (service === undefined && (asOf ?? metric) !== undefined)
    throw new CommandError('--as-of and --evidence need a --service.');
  const asked = { service, from, to, zone, asOf, metric };
  const query = new URLSearchParams(
    Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const server = await client('analyst');
  const path =
    service === undefined ? 'services/summary' : `summary${metric === undefined ? '' : '/evidence'}`;
  const response = await server.call('GET', `/v1/dora/${path}?${query}`);
  const answer: unknown = await response.json();
  if (json || metric !== undefined) console.log(JSON.stringify(answer, null, 2));
  else console.log(service === undefined ? comparisonTable(answer as Comparison) : table(answer as Summary));
  return 0;
}

function table(summary: Summary): string {
  const { deploymentFrequency: frequency, changeLeadTime: lead, changeFailRate: fail } = summary;
  const { failedDeploymentRecoveryTime: recovery, deploymentReworkRate: rework } = summary;
  const rows = [
    [
      'deployment frequency',
      figure(frequency, 'per day'),
      `${frequency.numerator} deployments, ${frequency.cadence ?? 'no cadence'}`,
    ],
    [
      'change lead time',
      figure(lead, 'h', 1),
      `median of ${lead.n} changes; p75 ${hours(lead.p75)}, p90 ${hours(lead.p90)}, p95 ${hours(lead.p95)}`,
    ],
    ['change fail rate', share(fail), parts(fail)],
    ['failed deployment recovery time', figure(recovery, 'min', 1), `median of ${recovery.n}`],
    ['deployment rework rate', share(rework), parts(rework)],
  ] as const;
  const [wide, wider] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(
    ([name, value, note]) => `  ${name.padEnd(wide!)}  ${value.padStart(wider!)}  ${note}`,
  );
  const { from, to, zone, asOf } = frequency;
  return [`${summary.service}  ${span({ from, to, zone, asOf })}`, '', ...lines, ...remarks(summary)].join(
    '\n',
  );
}

const hours = (value: number | null): string => (value === null ? 'none' : `${value.toFixed(1)} h`);

function parts({ numerator, denominator, interval, lowSample }: Metric): string {
  const within = interval && `, 95 % interval ${percent(interval.lower)} to ${percent(interval.upper)}`;
  return `${numerator} of ${denominator}${within ?? ''}${lowSample ? ', low sample' : ''}`;
}

/** What one must know to read the figures: what was left out, guessed, or not known. */
function remarks({ deploymentFrequency, changeLeadTime, ...others }: Summary): string[] {
  const { exclusions } = deploymentFrequency;
  const left = exclusions.map(({ reason, count }) => `${count} ${reason}`).join(', ');
  const { approximate, partial } = changeLeadTime;
  const notes = [
    left && `not counted: ${left}`,
    approximate && `approximate: ${approximate.count} of ${approximate.of} changes are credited by time`,
    partial && `lead time is ${partial}`,
    others.changeFailRate.partial && `change fail rate is ${others.changeFailRate.partial}`,
  ].filter(Boolean);
  return notes.length > 0 ? ['', ...notes.map((note) => `  ${note}`)] : [];
}
