import { FOLLOWING_SCHEMA } from '#events';
import { migration, ServiceDatabase } from '#service/database';
import { prepareDatabase } from '#service/prepare';
import { testDatabase, type TestDatabase } from './postgres.js';

/** A fresh database with an empty log, and a role and a schema for each service. */
export async function logDatabase(name = 'log'): Promise<TestDatabase> {
  const database = await testDatabase(name);
  await prepareDatabase(database.url);
  return database;
}

/** The scheduler's own part of such a database: what following needs, and the tables of a test. */
export function openFollowing(url: string, tables = ''): Promise<ServiceDatabase> {
  return new ServiceDatabase(url, 'scheduler', [
    migration('Test1795219200000', FOLLOWING_SCHEMA + tables),
  ]).open();
}
