import type { Database, Sql } from '#events';

/** Says that the connection broke, as the driver does. */
export const broken = () => Object.assign(new Error('connection terminated'), { code: '08006' });

/**
 * A database whose connection breaks once: at the n-th statement from now, or, told to be late, at the n-th transaction,
 * just after it was committed. `used` says how many statements were asked for.
 */
export function faulty(db: Database, failAt: number, late = false) {
  let statements = 0;
  let transactions = 0;
  const counted = (sql: Sql): Sql => ({
    query: (text, parameters) =>
      ++statements === failAt && !late ? Promise.reject(broken()) : sql.query(text, parameters),
  });
  const database: Database = {
    ...counted(db),
    async transaction(work) {
      const result = await db.transaction((tx) => work(counted(tx)));
      if (++transactions === failAt && late) throw broken();
      return result;
    },
  };
  return { database, used: () => (late ? transactions : statements) };
}
