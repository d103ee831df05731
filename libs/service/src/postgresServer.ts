import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Programs } from './postgresBinaries.js';
import { clusterOf, type Place } from './postgresPlace.js';
import { inUse, readPidFile, SUPERVISOR } from './postmaster.js';
import { beginLog, reasonInLog } from './serverLog.js';
import { StartError } from './startError.js';

/** A running server and the means to end it. */
export type Server = {
  pid: number;
  port: number;
  exited: Promise<string>;
  stop: () => Promise<void>;
  kill: () => void;
};

const ALWAYS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Starts the server and waits until it takes connections, however long its recovery lasts. Tried again with another port
 * when somebody was faster, and for 10 s while the last processes of a killed server are still leaving.
 */
export async function launch(
  place: Place,
  programs: Programs,
  settings: Record<string, string>,
): Promise<Server> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const attempt = await start(place, programs, settings);
    if (attempt.up) return attempt.server;
    const again =
      /could not bind|could not create any TCP\/IP sockets|shared memory block .* is still in use/;
    const { line } = attempt;
    const holder = /Is another postmaster \(PID (\d+)\)/.exec(line)?.[1];
    if (holder) throw inUse(clusterOf(place), Number(holder));
    if (!again.test(line) || performance.now() > deadline) {
      throw new StartError(`PostgreSQL in ${place.dataDir} does not start: ${line}`);
    }
    await wait(100);
  }
}

type Attempt = { up: true; server: Server } | { up: false; line: string };

async function start(place: Place, programs: Programs, settings: Record<string, string>): Promise<Attempt> {
  const port = await freePort();
  const logFile = join(place.dataDir, 'server.log');
  const from = beginLog(logFile);
  const child = spawnServer(place, programs, { ...ALWAYS, ...settings, port: String(port) }, logFile);
  const guard = guardAgainstOurDeath(join(clusterOf(place), 'postmaster.pid'), child.pid, programs);
  const exited = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('exit', () => settle(reasonInLog(logFile, from)));
  }).finally(() => guard?.kill('SIGKILL'));
  const line = await Promise.race([exited, ready(child, clusterOf(place))]);
  if (line !== undefined) return { up: false, line };
  return { up: true, server: supervise(child, port, exited, place, programs) };
}

function spawnServer(
  place: Place,
  programs: Programs,
  settings: Record<string, string>,
  log: string,
): ChildProcess {
  const all = { ...settings, [SUPERVISOR]: String(process.pid) };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = openSync(log, 'a', 0o600);
  try {
    // Its own session: Ctrl-C reaches us alone, and we stop the server after those who use it.
    const stdio = ['ignore', output, output] as ('ignore' | number)[];
    const detached = process.platform !== 'win32';
    return spawn(programs.path('postgres'), ['-D', clusterOf(place), ...options], {
      ...programs.spawn,
      detached,
      stdio,
    });
  } finally {
    closeSync(output);
  }
}

async function ready(child: ChildProcess, cluster: string): Promise<undefined> {
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const found = readPidFile(cluster);
    if (found?.pid === child.pid && found?.ready) return undefined;
    await wait(10);
  }
  return new Promise(() => undefined);
}

function supervise(
  child: ChildProcess,
  port: number,
  exited: Promise<string>,
  place: Place,
  programs: Programs,
): Server {
  let stopping: Promise<void> | undefined;
  child.unref();
  return {
    pid: child.pid ?? 0,
    port,
    exited,
    stop: () => (stopping ??= stop(child, exited, place, programs)),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Fast shutdown; after 8 s without checkpoint, after 9 s by force: the log in the cluster makes up for both. */
async function stop(
  child: ChildProcess,
  exited: Promise<string>,
  place: Place,
  programs: Programs,
): Promise<void> {
  child.ref();
  const later = [
    setTimeout(() => child.kill('SIGQUIT'), 8_000),
    setTimeout(() => child.kill('SIGKILL'), 9_000),
  ];
  if (child.exitCode === null && child.signalCode === null) {
    if (process.platform === 'win32')
      spawn(programs.path('pg_ctl'), ['stop', '-m', 'fast', '-D', clusterOf(place)]);
    else child.kill('SIGINT');
  }
  await exited;
  later.forEach(clearTimeout);
}

/**
 * A shell that does nothing but wait for the end of its input, which comes when our process ends, however it ends, and
 * then asks the server to stop. Without it (no shell, Windows) the next start does so.
 */
function guardAgainstOurDeath(
  pidFile: string,
  pid: number | undefined,
  programs: Programs,
): ChildProcess | undefined {
  if (process.platform === 'win32' || pid === undefined) return undefined;
  const script = 'read -r _; read -r pid < "$1" && [ "$pid" = "$2" ] && kill -INT "$2"';
  const guard = spawn('/bin/sh', ['-c', script, 'sh', pidFile, String(pid)], {
    ...programs.spawn,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

function freePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => settle(port));
    });
  });
}
