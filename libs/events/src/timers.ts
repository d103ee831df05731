import type { Database, Sql } from './database.js';
import { isTransient } from './transient.js';

/** A deadline that has come: what to do about what, and how late it is noticed. */
export interface Due {
  readonly id: string;
  readonly command: string;
  readonly data: Record<string, string>;
  readonly dueAt: Date;
  readonly lateBySeconds: number;
  /** The database's clock, by which the deadline was judged. */
  readonly now: Date;
}

/** A row of the `timer` table, as projections write it. */
export interface TimerRow {
  readonly id: string;
  readonly due_at: string;
  readonly command: string;
  readonly data: Record<string, string>;
  readonly fired_at: null;
}

/** A timer that cannot be fired is tried again after this many seconds; the others do not wait for it. */
const RETRY_SECONDS = 60;
/** How soon to look again, in milliseconds, when what is due is in another process's hands. */
const SOON = 50;

/**
 * Fires what is due, in the order it came due, and says in how many milliseconds to look again. A timer that two processes
 * fire, or that is fired again after a crash, is the same command with the same id.
 * @throws what the first timer that could not be fired threw, after all others have been fired
 */
export async function fireDue(db: Database, fire: (due: Due) => Promise<void>, atMost = 50): Promise<number> {
  const failures: unknown[] = [];
  const due = await db.transaction(async (tx) => {
    const rows = await tx.query<TimerDue>(
      `select id, command, data, due_at, clock_timestamp() as now from timer
       where fired_at is null and greatest(due_at, retry_at) <= clock_timestamp()
       order by due_at, id limit $1 for update skip locked`,
      [atMost],
    );
    for (const row of rows) await fireOne(tx, fire, row, failures);
    return rows.length;
  });
  if (failures.length > 0) throw failures[0];
  return due === atMost ? 0 : Math.max(SOON, await untilNext(db));
}

type TimerDue = Pick<Due, 'id' | 'command' | 'data' | 'now'> & { readonly due_at: Date };

async function fireOne(
  tx: Sql,
  fire: (due: Due) => Promise<void>,
  { id, command, data, due_at, now }: TimerDue,
  failures: unknown[],
): Promise<void> {
  const lateBySeconds = Math.floor((now.getTime() - due_at.getTime()) / 1000);
  try {
    await fire({ id, command, data, dueAt: due_at, lateBySeconds, now });
    await tx.query('update timer set fired_at = clock_timestamp() where id = $1', [id]);
  } catch (error) {
    if (isTransient(error)) throw error;
    failures.push(error);
    await tx.query(
      'update timer set retry_at = clock_timestamp() + make_interval(secs => $2) where id = $1',
      [id, RETRY_SECONDS],
    );
  }
}

async function untilNext(db: Database): Promise<number> {
  const [next] = await db.query<{ ms: string | null }>(
    `select extract(epoch from min(greatest(due_at, retry_at)) - clock_timestamp()) * 1000 as ms
     from timer where fired_at is null`,
  );
  return Number(next?.ms ?? Infinity);
}
