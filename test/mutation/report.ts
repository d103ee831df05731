import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCUMENT = join(import.meta.dirname, '../../docs/mutation.md');

/** What the mutants of a part came to. */
export interface Row {
  readonly part: string;
  readonly counts: ReadonlyMap<string, number>;
}

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

/** Counts a JSON report of Stryker by the status of the mutants. */
export function rowOf(part: string, file: string): Row {
  const { files } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const counts = new Map<string, number>();
  for (const { status } of Object.values(files).flatMap(({ mutants }) => mutants))
    counts.set(status, (counts.get(status) ?? 0) + 1);
  return { part, counts };
}

/** One line of the table; the score is Stryker's: killed and timed out, of all that could be. */
function line({ part, counts }: Row): string {
  const of = (status: string): number => counts.get(status) ?? 0;
  const noticed = of('Killed') + of('Timeout');
  const all = noticed + of('Survived') + of('NoCoverage');
  const score = all === 0 ? 'none' : `${((100 * noticed) / all).toFixed(2)} %`;
  const cells = [part, all, of('Killed'), of('Timeout'), of('Survived'), of('NoCoverage'), score];
  return `| ${cells.join(' | ')} |`;
}

/** Writes the row to standard output. */
export const print = (row: Row): void => void process.stdout.write(`${line(row)}\n`);

/** Puts a row into the table of the document, in the place of what it said of that part before. */
export function write(row: Row): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const start = new RegExp(`^\\| ${row.part} \\|.*$`, 'm');
  if (!start.test(text)) throw new Error(`docs/mutation.md has no row for ${row.part}.`);
  writeFileSync(DOCUMENT, text.replace(start, line(row)));
}
