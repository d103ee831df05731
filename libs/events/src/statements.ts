import pg from 'pg';
import { StoreUnavailable } from './store.js';
import { Wakeup } from './wakeup.js';

/** A statement, prepared once a connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Where the log is, as which role, by how many connections, and how long a statement may take in milliseconds. */
export interface StatementsOptions {
  readonly url: string;
  readonly role?: string;
  readonly connections: number;
  readonly patience: number;
  readonly onError: (error: unknown) => void;
}

/** Connections that run prepared statements, and tell a server that does not answer from one that refuses a statement. */
export class Statements {
  readonly #pool: pg.Pool;
  readonly #running = new Set<Promise<unknown>>();

  constructor({ url, role, connections, patience, onError }: StatementsOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: connections,
      idleTimeoutMillis: 0,
      application_name: 'slipway store',
      keepAlive: true,
      connectionTimeoutMillis: Math.min(patience, 5_000),
      // The server gives up first, and then the outcome is known; the client gives up on a server that is silent.
      statement_timeout: patience,
      query_timeout: patience + 1_000,
      ...(role && { options: `-c role=${role}` }),
    });
    this.#pool.on('error', onError);
  }

  /** @throws StoreUnavailable unless the server says that the statement itself is at fault */
  async rows<Row extends unknown[]>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    const running = this.#pool.query<Row>({ ...statement, values: [...values], rowMode: 'array' });
    this.#running.add(running);
    try {
      return (await running).rows;
    } catch (error) {
      throw AT_FAULT.test((error as { code?: string }).code ?? '') ? error : new StoreUnavailable(error);
    } finally {
      this.#running.delete(running);
    }
  }

  /** Lets what runs come to its end, since the pool forgets who waits for it; but not for long. */
  async close(): Promise<void> {
    const late = AbortSignal.timeout(LONGEST_END);
    while (this.#running.size > 0 && !late.aborted)
      await Promise.race([Promise.allSettled(this.#running), new Wakeup().after(0, late)]);
    await Promise.race([this.#pool.end(), new Wakeup().after(0, late)]);
  }
}

const LONGEST_END = 2_000;

/** SQLSTATE classes of a statement that is wrong: data, integrity, syntax and privilege, limits; and errors of our own code. */
const AT_FAULT = /^(22|23|42|54)...$|^ERR_/;
