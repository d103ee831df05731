import pg from 'pg';
import { arrayOf } from './binary.js';
import { entriesOf, type Entry, recordedOf } from './envelope.js';
import type { Context, Event, Recorded } from './event.js';
import { GroupCommit, type Refusal, type Stored } from './groupCommit.js';
import { Listener } from './listener.js';
import { Pages } from './pages.js';
import {
  type Appended,
  type Batch,
  ConcurrentWrite,
  EventStore,
  type Expected,
  type Following,
  StoreUnavailable,
} from './store.js';
import { Wakeup } from './wakeup.js';

/** Where the log is, as which role, and how many connections it may take. */
export interface PostgresStoreOptions {
  readonly url: string;
  readonly role?: string;
  readonly connections?: number;
  readonly now?: () => Date;
  readonly onError?: (error: unknown) => void;
}

/** The statements, prepared once a connection. */
interface Statement {
  readonly name: string;
  readonly text: string;
}
const APPEND: Statement = {
  name: 'append',
  text: `select append, last_position, actual
         from log.append($1::int[], $2::text[], $3::int[], $4::text[], $5::bytea[])`,
};
const STREAM: Statement = {
  name: 'stream',
  text: 'select position, entry from log.event where stream = $1 and revision >= $2 order by revision',
};
const PAGE: Statement = {
  name: 'page',
  text: 'select position, entry from log.event where position > $1 and position <= $2 order by position',
};
const PAGE_OF_TYPES: Statement = {
  name: 'page of types',
  text: `select position, entry from log.event
         where position > $1 and position <= $2 and type = any($3) order by position`,
};
const HEAD: Statement = { name: 'head', text: 'select max(position) from log.event' };
const REVISION: Statement = {
  name: 'revision',
  text: 'select coalesce(max(revision), 0) from log.event where stream = $1',
};

/** How long a statement may take before its connection is given up, in milliseconds. */
const PATIENCE = 10_000;

/** The log in PostgreSQL: one table, contiguous positions in the order of commits, one writer at a time, grouped. */
export class PostgresEventStore extends EventStore {
  readonly #pool: pg.Pool;
  readonly #commits: GroupCommit;
  readonly #news = new Wakeup();
  readonly #listener: Listener;
  readonly #pages: Pages;
  readonly #now: () => Date;
  #closed = false;

  constructor({
    url,
    role,
    connections = 4,
    now = () => new Date(),
    onError = () => {},
  }: PostgresStoreOptions) {
    super();
    this.#now = now;
    this.#pool = new pg.Pool({
      connectionString: url,
      max: connections,
      application_name: 'slipway store',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      query_timeout: PATIENCE,
      ...(role && { options: `-c role=${role}` }),
    });
    this.#pool.on('error', onError);
    this.#commits = new GroupCommit((entries) => this.#write(entries));
    this.#listener = new Listener({ url, channel: 'slipway_log', wake: () => this.#news.wake(), onError });
    this.#pages = new Pages((after, limit) => this.#page(after, limit));
  }

  async append(
    stream: string,
    expected: Expected,
    events: readonly Event[],
    context: Context,
  ): Promise<Appended> {
    if (expected === 'any') return this.#appendAny(stream, events, context);
    const entries = entriesOf(stream, expected, events, context, this.#now());
    const result = await this.#commits.append(entries);
    if ('actual' in result) throw new ConcurrentWrite(stream, expected, result.actual);
    return { position: result.position, revision: expected + events.length };
  }

  async #appendAny(stream: string, events: readonly Event[], context: Context): Promise<Appended> {
    const [row] = await this.#rows<[number]>(REVISION, [stream]);
    for (let revision = row![0]; ;) {
      try {
        return await this.append(stream, revision, events, context);
      } catch (error) {
        if (!(error instanceof ConcurrentWrite)) throw error;
        revision = error.actual;
      }
    }
  }

  async #write(appends: readonly (readonly Entry[])[]): Promise<(Stored | Refusal)[]> {
    const flat = appends.flatMap((entries, append) => entries.map((entry) => ({ append, ...entry })));
    const rows = await this.#rows<[number, string | null, number]>(APPEND, [
      arrayOf.int(flat.map(({ append }) => append)),
      arrayOf.text(flat.map(({ stream }) => stream)),
      arrayOf.int(flat.map(({ revision }) => revision)),
      arrayOf.text(flat.map(({ type }) => type)),
      arrayOf.bytes(flat.map(({ bytes }) => bytes)),
    ]);
    this.#news.wake();
    const results: (Stored | Refusal)[] = [];
    for (const [append, position, actual] of rows)
      results[append] = position === null ? { actual } : { position: Number(position) };
    return results;
  }

  async read(stream: string, from = 1): Promise<readonly Recorded[]> {
    const rows = await this.#rows<[string, Buffer]>(STREAM, [stream, from]);
    return rows.map(([position, entry]) => recordedOf(Number(position), entry));
  }

  async *batches({ after, types, signal, live = true, limit = 1000 }: Following): AsyncIterable<Batch> {
    if (live) this.#listener.start();
    let position = after;
    while (!signal?.aborted && !this.#closed) {
      const seen = this.#news.ticket();
      const page = live
        ? await this.#pages.after(position, limit, seen)
        : await this.#page(position, limit, types);
      if (page.position > position) {
        position = page.position;
        yield { events: types ? page.events.filter(({ type }) => types.has(type)) : page.events, position };
      } else if (!live) return;
      else await this.#news.after(seen, signal, 1_000);
    }
  }

  /** Reads up to `limit` positions; `types` leaves the others where they are, and the page still reaches past them. */
  async #page(after: number, limit: number, types?: ReadonlySet<string>): Promise<Batch> {
    // The head is read first: what is committed in between belongs to the next page.
    const until = types ? Math.min(after + limit, await this.head()) : after + limit;
    const rows = types
      ? await this.#rows<[string, Buffer]>(PAGE_OF_TYPES, [after, until, [...types]])
      : await this.#rows<[string, Buffer]>(PAGE, [after, until]);
    const events = rows.map(([position, entry]) => recordedOf(Number(position), entry));
    return { events, position: types ? until : (events.at(-1)?.position ?? after) };
  }

  async head(): Promise<number> {
    const [row] = await this.#rows<[string | null]>(HEAD, []);
    return Number(row?.[0] ?? 0);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#news.wake();
    await this.#commits.idle();
    await this.#listener.stop();
    await this.#pool.end();
  }

  async #rows<Row extends unknown[]>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    try {
      const result = await this.#pool.query<Row>({ ...statement, values: [...values], rowMode: 'array' });
      return result.rows;
    } catch (error) {
      throw unavailable(error) ? new StoreUnavailable(error) : error;
    }
  }
}

/** Everything but an error that the server states about the statement itself: classes 08, 53, 57 and broken sockets. */
function unavailable(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === undefined || !/^[0-9A-Z]{5}$/.test(code) || /^(08|53|57|58)/.test(code);
}
