import type { Entry } from './envelope.js';
import { StoreUnavailable } from './store.js';

/** The append is durable; this is the position of its last event. */
export interface Stored {
  readonly position: number;
}

/** The stream was not where the append expected it, but at this revision. */
export interface Refusal {
  readonly actual: number;
}

type Write = (appends: readonly (readonly Entry[])[]) => Promise<readonly (Stored | Refusal)[]>;

interface Waiting {
  readonly entries: readonly Entry[];
  readonly resolve: (result: Stored | Refusal) => void;
  readonly reject: (error: unknown) => void;
}

/** Measured: batches of at most 128 with two in flight are fastest; more of either gains nothing. */
const LARGEST = 128;
const LARGEST_BYTES = 4 << 20;
export const IN_FLIGHT = 2;

/**
 * Gathers concurrent appends and writes each group in one transaction, every append with its own expected revision and
 * its own answer. One stream appears once a group, so an append never sees a neighbour's uncommitted events.
 */
export class GroupCommit {
  readonly #write: Write;
  #queue: Waiting[] = [];
  #inFlight = 0;
  #settled: (() => void)[] = [];

  constructor(write: Write) {
    this.#write = write;
  }

  append(entries: readonly Entry[]): Promise<Stored | Refusal> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ entries, resolve, reject });
      // Appends of one turn of the event loop travel together.
      if (this.#queue.length === 1) setImmediate(() => this.#pump());
    });
  }

  /** Resolves when nothing is queued or being written. */
  idle(): Promise<void> {
    if (this.#inFlight === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  #pump(): void {
    while (this.#inFlight < IN_FLIGHT && this.#queue.length > 0) void this.#commit(this.#take());
    if (this.#inFlight > 0 || this.#queue.length > 0) return;
    for (const settle of this.#settled.splice(0)) settle();
  }

  #take(): Waiting[] {
    const streams = new Set<string>();
    const group: Waiting[] = [];
    const later: Waiting[] = [];
    let bytes = 0;
    for (const waiting of this.#queue) {
      const stream = waiting.entries[0]!.stream;
      const full = group.length >= LARGEST || (group.length > 0 && bytes > LARGEST_BYTES);
      if (full || streams.has(stream)) later.push(waiting);
      else {
        streams.add(stream);
        group.push(waiting);
        for (const entry of waiting.entries) bytes += entry.bytes.length;
      }
    }
    this.#queue = later;
    return group;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    this.#inFlight++;
    try {
      const results = await this.#write(group.map(({ entries }) => entries));
      group.forEach(({ resolve }, i) => resolve(results[i]!));
    } catch (error) {
      if (group.length === 1 || error instanceof StoreUnavailable)
        for (const { reject } of group) reject(error);
      // What the server says of a statement concerns one of the group: each is tried alone, so only that one hears of it.
      else for (const one of group) await this.#commit([one]);
    } finally {
      this.#inFlight--;
      this.#pump();
    }
  }
}
