import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jars, java } from './jars.js';
import { brokerSettings } from './settings.js';

/** A running broker. */
export interface RunningBroker {
  /** `host:port`, as `KAFKA_BROKERS` and `SLIPWAY_BUS=kafka://…` take it. */
  readonly brokers: string;
  /** The process, where it is one of ours. */
  readonly pid: number | undefined;
  /** Kills it at once, as a power cut would. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Stops it in order; data in a temporary folder go with it. */
  stop(): Promise<void>;
}

export interface BrokerOptions {
  /** Where its data live; a temporary folder where not given. */
  readonly dir?: string;
  readonly port?: number;
}

/** Small and quick to start: it serves one machine for minutes. */
const JVM = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true'];
const LOGGING = 'org.slf4j.simpleLogger';
/** What a broker says when it serves. */
export const STARTED = 'Kafka Server started';

/** Starts Apache Kafka in KRaft mode on loopback. Needs Java 17, and Maven the first time. */
export async function startBroker({ dir, port }: BrokerOptions = {}): Promise<RunningBroker> {
  const command = await java();
  if (!command) throw new Error('A broker needs Java 17 or newer.');
  const classes = join(await jars(), '*');
  const home = dir ?? mkdtempSync(join(tmpdir(), 'slipway-kafka-'));
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const properties = join(home, 'server.properties');
  writeProperties(home, properties, address, `127.0.0.1:${await freePort()}`);

  const runJava = (level: string, ...args: string[]) => {
    const logging = [
      `-D${LOGGING}.defaultLogLevel=${level}`,
      `-D${LOGGING}.log.kafka.server.KafkaRaftServer=info`,
    ];
    return spawn(command, [...JVM, ...logging, '-cp', classes, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };
  if (!existsSync(join(home, 'data', 'meta.properties'))) {
    const cluster = randomBytes(16).toString('base64url');
    // Written in one word, or one that begins with a hyphen would be taken for an option.
    const id = `--cluster-id=${cluster}`;
    await finished(runJava('error', 'kafka.tools.StorageTool', 'format', id, '-c', properties));
  }
  const start = () => started(runJava('warn', 'kafka.Kafka', properties), join(home, 'broker.log'));
  let server = await start();
  const endWith = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  };
  process.once('exit', () => server.kill('SIGKILL'));
  return {
    brokers: address,
    get pid() {
      return server.pid;
    },
    kill: () => endWith('SIGKILL'),
    restart: async () => {
      server = await start();
    },
    stop: async () => {
      await endWith('SIGTERM');
      if (!dir) rmSync(home, { recursive: true, force: true });
    },
  };
}

function writeProperties(home: string, file: string, address: string, controller: string): void {
  const settings = {
    ...brokerSettings({ advertised: address, listener: address, controller }),
    'log.dirs': join(home, 'data'),
  };
  mkdirSync(home, { recursive: true });
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''));
}

async function finished(tool: ChildProcess): Promise<void> {
  const said = collect(tool);
  const [code] = (await once(tool, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The broker's storage could not be made: ${said().trim()}`);
}

/** Resolves when the broker says that it serves, fails with what it said when it ends before. */
async function started(server: ChildProcess, logFile: string): Promise<ChildProcess> {
  const said = collect(server);
  const log = createWriteStream(logFile, { flags: 'a' });
  server.stdout!.pipe(log, { end: false });
  server.stderr!.pipe(log, { end: false });
  server.once('close', () => log.end());
  await new Promise<void>((resolve, reject) => {
    server.stderr!.on('data', () => said().includes(STARTED) && resolve());
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`The broker did not start: ${said().slice(-2_000)}`)));
  });
  return server;
}

function collect(child: ChildProcess): () => string {
  let text = '';
  const keep = (part: Buffer) => (text = (text + part.toString()).slice(-20_000));
  child.stdout!.on('data', keep);
  child.stderr!.on('data', keep);
  return () => text;
}

/** A port of loopback that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
