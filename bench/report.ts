import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.js';
import { short } from './round.js';
import type { LeftOut, Limit, Row, Spread } from './row.js';

const DOCUMENT = join(import.meta.dirname, '../docs/performance.md');

/** What one bench came to, as a section of the document. */
export interface Section {
  readonly heading: string;
  readonly text: string;
}

const HEAD = `| figure | min – **median** – max | beside it | min – **median** – max | ratio | goal | |
|---|--:|---|--:|--:|--:|---|`;

/** The section of a bench: a table of figures beside their peers, what they mean, and how they were got. */
export function section(
  bench: Bench,
  rows: readonly (Row | LeftOut)[],
  { rounds, scale }: { rounds: number; scale: number },
): Section {
  const how = `${rounds} rounds at scale ${scale}, Node ${process.versions.node}, ${cpus().length} cores.`;
  const heading = `## ${headingOf(bench)}`;
  return { heading, text: [heading, '', HEAD, ...rows.map(line), '', bench.meaning, '', how, ''].join('\n') };
}

function line(row: Row | LeftOut): string {
  if ('leftOut' in row) return `| ${row.what} | – | left out: ${row.leftOut} | | | | |`;
  const { what, unit, value, beside, ratio, limit, met } = row;
  const other = beside ? `${beside.what} | ${shown(beside.value)}` : ' | ';
  const verdict = met === undefined ? '' : met ? 'met' : '**missed**';
  return `| ${what}, ${unit} | ${shown(value)} | ${other} | ${ratio ? shown(ratio) : ''} | ${goalOf(limit)} | ${verdict} |`;
}

const shown = ({ min, median, max }: Spread): string =>
  min === max ? `**${short(median)}**` : `${short(min)} – **${short(median)}** – ${short(max)}`;

function goalOf(limit: Limit | undefined): string {
  if (!limit) return '';
  const of = limit.of === 'ratio' ? ' ×' : '';
  return limit.atLeast !== undefined ? `≥ ${short(limit.atLeast)}${of}` : `≤ ${short(limit.atMost!)}${of}`;
}

/** Writes a section to standard output. */
export const print = ({ text }: Section): void => void process.stdout.write(`${text}\n`);

/** Puts a section into the document, in the place of what stood under its heading before. */
export function write({ heading, text }: Section): void {
  const [intro, ...old] = readFileSync(DOCUMENT, 'utf8').split(/^(?=## )/m);
  const others = old.filter((part) => !part.startsWith(`${heading}\n`));
  const sections = [...others, `${text}\n`].toSorted((a, b) => inOrder(a.slice(3), b.slice(3)));
  writeFileSync(DOCUMENT, `${[intro, ...sections].map((part) => part?.trimEnd()).join('\n\n')}\n`);
}

/** What a bench stands under: its goal, if it has one, and its title. */
export const headingOf = ({ goal, title }: Bench): string => (goal ? `${goal}: ${title}` : title);

/** By the number of the goal, then by title; what has no goal comes last. */
export function inOrder(heading: string, other: string): number {
  const [one, two] = [goalIn(heading), goalIn(other)];
  return one === two ? heading.localeCompare(other, 'en') : one < two ? -1 : 1;
}

const goalIn = (heading: string): number => Number(/^P(\d+):/.exec(heading)?.[1] ?? Infinity);
