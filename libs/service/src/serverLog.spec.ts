import { describe, expect, test } from 'vitest';
import { reasonIn } from './serverLog.js';

describe('the reason in a server log', () => {
  test('is the first fatal line, without its date and process', () => {
    const log = `2026-01-01 00:00:00.000 UTC [7] LOG:  starting PostgreSQL 18.4
2026-01-01 00:00:00.001 UTC [8] FATAL:  could not write to file "pg_wal/xlogtemp.8": No space left on device
2026-01-01 00:00:00.001 UTC [8] PANIC:  cannot abort transaction 1, it was already committed
2026-01-01 00:00:00.002 UTC [7] LOG:  aborting startup due to startup process failure
2026-01-01 00:00:00.003 UTC [7] LOG:  database system is shut down`;
    expect(reasonIn(log)).toBe('FATAL: could not write to file "pg_wal/xlogtemp.8": No space left on device');
  });

  test('is not the end of a client', () => {
    const log = `2026-01-01 00:00:00.000 UTC [9] FATAL:  terminating connection due to administrator command
2026-01-01 00:00:00.001 UTC [9] FATAL:  password authentication failed for user "me"
2026-01-01 00:00:00.002 UTC [7] LOG:  database system is shut down`;
    expect(reasonIn(log)).toBe('LOG: database system is shut down');
  });

  test('comes with the hint that helps', () => {
    const log = `performing post-bootstrap initialization ... FATAL
2026-01-01 00:00:00.000 UTC [9] FATAL:  could not extend file "base/1/2691": wrote only 4096 of 8192 bytes
2026-01-01 00:00:00.000 UTC [9] HINT:  Check free disk space.
initdb: removing contents of data directory`;
    expect(reasonIn(log)).toContain('wrote only 4096 of 8192 bytes HINT: Check free disk space.');
  });

  test.each(['', '\n\n'])('of a server that said nothing is said too', (log) => {
    expect(reasonIn(log)).toBe('it ended without a word');
  });
});
