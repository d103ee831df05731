import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresEventStore } from '#events';
import { boot, type Running } from '#service/boot';
import { readConfig } from '#service/config';
import { type DevelopmentIssuer, openDevelopmentIssuer } from '#service/developmentIssuer';
import { prepareDatabase } from '#service/prepare';
import { services } from '../../apps/slipway/src/services.js';
import { testDatabase } from '../postgres.js';

/** An answer over HTTP: its status, headers and parsed body. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line no-explicit-any -- the body is whatever the test expects it to be
  readonly body: any;
}

/** Someone who calls the API. */
export type Someone = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** The whole product in this process, on a database of its own. */
export interface Slipway {
  readonly running: Running;
  readonly url: string;
  readonly databaseUrl: string;
  readonly issuer: DevelopmentIssuer;
  readonly dataDir: string;
  as(name: string, ...roles: string[]): Promise<Someone>;
  token(name: string, ...roles: string[]): Promise<string>;
  close(): Promise<void>;
}

export async function startSlipway(options: { now?: () => Date } = {}): Promise<Slipway> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-e2e-'));
  const database = await testDatabase('e2e');
  await prepareDatabase(database.url);
  const config = readConfig({
    PORT: '0',
    SLIPWAY_DATA: dataDir,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'fatal',
    NODE_ENV: 'test',
  });
  const store = new PostgresEventStore({ url: database.url, ...options });
  const running = await boot({ config, services, databaseUrl: database.url, store, ...options });
  const issuer = await openDevelopmentIssuer(dataDir);
  const token = (name: string, ...roles: string[]) => {
    const kind = roles.every((role) => role === 'executor' || role === 'publisher') ? 'service' : 'human';
    return issuer.mintToken({ as: name, roles, kind }, new Date());
  };
  return {
    running,
    url: running.url,
    databaseUrl: database.url,
    issuer,
    dataDir,
    token,
    as: async (name, ...roles) => caller(running.url, await token(name, ...roles)),
    close: async () => {
      await running.stop();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Calls with a token; JSON in and out. */
export function caller(url: string, token: string): Someone {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: json && text ? JSON.parse(text) : text,
    };
  };
}
