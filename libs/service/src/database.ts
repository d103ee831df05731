import { DataSource, type Logger, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { Database, ServiceName, Sql } from '#events';

/** The token under which each service module provides its own database. */
export const DATABASE = Symbol('DATABASE');

/** A step of a service's schema, as hand-written SQL; its name ends in the milliseconds at which it was written. */
export type Migration = new () => MigrationInterface;

/** Makes a migration of one SQL text. There is no way down: a schema is mended by the next step. */
export function migration(name: string, sql: string): Migration {
  return class {
    readonly name = name;

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(sql);
    }

    async down(): Promise<void> {
      throw new Error(`${name} has no way back; write the next migration.`);
    }
  };
}

/** The role under which a service reads and writes: its own schema, and the log to read and append. */
export const roleOf = (service: ServiceName): string => `slipway_${service}`;

/** TypeORM's own log writes to the console; what goes wrong is thrown, and told once where it is caught. */
const silent: Logger = {
  logQuery: () => {},
  logQueryError: () => {},
  logQuerySlow: () => {},
  logSchemaBuild: () => {},
  logMigration: () => {},
  log: () => {},
};

/** A service's database as TypeORM's DataSource gives it: pool, migrations, transactions. */
export class ServiceDatabase implements Database {
  readonly #source: DataSource;

  constructor(url: string, service: ServiceName, migrations: readonly Migration[], connections = 4) {
    this.#source = new DataSource({
      type: 'postgres',
      url,
      schema: service,
      migrations: [...migrations],
      migrationsTableName: 'migration',
      migrationsTransactionMode: 'each',
      logger: silent,
      applicationName: `slipway ${service}`,
      extra: {
        // Compiling a statement takes longer than any of ours.
        options: `-c role=${roleOf(service)} -c search_path=${service} -c jit=off`,
        max: connections,
        keepAlive: true,
        connectionTimeoutMillis: 5_000,
        query_timeout: 30_000,
      },
    });
  }

  /** Connects and brings the schema up to date. */
  async open(): Promise<this> {
    await this.#source.initialize();
    await this.#source.runMigrations();
    return this;
  }

  query<Row = Record<string, unknown>>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#with((runner) => rows<Row>(runner, text, parameters));
  }

  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    return this.#with(async (runner) => {
      await runner.startTransaction();
      try {
        const result = await work({ query: (text, parameters = []) => rows(runner, text, parameters) });
        await runner.commitTransaction();
        return result;
      } catch (error) {
        await runner.rollbackTransaction().catch(() => {});
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    if (this.#source.isInitialized) await this.#source.destroy();
  }

  async #with<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.#source.createQueryRunner();
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
  }
}

async function rows<Row>(runner: QueryRunner, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  const result = await runner.query(text, [...parameters], true);
  return result.records as Row[];
}
