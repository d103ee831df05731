/** A line on a terminal that says how far something is; where there is no terminal, a line every ten seconds. */
export interface Progress {
  at(done: number, note?: string): void;
  end(): void;
}

const WIDTH = 30;
const EVERY = 100;
const EVERY_ELSEWHERE = 10_000;

/** `total` in the same unit as `done`; without one there is a count and no bar. */
export function progress(
  what: string,
  total: number | undefined,
  now: () => number = performance.now.bind(performance),
): Progress {
  const terminal = process.stderr.isTTY === true;
  const began = now();
  let last = terminal ? -Infinity : began;
  return {
    at(done, note = '') {
      if (now() - last < (terminal ? EVERY : EVERY_ELSEWHERE)) return;
      last = now();
      const line = `${what} ${total === undefined ? '' : bar(done / total)} ${note}`;
      process.stderr.write(terminal ? `\r\x1b[2K${line}` : `${line}\n`);
    },
    end() {
      if (terminal) process.stderr.write('\r\x1b[2K');
    },
  };
}

function bar(share: number): string {
  const filled = Math.min(WIDTH, Math.round(share * WIDTH));
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${Math.min(100, Math.floor(share * 100))} %`;
}
