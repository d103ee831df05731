import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '../libs/service/src/embedded.postgres.js';

/**
 * One PostgreSQL cluster for the whole run, started when the first test asks for it, so runs of pure tests pay nothing.
 * Workers ask over HTTP on loopback (`SLIPWAY_TEST_POSTGRES`). Its data are thrown away, so it runs without `fsync`.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env['DATABASE_URL_TEST']) return async () => undefined;
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  chmodSync(dataDir, 0o755); // as root the server runs as another user, who must reach it
  let starting: Promise<EmbeddedPostgres> | undefined;
  const asked = (): Promise<EmbeddedPostgres> => (starting ??= startPostgres({ dataDir, throwaway: true }));
  const server = await answering(asked);
  process.env['SLIPWAY_TEST_POSTGRES'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return async () => {
    server.close();
    const postgres = await starting?.catch(() => undefined);
    await postgres?.stop();
    for (const folder of [dataDir, postgres?.dataDir ?? dataDir])
      rmSync(folder, { recursive: true, force: true });
  };
}

function answering(asked: () => Promise<EmbeddedPostgres>): Promise<Server> {
  const server = createServer((_request, response) => {
    asked().then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.unref();
  return new Promise((settle) => server.listen(0, '127.0.0.1', () => settle(server)));
}
