import { MemoryEventStore, PostgresEventStore } from '#events';
import { prepareDatabase } from '#service/prepare';
import { testDatabase } from './postgres.js';
import { storeContract } from './storeContract.js';

storeContract('memory', async () => new MemoryEventStore());
storeContract('PostgreSQL', async () => {
  const { url } = await testDatabase('store');
  await prepareDatabase(url);
  return new PostgresEventStore({ url });
});
