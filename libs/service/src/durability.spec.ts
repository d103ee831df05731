import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/postgres.js';
import { assertDurable } from './durability.js';
import { StartError } from './startError.js';

describe('durability', () => {
  test.runIf(!process.env['DATABASE_URL_TEST'])(
    'is refused to the server of the tests, by every name',
    async () => {
      const { url } = await testDatabase('durability');
      await expect(assertDurable(url)).rejects.toThrow(
        'PostgreSQL runs with fsync = off, full_page_writes = off, synchronous_commit = off: an acknowledged write could be lost.',
      );
    },
  );

  test('is judged by what this role is given, not only by what the server says', async () => {
    const { url } = await testDatabase('durability');
    const asked = new URL(url);
    asked.searchParams.set('options', '-c synchronous_commit=off');
    await expect(assertDurable(asked.href)).rejects.toThrow(/synchronous_commit = off/);
    const pool = new pg.Pool({ connectionString: url, options: '-c synchronous_commit=off' });
    await expect(assertDurable(pool)).rejects.toThrow(/synchronous_commit = off/);
    await pool.end();
  });

  test('of a server that does not answer is one line with its address and without its password', async () => {
    const error = await assertDurable('postgresql://me:secret@127.0.0.1:1/mine').catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StartError);
    expect((error as StartError).message).toBe(
      'PostgreSQL at 127.0.0.1:1/mine cannot be used: connect ECONNREFUSED 127.0.0.1:1',
    );
  });
});
