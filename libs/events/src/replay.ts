import { decodeKnown, type KnownEvent } from './contracts.js';
import type { Recorded } from './event.js';
import { type Corrupt, reasonOf, waiting } from './parked.js';
import { fold, type Projection } from './projection.js';
import type { EventStore } from './store.js';

const LIMIT = 5_000;

/** A fold of the whole log in memory that can be brought up to date. */
export class Replay<Row extends { id: string }, E extends KnownEvent> {
  position = 0;
  events = 0;
  readonly seen = new Map<string, number>();
  readonly #store: EventStore;
  readonly #projection: Projection<Row, E>;
  readonly #onProgress: (position: number) => void;
  readonly #state = new Map<string, Row | undefined>();
  readonly #held = new Map<string, Corrupt[]>();
  #touched = new Set<string>();

  constructor(store: EventStore, projection: Projection<Row, E>, onProgress: (position: number) => void) {
    this.#store = store;
    this.#projection = projection;
    this.#onProgress = onProgress;
  }

  async toTheEnd(): Promise<void> {
    const types = new Set(this.#projection.from.map(({ type }) => type));
    const following = { after: this.position, types, live: false, limit: LIMIT };
    for await (const { events, position } of this.#store.batches(following)) {
      for (const event of events) this.#take(event);
      this.events += events.length;
      this.position = position;
      this.#onProgress(position);
    }
  }

  /** An event that cannot be handled is set aside, with all later ones of its stream, as following does. */
  #take(event: Recorded): void {
    this.seen.set(event.stream, event.revision);
    const before = this.#held.get(event.stream);
    if (before) return void before.push(waiting(event));
    try {
      const id = fold(this.#projection, this.#state, decodeKnown(event));
      if (id !== undefined) this.#touched.add(id);
    } catch (error) {
      this.#held.set(event.stream, [reasonOf(event, error)]);
    }
  }

  /** The ids of rows that changed since this was last asked. */
  touched(): string[] {
    const touched = [...this.#touched];
    this.#touched = new Set();
    return touched;
  }

  rows(ids: readonly string[]): Row[] {
    return ids.map((id) => this.#state.get(id)).filter((row) => row !== undefined);
  }

  held(): Corrupt[] {
    return [...this.#held.values()].flat();
  }

  get size(): number {
    let size = 0;
    for (const row of this.#state.values()) if (row !== undefined) size++;
    return size;
  }
}
