import { entriesOf, recordedOf } from './envelope.js';
import type { Context, Event, Recorded } from './event.js';
import {
  type Appended,
  type Batch,
  ConcurrentWrite,
  EventStore,
  type Expected,
  type Following,
} from './store.js';
import { Wakeup } from './wakeup.js';

/** The log in memory: the same contract, for domain tests and for trying a rule without a database. */
export class MemoryEventStore extends EventStore {
  readonly #log: Recorded[] = [];
  readonly #streams = new Map<string, Recorded[]>();
  readonly #news = new Wakeup();
  readonly #now: () => Date;
  #closed = false;

  constructor(now: () => Date = () => new Date()) {
    super();
    this.#now = now;
  }

  async append(
    stream: string,
    expected: Expected,
    events: readonly Event[],
    context: Context,
  ): Promise<Appended> {
    const history = this.#streams.get(stream) ?? [];
    const after = expected === 'any' ? history.length : expected;
    const entries = entriesOf(stream, after, events, context, this.#now());
    if (history.length !== after) throw new ConcurrentWrite(stream, after, history.length);
    const recorded = entries.map(({ bytes }, i) => recordedOf(this.#log.length + 1 + i, bytes));
    this.#streams.set(stream, [...history, ...recorded]);
    this.#log.push(...recorded);
    this.#news.wake();
    return { position: this.#log.length, revision: history.length + events.length };
  }

  async read(stream: string, from = 1): Promise<readonly Recorded[]> {
    return (this.#streams.get(stream) ?? []).slice(from - 1);
  }

  async *batches({ after, types, signal, live = true, limit = 1000 }: Following): AsyncIterable<Batch> {
    let position = after;
    while (!signal?.aborted && !this.#closed) {
      const seen = this.#news.ticket();
      const page = this.#log.slice(position, position + limit);
      if (page.length > 0) {
        position += page.length;
        yield { events: page.filter(({ type }) => !types || types.has(type)), position };
      } else if (!live) return;
      else await this.#news.after(seen, signal);
    }
  }

  async head(): Promise<number> {
    return this.#log.length;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#news.wake();
  }
}
