import type { History } from './history.js';
import type { LeftOut, Row } from './row.js';

/** What a bench may use. Everything it starts, it ends; databases go with the server. */
export interface Context {
  readonly rounds: number;
  /** 1 for the sizes of the goals; smaller to be quick. */
  readonly scale: number;
  /** The URL of a database of its own with the log and the roles of the services. */
  database(): Promise<string>;
  /** A log with `1_000_000 × scale` events, made once a run; nobody may append to it. */
  history(): Promise<History>;
  /** A folder for files, gone at the end. */
  readonly folder: string;
  /** Has something closed when the bench is over, however it ends. */
  use<T>(thing: T, close: (thing: T) => Promise<unknown>): T;
  say(line: string): void;
}

/**
 * One measuring; every `*.bench.ts` exports one as `bench`. Several may serve one goal, and one that serves none comes after
 * those that do. Its heading, which is the goal and the title, is what its section of `docs/performance.md` is found by.
 */
export interface Bench {
  /** The number of its goal, such as `P1`; absent when none of the goals speaks of what it measures. */
  readonly goal?: `P${number}`;
  readonly title: string;
  /** What the figures mean, in a sentence or two, for `docs/performance.md`. */
  readonly meaning: string;
  /** Runs only when it is named, because it needs something that is not everywhere. */
  readonly onlyByName?: boolean;
  run(context: Context): Promise<readonly (Row | LeftOut)[]>;
}
