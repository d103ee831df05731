import { parseArgs } from 'node:util';
import { rebuild, type ServiceName, serviceNames } from '#events';
import { readConfig } from '#service/config';
import { ServiceDatabase } from '#service/database';
import { createLog } from '#service/log';
import { openStore, reachDatabase } from '#service/run';
import { CommandError } from './commandError.js';
import { progress } from './progress.js';
import { projections } from './services.js';

/** Builds the read models of a service anew beside those that serve, and puts them in their place. */
export async function rebuildService(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [name, ...more] = positionals;
  if (more.length > 0 || !serviceNames.includes(name as ServiceName))
    throw new CommandError(`rebuild takes one service: ${serviceNames.join(', ')}.`);
  const service = name as ServiceName;
  const config = readConfig(process.env);
  const { url, release } = await reachDatabase(config);
  const store = await openStore(config, url, createLog('silent'));
  const db = await new ServiceDatabase(url, service, []).open();
  try {
    for (const projection of projections[service]) {
      const line = progress(`rebuilding ${projection.table}`, await store.head());
      const { table, before, after, events } = await rebuild(db, store, projection, (at) => line.at(at));
      line.end();
      console.log(`${table}: ${after} rows from ${events} events (${before} rows before)`);
    }
    return 0;
  } finally {
    await db.close();
    await store.close();
    await release();
  }
}
