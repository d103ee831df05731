import type { Context, Event, Recorded } from './event.js';

/** The revision a stream must have for an append: exact, 0 for "must not exist", `any` for external facts only. */
export type Expected = number | 'any';

/** Where the last event of an append now stands. */
export interface Appended {
  readonly position: number;
  readonly revision: number;
}

/** A stretch of the log: the wanted events in it, and the position up to which it reaches. */
export interface Batch {
  readonly events: readonly Recorded[];
  readonly position: number;
}

/** How to follow: from where, which types, until when; `live: false` ends at the present head. */
export interface Following {
  readonly after: number;
  readonly types?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  readonly live?: boolean;
  readonly limit?: number;
}

/** The append-only log: the only truth. */
export abstract class EventStore {
  /**
   * Appends all events or none; when it returns they are durable.
   * @throws Rejected INVALID_STREAM, SECRET_IN_EVENT or EVENT_TOO_LARGE, before anything is sent
   * @throws ConcurrentWrite when the stream is not at the expected revision
   * @throws StoreUnavailable when the outcome is unknown or nothing was stored
   */
  abstract append(
    stream: string,
    expected: Expected,
    events: readonly Event[],
    context: Context,
  ): Promise<Appended>;
  /** A stream in order, from a 1-based revision. A stream that does not exist is empty. */
  abstract read(stream: string, from?: number): Promise<readonly Recorded[]>;
  /** History first, then live, in the order of commits, never a gap, each event once. */
  abstract batches(following: Following): AsyncIterable<Batch>;
  /** The position of the newest event; 0 for an empty log. */
  abstract head(): Promise<number>;
  /** Finishes what was asked for; those who follow come to their end. */
  abstract close(): Promise<void>;
}

/** Someone else was faster. */
export class ConcurrentWrite extends Error {
  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`${stream} is at revision ${actual}, not at ${expected}.`);
    this.name = 'ConcurrentWrite';
  }
}

/** The store cannot be reached, or did not say whether it stored. Safe to repeat with the same command id. */
export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('The event store does not answer.', { cause });
    this.name = 'StoreUnavailable';
  }
}

/** The kind of thing a stream tells of: what stands before the first hyphen. */
export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));
