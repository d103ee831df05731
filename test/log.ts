import { prepareDatabase } from '#service/prepare';
import { testDatabase, type TestDatabase } from './postgres.js';

/** A fresh database with an empty log, and a role and a schema for each service. */
export async function logDatabase(name = 'log'): Promise<TestDatabase> {
  const database = await testDatabase(name);
  await prepareDatabase(database.url);
  return database;
}
