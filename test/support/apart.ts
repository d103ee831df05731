import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '#events';
import { openDevelopmentIssuer } from '#service/developmentIssuer';
import { type EmbeddedPostgres, startPostgres } from '#service/embedded.postgres';
import { caller, type Slipway } from './slipway.js';

/** One service as a process of its own. */
export interface Member {
  readonly process: ChildProcess;
  readonly url: string;
}

/** The product as four processes that talk through Kafka only, behind an ingress by path. */
export interface Apart extends Omit<Slipway, 'running'> {
  readonly postgres: EmbeddedPostgres;
  readonly members: ReadonlyMap<ServiceName, Member>;
  kill(service: ServiceName): Promise<void>;
  start(service: ServiceName): Promise<void>;
}

/** First parts of a path, by service; the ingress of docker-compose.yml sends them to the same places. */
const ROUTES: Record<string, ServiceName> = {
  deployments: 'scheduler',
  freezes: 'scheduler',
  changes: 'approvals',
  approvals: 'approvals',
  ledger: 'audit',
  dora: 'metrics',
  ingest: 'metrics',
};

/** Starts the four from their build, on a durable PostgreSQL of their own. */
export async function startApart(brokers: readonly string[]): Promise<Apart> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-apart-'));
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') });
  const issuer = await openDevelopmentIssuer(dataDir);
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    DATABASE_URL: postgres.url,
    SLIPWAY_DATA: dataDir,
    SLIPWAY_BUS: `kafka://${brokers.join(',')}`,
    LOG_LEVEL: 'info',
    PORT: '0',
  };
  const members = new Map<ServiceName, Member>();
  const start = async (service: ServiceName) => void members.set(service, await startMember(service, env));
  await Promise.all(serviceNames.map(start));
  const ingress = await startIngress(members);
  const url = `http://127.0.0.1:${(ingress.address() as AddressInfo).port}`;
  const token = (name: string, ...roles: string[]) => {
    const kind = roles.every((role) => role === 'executor' || role === 'publisher') ? 'service' : 'human';
    return issuer.mintToken({ as: name, roles, kind }, new Date());
  };
  return {
    url,
    databaseUrl: postgres.url,
    issuer,
    dataDir,
    postgres,
    members,
    token,
    start,
    kill: (service) => ended(members.get(service)!.process, 'SIGKILL'),
    as: async (name, ...roles) => caller(url, await token(name, ...roles)),
    close: async () => {
      await Promise.all([...members.values()].map((member) => ended(member.process, 'SIGTERM')));
      ingress.close();
      ingress.closeAllConnections();
      await postgres.stop();
      for (const folder of [dataDir, postgres.dataDir]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startMember(service: ServiceName, env: NodeJS.ProcessEnv): Promise<Member> {
  const child = spawn(process.execPath, [`dist/apps/${service}/src/main.js`], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-100_000);
      const found = /"url":"(http:[^"]+)"/.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${service} ended with ${code}: ${output}`)));
  });
  if (process.env['SLIPWAY_TEST_LOG']) child.stdout.pipe(process.stderr);
  return { process: child, url };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

async function startIngress(members: ReadonlyMap<ServiceName, Member>): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const [, , first = ''] = (incoming.url ?? '').split(/[/?]/);
    const { url } = members.get(ROUTES[first] ?? 'scheduler')!;
    const { method, headers } = incoming;
    const onward = request(url + incoming.url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  });
  server.keepAliveTimeout = 0; // else it may close a connection at the moment of its next use
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
