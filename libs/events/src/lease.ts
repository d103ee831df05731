import type { Sql } from './database.js';

/** The right to do a job alone, until a moment that the database clock judges. */
export interface Lease {
  readonly name: string;
  readonly token: number;
}

/** How long a lease holds without renewal, in seconds. A standby takes over within this time. */
export const LEASE_SECONDS = 10;

/** Takes the lease if it is free, expired, or already the holder's; a new holder gets a higher token. */
export async function takeLease(db: Sql, name: string, holder: string): Promise<Lease | undefined> {
  const [row] = await db.query<{ token: string }>(
    `insert into lease as l values ($1, 1, $2, now() + make_interval(secs => $3))
     on conflict (name) do update
       set token = case when l.holder = $2 then l.token else l.token + 1 end, holder = $2,
           until = now() + make_interval(secs => $3)
       where l.holder = $2 or l.until < now()
     returning token`,
    [name, holder, LEASE_SECONDS],
  );
  return row && { name, token: Number(row.token) };
}

/** Gives a lease back at once, for an orderly stop. */
export async function releaseLease(db: Sql, { name, token }: Lease): Promise<void> {
  await db.query('update lease set until = now() where name = $1 and token = $2', [name, token]);
}
