import { join } from 'node:path';
import { type EventStore, KurrentEventStore, PostgresEventStore } from '#events';
import { boot, type Running, type Service } from './boot.js';
import { type Config, readConfig } from './config.js';
import { assertDurable, withoutPassword } from './durability.js';
import { type EmbeddedPostgres, runningPostgres, startPostgres } from './embedded.postgres.js';
import { createLog, type Log } from './log.js';
import { prepareDatabase } from './prepare.js';
import { StartError } from './startError.js';

/** What runs, and where its parts are. */
export interface Started {
  readonly running: Running;
  readonly config: Config;
  readonly database: string;
  readonly dataDir?: string;
}

/** Starts services with all they need, and stops them in order when asked to by signal. Ends the process when it cannot. */
export async function run(services: readonly Service[], onReady: (started: Started) => void): Promise<void> {
  try {
    const config = readConfig(process.env);
    const log = createLog(config.LOG_LEVEL);
    const postgres = config.DATABASE_URL
      ? undefined
      : await startPostgres({ dataDir: join(config.SLIPWAY_DATA, 'postgres') });
    try {
      const started = await start(services, config, log, postgres);
      stopOnSignal(started.running, postgres, log);
      onReady(started);
    } catch (error) {
      await postgres?.stop();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(`slipway: ${error.message}`);
    process.exit(1);
  }
}

async function start(
  services: readonly Service[],
  config: Config,
  log: Log,
  postgres: EmbeddedPostgres | undefined,
): Promise<Started> {
  const databaseUrl = config.DATABASE_URL ?? postgres!.url;
  if (!postgres) await assertDurable(databaseUrl);
  await prepared(databaseUrl);
  const store = await openStore(config, databaseUrl, log);
  const running = await boot({ config, services, databaseUrl, store, log });
  return { running, config, database: withoutPassword(databaseUrl), dataDir: postgres?.dataDir };
}

async function prepared(databaseUrl: string): Promise<void> {
  try {
    await prepareDatabase(databaseUrl);
  } catch (error) {
    throw new StartError(
      `The database ${withoutPassword(databaseUrl)} cannot be prepared: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

/** The event store that the configuration names. */
export async function openStore(config: Config, databaseUrl: string, log: Log): Promise<EventStore> {
  if (config.SLIPWAY_STORE === 'kurrentdb') return KurrentEventStore.open({ url: config.KURRENTDB_URL! });
  const onError = (error: unknown) => log.warn({ err: error }, 'A connection of the event store was lost.');
  return new PostgresEventStore({ url: databaseUrl, onError });
}

/**
 * The first signal stops in order, within ten seconds; a later one at once. A terminal signals the whole group and npm passes
 * it on, so what comes right behind the first is the first.
 */
function stopOnSignal(running: Running, postgres: EmbeddedPostgres | undefined, log: Log): void {
  let stopping = false;
  let since = 0;
  const stop = async () => {
    if (stopping && performance.now() - since > IMPATIENCE) process.exit(1);
    if (stopping) return;
    stopping = true;
    since = performance.now();
    const late = setTimeout(() => process.exit(1), LONGEST_STOP).unref();
    try {
      await running.stop();
    } catch (error) {
      log.error({ err: error }, 'The stop was not orderly.');
      process.exitCode = 1;
    }
    await postgres?.stop();
    clearTimeout(late);
    process.exit();
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
  void postgres?.exited.then((why) => {
    if (stopping) return;
    console.error(`slipway: PostgreSQL ended: ${why}`);
    process.exit(1);
  });
}

const LONGEST_STOP = 25_000;
const IMPATIENCE = 1_000;

/** The database of an installation, for a command beside it: where it runs already it is shared, else it is started. */
export async function reachDatabase(config: Config): Promise<{ url: string; release(): Promise<void> }> {
  const release = async () => {};
  if (config.DATABASE_URL) return { url: config.DATABASE_URL, release };
  const dataDir = join(config.SLIPWAY_DATA, 'postgres');
  const url = await runningPostgres(dataDir);
  if (url) return { url, release };
  const postgres = await startPostgres({ dataDir });
  return { url: postgres.url, release: () => postgres.stop() };
}
