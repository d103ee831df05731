import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresEventStore, type ServiceName } from '#events';
import { boot, type Running } from '#service/boot';
import { readConfig } from '#service/config';
import { openDevelopmentIssuer } from '#service/developmentIssuer';
import { services } from '../apps/slipway/src/services.js';

/** The product in this process, as `npm start` runs it, with somebody who may ask for deployments and state facts. */
export interface Product {
  readonly running: Running;
  readonly store: PostgresEventStore;
  readonly developer: string;
  readonly publisher: string;
}

/** Starts services on a database; `only` one of them, or all. */
export async function startProduct(url: string, folder: string, only?: ServiceName): Promise<Product> {
  const SLIPWAY_DATA = mkdtempSync(join(folder, 'product-'));
  const config = readConfig({ PORT: '0', SLIPWAY_DATA, LOG_LEVEL: 'error', NODE_ENV: 'test' });
  const store = new PostgresEventStore({ url });
  const wanted = services.filter(({ name }) => only === undefined || name === only);
  const running = await boot({ config, services: wanted, databaseUrl: url, store });
  const issuer = await openDevelopmentIssuer(SLIPWAY_DATA);
  const token = (as: string, role: string, kind: 'human' | 'service') =>
    issuer.mintToken({ as, roles: [role], kind, ttl: 3_600 }, new Date());
  const [developer, publisher] = await Promise.all([
    token('ana', 'developer', 'human'),
    token('robot', 'publisher', 'service'),
  ]);
  return { running, store, developer, publisher };
}
