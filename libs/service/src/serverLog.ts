import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';

const LIMIT = 8 * 1024 * 1024;

/** Opens the log for a new run and tells where that run begins; a log grown beyond 8 MiB begins anew. */
export function beginLog(log: string): number {
  const size = existsSync(log) ? statSync(log).size : 0;
  if (size < LIMIT) return size;
  closeSync(openSync(log, 'w'));
  return 0;
}

/** The line of this run's log that says why the server ended. */
export function reasonInLog(log: string, from: number): string {
  return reasonIn(readFileSync(log).subarray(from).toString());
}

/**
 * The line that says why PostgreSQL or initdb ended, with its hint: the first fatal one of the end, as what follows is its
 * consequence. Troubles of single clients do not count.
 */
export function reasonIn(output: string): string {
  const bare = (line: string): string =>
    line
      .replace(/^\S+ \S+ \S+ \[\d+\] /, '')
      .replaceAll('  ', ' ')
      .trim();
  const lines = output.trim().split('\n').slice(-25).map(bare);
  const ends = lines.filter((line) =>
    /^(FATAL|PANIC): (?!terminating|password|sorry|role|database ")/.test(line),
  );
  const hint = lines.find((line) => /^HINT: (Is another postmaster|Check free disk space)/.test(line));
  const line = ends[0] ?? lines.find((each) => /could not|error:/.test(each)) ?? lines.at(-1);
  return [line || 'it ended without a word', hint].filter(Boolean).join(' ');
}
