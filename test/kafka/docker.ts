import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BrokerOptions, freePort, type RunningBroker, STARTED } from './broker.js';
import { brokerSettings } from './settings.js';

const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout.trim();

/** Whether a Docker engine answers. */
export const dockerAtHand = (): Promise<boolean> =>
  docker('version', '--format', '{{.Server.Version}}').then(
    () => true,
    () => false,
  );

/** The same broker in a container of the official image. Its data go with the container. */
export async function startBrokerInDocker({
  port,
}: Pick<BrokerOptions, 'port'> = {}): Promise<RunningBroker> {
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const settings = brokerSettings({
    advertised: address,
    listener: '0.0.0.0:9092',
    controller: '127.0.0.1:9093',
  });
  const environment = { ...asEnvironment(settings), KAFKA_HEAP_OPTS: '-Xmx512m' };
  const flags = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const image = `apache/kafka:${await version()}`;
  const id = await docker('create', '--publish', `${address}:9092`, ...flags, image);
  const start = async () => {
    await docker('start', id);
    await started(id);
  };
  await start();
  return {
    brokers: address,
    pid: undefined,
    kill: async () => void (await docker('kill', id)),
    restart: start,
    stop: async () => void (await docker('rm', '--force', '--volumes', id)),
  };
}

/** The image reads each setting from a variable of its name. */
function asEnvironment(settings: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(settings).map(([name, value]) => [
    `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
    value,
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

/** The version that `pom.xml` names, so that both ways start the same broker. */
async function version(): Promise<string> {
  const pom = await readFile(join(import.meta.dirname, 'pom.xml'), 'utf8');
  return /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([\d.]+)</.exec(pom)![1]!;
}

async function started(id: string): Promise<void> {
  const follower = spawn('docker', ['logs', '--follow', '--tail', '0', id]);
  const gone = once(follower, 'exit').then(() => {
    throw new Error(`The broker in container ${id.slice(0, 12)} did not start.`);
  });
  const told = new Promise<void>((resolve) => {
    let text = '';
    const read = (part: Buffer) => {
      text = (text + part.toString()).slice(-10_000);
      if (text.includes(STARTED)) resolve();
    };
    follower.stdout.on('data', read);
    follower.stderr.on('data', read);
  });
  await Promise.race([told, gone]);
  gone.catch(() => undefined);
  follower.kill();
}
