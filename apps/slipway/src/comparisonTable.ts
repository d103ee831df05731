import type { Comparison } from '../../metrics/src/dora/comparison.js';
import { FIVE, type Headlines } from '../../metrics/src/dora/headlines.js';
import { figure, share, span } from './figures.js';

type Figure = Headlines[keyof Headlines];

const HEAD = ['service', 'deployments', 'lead time', 'change fail rate', 'recovery', 'rework rate'];

/** All services side by side, with what one must know to read the figures. */
export function comparisonTable(comparison: Comparison): string {
  const { services, blended } = comparison;
  const rows = [
    HEAD.map((name, column) => (column === 0 ? name : `${name}  `)),
    ...services.map(({ service, ...headlines }) => rowOf(service, headlines)),
    ...(services.length > 1 ? [rowOf('all of them, blended', blended)] : []),
  ];
  const width = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(width[i]!) : cell.padStart(width[i]!))).join('  '),
  );
  const notes = notesOn(comparison);
  return [
    span(comparison),
    '',
    ...lines.map((line) => `  ${line.trimEnd()}`),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `  ${note}`)] : []),
  ].join('\n');
}

function rowOf(name: string, headlines: Headlines): string[] {
  const { deploymentFrequency, changeLeadTime, changeFailRate, ...others } = headlines;
  const { failedDeploymentRecoveryTime, deploymentReworkRate } = others;
  return [
    name,
    marked(`${deploymentFrequency.n}, ${figure(deploymentFrequency, 'per day')}`, deploymentFrequency),
    marked(figure(changeLeadTime, 'h', 1), changeLeadTime),
    marked(share(changeFailRate), changeFailRate),
    marked(figure(failedDeploymentRecoveryTime, 'min', 1), failedDeploymentRecoveryTime),
    marked(share(deploymentReworkRate), deploymentReworkRate),
  ];
}

const isFew = ({ value, lowSample }: Figure) => value !== null && lowSample;
const isPartial = ({ partial }: Figure) => partial !== undefined;

/** A figure with two places for its marks, so that columns stay straight. */
const marked = (text: string, one: Figure): string =>
  `${text}${isFew(one) ? '*' : ' '}${isPartial(one) ? '~' : ' '}`;

function notesOn({ services, blended, pending, refused }: Comparison): string[] {
  const shown = [...services, blended].flatMap((headlines) => FIVE.map((name) => headlines[name]));
  return [
    shown.some(isFew) && '* few values: read with care',
    shown.some(isPartial) && '~ does not cover everything: ask for the service by itself to see why',
    pending.length > 0 && `not read yet, ask again: ${pending.join(', ')}`,
    ...refused.map(({ service, reason }) => `${service} is left out: ${reason}`),
    services.length + pending.length + refused.length === 0 && 'Nothing is known of any service.',
  ].filter((note) => note !== false);
}
