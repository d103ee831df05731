import type { Database } from './database.js';

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

/**
 * Fires what is due, in the order it came due, and says in how many milliseconds the next deadline comes. A timer that two
 * processes fire, or that is fired again after a crash, is the same command with the same id.
 */
export async function fireDue(db: Database, fire: (due: Due) => Promise<void>, atMost = 50): Promise<number> {
  await db.transaction(async (tx) => {
    const rows = await tx.query<{ id: string; command: string; data: Due['data']; due_at: Date; now: Date }>(
      `select id, command, data, due_at, clock_timestamp() as now from timer
       where fired_at is null and due_at <= clock_timestamp() order by due_at limit $1 for update skip locked`,
      [atMost],
    );
    for (const { id, command, data, due_at, now } of rows) {
      const lateBySeconds = Math.floor((now.getTime() - due_at.getTime()) / 1000);
      await fire({ id, command, data, dueAt: due_at, lateBySeconds, now });
      await tx.query('update timer set fired_at = clock_timestamp() where id = $1', [id]);
    }
  });
  const [next] = await db.query<{ ms: string | null }>(
    'select extract(epoch from min(due_at) - clock_timestamp()) * 1000 as ms from timer where fired_at is null',
  );
  return Number(next?.ms ?? Infinity);
}
