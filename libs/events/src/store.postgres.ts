import { arrayOf } from './binary.js';
import { entriesOf, type Entry, recordedOf } from './envelope.js';
import type { Context, Event, Recorded } from './event.js';
import { GroupCommit, IN_FLIGHT, type Refusal, type Stored } from './groupCommit.js';
import { Listener } from './listener.js';
import { Pages } from './pages.js';
import { type Statement, Statements } from './statements.js';
import {
  type Appended,
  type Batch,
  ConcurrentWrite,
  EventStore,
  type Expected,
  type Following,
} from './store.js';
import { Wakeup } from './wakeup.js';

/**
 * Where the log is, as which role, how many connections reading may take beside those that append, and after how many
 * milliseconds a server that does not answer is given up.
 */
export interface PostgresStoreOptions {
  readonly url: string;
  readonly role?: string;
  readonly connections?: number;
  readonly patience?: number;
  readonly now?: () => Date;
  readonly onError?: (error: unknown) => void;
}

const APPEND: Statement = {
  name: 'append',
  text: `select append, last_position, actual
         from log.append($1::int[], $2::text[], $3::int[], $4::text[], $5::bytea[])`,
};
const STREAM: Statement = {
  name: 'stream',
  text: `select position, convert_from(entry, 'UTF8') from log.event
         where stream = $1 and revision >= $2 order by revision`,
};
const HEAD: Statement = { name: 'head', text: 'select max(position) from log.event' };
const REVISION: Statement = {
  name: 'revision',
  text: 'select coalesce(max(revision), 0) from log.event where stream = $1',
};

/** A page ends with the entry that makes it this large, so that large entries do not fill the memory. */
const PAGE_BYTES = 4 << 20;
const pageOf = (name: string, condition = ''): Statement => ({
  name,
  text: `select position, convert_from(entry, 'UTF8') from (
           select position, entry, sum(length(entry)) over (order by position) - length(entry) as before
           from log.event where position > $1 and position <= $2 ${condition}
         ) as page where before < ${PAGE_BYTES} order by position`,
});
const PAGE = pageOf('page');
const PAGE_OF_TYPES = pageOf('page of types', 'and type = any($3)');

/** The log in PostgreSQL: one table, contiguous positions in the order of commits, one writer at a time, grouped. */
export class PostgresEventStore extends EventStore {
  readonly #appending: Statements;
  readonly #reading: Statements;
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
    patience = 10_000,
    now = () => new Date(),
    onError: report = () => {},
  }: PostgresStoreOptions) {
    super();
    this.#now = now;
    // A server that stops right behind us may end connections before they have said goodbye: none is lost by then.
    const onError = (error: unknown) => void (this.#closed || report(error));
    this.#appending = new Statements({ url, role, patience, onError, connections: IN_FLIGHT });
    this.#reading = new Statements({ url, role, patience, onError, connections });
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
    const [row] = await this.#reading.rows<[number]>(REVISION, [stream]);
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
    const rows = await this.#appending.rows<[number, string | null, number]>(APPEND, [
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
    return (await this.#reading.rows<Row>(STREAM, [stream, from])).map(recorded);
  }

  async *batches({ after, types, signal, live = true, limit = 1000 }: Following): AsyncIterable<Batch> {
    if (live) this.#listener.start();
    let position = after;
    let ahead: Promise<Batch> | undefined;
    while (!signal?.aborted && !this.#closed) {
      const seen = this.#news.ticket();
      const next = () =>
        live ? this.#pages.after(position, limit, seen) : this.#page(position, limit, types);
      const page = await (ahead ?? next());
      const more = page.position === position + limit;
      ahead = undefined;
      if (page.position > position) {
        position = page.position;
        // While the caller works on a page, the next one is on its way.
        if (more) (ahead = next()).catch(() => {});
        yield { events: types ? page.events.filter(({ type }) => types.has(type)) : page.events, position };
      } else if (!live) return;
      else await this.#news.after(seen, signal, 1_000);
    }
  }

  /** Reads up to `limit` positions; `types` leaves the others where they are, and the page still reaches past them. */
  async #page(after: number, limit: number, types?: ReadonlySet<string>): Promise<Batch> {
    // The head is read first: what is committed in between belongs to the next page.
    const until = types ? Math.min(after + limit, await this.head()) : after + limit;
    const rows = await (types
      ? this.#reading.rows<Row>(PAGE_OF_TYPES, [after, until, [...types]])
      : this.#reading.rows<Row>(PAGE, [after, until]));
    const events = rows.map(recorded);
    const whole = events.reduce((sum, { bytes }) => sum + bytes.length, 0) < PAGE_BYTES;
    return { events, position: types && whole ? until : (events.at(-1)?.position ?? after) };
  }

  async head(): Promise<number> {
    const [row] = await this.#reading.rows<[string | null]>(HEAD, []);
    return Number(row?.[0] ?? 0);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#news.wake();
    await this.#commits.idle();
    await Promise.all([this.#listener.stop(), this.#appending.close(), this.#reading.close()]);
  }
}

type Row = [position: string, entry: string];

/** Entries come as text: sent as bytes, they would be written and read in hexadecimal, twice as long. */
const recorded = ([position, entry]: Row): Recorded =>
  recordedOf(Number(position), Buffer.from(entry), entry);
