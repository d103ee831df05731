import { MemoryEventStore, PostgresEventStore } from '#events';
import { logDatabase } from './log.js';
import { storeContract } from './storeContract.js';

storeContract('memory', async () => new MemoryEventStore());
storeContract('PostgreSQL', async () => new PostgresEventStore({ url: (await logDatabase()).url }));
