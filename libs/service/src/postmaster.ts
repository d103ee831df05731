import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StartError } from './startError.js';

/** What PostgreSQL writes of itself into `postmaster.pid`. */
export type PidFile = { pid: number; dataDir: string; port: number; ready: boolean };

/** The setting that tells, on the server's command line, which process of ours it belongs to. */
export const SUPERVISOR = 'slipway.supervisor';

export function readPidFile(cluster: string): PidFile | undefined {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const [pid = '', dataDir = '', , port = '', , , , status = ''] = readFileSync(file, 'utf8').split('\n');
  return {
    pid: Number(pid),
    dataDir,
    port: Number(port),
    ready: ['ready', 'standby'].includes(status.trim()),
  };
}

/**
 * Makes way for a new server on this cluster. A server whose process of ours was killed is stopped; one that is in use is a
 * `StartError`. A `postmaster.pid` whose number now belongs to another program is removed: PostgreSQL sees only that a
 * process of that number lives, and in a container started anew it always does. A number nobody has is left to PostgreSQL.
 */
export async function clearTheWay(cluster: string, log: (line: string) => void): Promise<void> {
  const found = readPidFile(cluster);
  const other = found && described(found.pid);
  if (!found || !other) return;
  const supervisor = supervisorOf(other);
  const ofAnotherCluster = supervisor !== undefined && !other.command.includes(found.dataDir);
  if (!/^postgres(\.exe)?$/.test(other.program) || ofAnotherCluster)
    return rmSync(join(cluster, 'postmaster.pid'));
  // While a killed process is taken down, its children are still said to be its own.
  const supervised = supervisor === other.parent && described(other.parent) !== undefined;
  if (supervisor === undefined || supervised) throw inUse(cluster, found.pid);
  log(`Stopping PostgreSQL ${found.pid}, left behind by process ${supervisor}, which is gone.`);
  await stopProcess(found.pid, cluster);
}

/** The refusal to share a cluster; names the process of ours behind the server where it is one of ours. */
export function inUse(cluster: string, server: number): StartError {
  const running = described(server);
  const pid = (running && supervisorOf(running)) ?? server;
  return new StartError(
    `${cluster} is already in use by process ${pid}: stop that one, or name another data folder.`,
  );
}

function supervisorOf(running: Running): number | undefined {
  const pid = new RegExp(`${SUPERVISOR}=(\\d+)`).exec(running.command)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

async function stopProcess(pid: number, cluster: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!signalled(pid, signal)) throw inUse(cluster, pid);
    for (let tries = 0; tries < 250; tries++) {
      if (!described(pid)) return;
      await wait(20);
    }
  }
  throw inUse(cluster, pid);
}

function signalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

type Running = { parent: number; program: string; command: string };

/** A living process; undefined when there is none of that number, or only the zombie of one. */
function described(pid: number): Running | undefined {
  if (!Number.isInteger(pid) || pid <= 0 || !lives(pid)) return undefined;
  return process.platform === 'linux' ? describedByProc(pid) : describedByPs(pid);
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function describedByProc(pid: number): Running | undefined {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (state === 'Z') return undefined;
    return { parent: Number(parent), program: basename(words[0] ?? ''), command: words.join(' ') };
  } catch {
    return undefined;
  }
}

function describedByPs(pid: number): Running | undefined {
  const ps = (columns: string): string =>
    spawnSync('ps', ['-ww', '-o', columns, '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
  const [, parent, command] = /^(\d+)\s+(.*)$/s.exec(ps('ppid=,command=')) ?? [];
  return command ? { parent: Number(parent), program: basename(ps('comm=')), command } : undefined;
}
