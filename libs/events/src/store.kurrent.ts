import type { AllStreamResolvedEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { bunches, within } from './bunches.js';
import { entriesOf } from './envelope.js';
import type { Context, Event, Recorded } from './event.js';
import {
  isNotLeader,
  OURS,
  placeAfter,
  positionIn,
  positionOf,
  proposalOf,
  recordedIn,
  stateOf,
  storeError,
} from './kurrent.js';
import { kurrentReads, type KurrentReads, LAST } from './kurrentReads.js';
import {
  type Appended,
  type Batch,
  ConcurrentWrite,
  EventStore,
  type Expected,
  type Following,
} from './store.js';

/** Where the log is (`kurrentdb://…`), and how long an answer may take, in milliseconds. */
export interface KurrentStoreOptions {
  readonly url: string;
  readonly patience?: number;
  readonly now?: () => Date;
}

type Resolved = AllStreamResolvedEvent;
/**
 * The log in a KurrentDB of its own. Streams, revisions and bytes are as in PostgreSQL; positions are ordered and never
 * given twice, but they are offsets in KurrentDB's log, so they have gaps.
 */
export class KurrentEventStore extends EventStore {
  readonly #client: KurrentDBClient;
  readonly #reads: KurrentReads;
  readonly #patience: number;
  readonly #now: () => Date;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  private constructor(
    connected: () => KurrentDBClient,
    { patience = 10_000, now = () => new Date() }: KurrentStoreOptions,
  ) {
    super();
    this.#client = connected();
    this.#reads = kurrentReads(connected, patience);
    this.#patience = patience;
    this.#now = now;
  }

  /**
   * Loads the client, which has a native part, only now: whoever keeps the log elsewhere neither pays for it nor needs a
   * build of it. No connection is made before the first call.
   */
  static async open(options: KurrentStoreOptions): Promise<KurrentEventStore> {
    const { KurrentDBClient: Client } = await import('@kurrent/kurrentdb-client').catch((cause: unknown) => {
      throw new Error(`KurrentDB's client does not load on ${process.platform} ${process.arch}.`, { cause });
    });
    return new KurrentEventStore(() => connect(Client, options.url), options);
  }

  async append(
    stream: string,
    expected: Expected,
    events: readonly Event[],
    context: Context,
  ): Promise<Appended> {
    if (expected === 'any') return this.#appendAny(stream, events, context);
    const proposals = entriesOf(stream, expected, events, context, this.#now()).map(proposalOf);
    const options = { streamState: stateOf(expected), requiresLeader: true };
    const ask = () => within(this.#patience, this.#client.appendToStream(stream, proposals, options));
    try {
      const { position } = await this.#finished(ask().catch((error: unknown) => again(error, ask)));
      return { position: positionOf(position?.commit), revision: expected + events.length };
    } catch (error) {
      throw storeError(error, { stream, expected });
    }
  }

  async #appendAny(stream: string, events: readonly Event[], context: Context): Promise<Appended> {
    for (;;) {
      const [last] = await this.#stream(stream, { ...LAST, fromRevision: 'end' });
      try {
        return await this.append(stream, last?.revision ?? 0, events, context);
      } catch (error) {
        if (!(error instanceof ConcurrentWrite)) throw error;
      }
    }
  }

  read(stream: string, from = 1): Promise<readonly Recorded[]> {
    return this.#stream(stream, { fromRevision: BigInt(from - 1) });
  }

  async #stream(...asked: Parameters<KurrentReads['stream']>): Promise<readonly Recorded[]> {
    const resolved = await this.#finished(this.#reads.stream(...asked)).catch(unavailable);
    return resolved.map(recordedIn);
  }

  async *batches({ after, types, signal, live = true, limit = 1000 }: Following): AsyncIterable<Batch> {
    const stop = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])]);
    let position = after;
    for await (const page of live ? this.#follow(after, limit, stop) : this.#pages(after, limit)) {
      const events = page.map(recordedIn).filter((event) => event.position > position);
      position = events.at(-1)?.position ?? position;
      if (stop.aborted) return;
      // Types are chosen here, not by the server, so that the position moves past all there is.
      if (events.length > 0)
        yield { events: events.filter(({ type }) => types?.has(type) ?? true), position };
    }
  }

  /** What is there now. Every page but the first begins with the event that the one before ended with. */
  async *#pages(after: number, limit: number): AsyncGenerator<Resolved[]> {
    for (let position = after; ;) {
      const maxCount = position === 0 ? limit : limit + 1;
      const page = await this.#all({ fromPosition: placeAfter(position), maxCount });
      const last = page.at(-1);
      if (!last || positionIn(last) <= position) return;
      yield page;
      position = positionIn(last);
    }
  }

  /** History, then live, until the signal aborts. @throws StoreUnavailable when the server goes away or ends it */
  async *#follow(after: number, limit: number, signal: AbortSignal): AsyncGenerator<Resolved[]> {
    if (signal.aborted) return;
    const options = { fromPosition: placeAfter(after), filter: OURS };
    const subscription = this.#client.subscribeToAll(options, { highWaterMark: limit });
    const stop = () => void subscription.destroy();
    signal.addEventListener('abort', stop, { once: true });
    // It may still report an error after the iteration has ended, which must not end the process.
    subscription.on('error', () => undefined);
    try {
      yield* bunches<Resolved>(subscription, limit);
      throw new Error('The server ended the subscription.');
    } catch (error) {
      if (!signal.aborted) throw storeError(error);
    } finally {
      signal.removeEventListener('abort', stop);
      subscription.unsubscribe().catch(() => undefined);
    }
  }

  async head(): Promise<number> {
    const [last] = await this.#all({ ...LAST, fromPosition: 'end' });
    return last ? positionIn(last) : 0;
  }

  #all(...asked: Parameters<KurrentReads['all']>): Promise<Resolved[]> {
    return this.#finished(this.#reads.all(...asked)).catch(unavailable);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    await this.#client.dispose();
  }

  /** Remembers what is under way, so that closing can wait for it. */
  async #finished<T>(answer: Promise<T>): Promise<T> {
    this.#running.add(answer);
    try {
      return await answer;
    } finally {
      this.#running.delete(answer);
    }
  }
}

/** Asks once more where a cluster has a new leader, which the client knows now. */
function again<T>(error: unknown, ask: () => Promise<T>): Promise<T> {
  if (isNotLeader(error)) return ask();
  throw error;
}

function unavailable(error: unknown): never {
  throw storeError(error);
}

/** What is wrong with a connection string is not repeated: it may hold a password. */
function connect(Client: typeof KurrentDBClient, url: string): KurrentDBClient {
  try {
    return Client.connectionString(url);
  } catch {
    throw new TypeError('The connection string of KurrentDB must read like kurrentdb://host:2113?tls=true.');
  }
}
