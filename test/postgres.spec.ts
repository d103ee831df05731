import pg from 'pg';
import { expect, test } from 'vitest';
import { testDatabase } from './postgres.js';

async function rows(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test('two callers get databases that do not see each other', async () => {
  const [one, two] = await Promise.all([testDatabase('one'), testDatabase('two')]);
  await rows(one.url, 'create table thing (id int)');
  expect(await rows(two.url, `select to_regclass('thing') as found`)).toEqual([{ found: null }]);
  expect(await rows(one.url, `select to_regclass('thing')::text as found`)).toEqual([{ found: 'thing' }]);
  await Promise.all([one.drop(), two.drop()]);
});

test('a database is PostgreSQL 15 or newer, in UTF-8 and UTC', async () => {
  const { url, drop } = await testDatabase('a name with "quotes" and ümlauts');
  const [found] = await rows(
    url,
    `select current_setting('server_version_num')::int >= 150000 as recent,
            current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone`,
  );
  expect(found).toEqual({ recent: true, encoding: 'UTF8', zone: 'UTC' });
  await drop();
});

test('a dropped database is gone, whoever was connected', async () => {
  const { url, drop } = await testDatabase('gone');
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  await drop();
  await expect(rows(url, 'select 1')).rejects.toThrow(/does not exist/);
  await client.end().catch(() => undefined);
});
