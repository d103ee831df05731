import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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
  return { pid: Number(pid), dataDir, port: Number(port), ready: status.trim() === 'ready' };
}

/**
 * Makes way for a new server on this cluster. A server whose process of ours was killed is stopped; one that is in use is a
 * `StartError`; a `postmaster.pid` whose number now belongs to another program is removed, as PostgreSQL would only see a
 * process of that number. A number nobody has is left to PostgreSQL, which recovers.
 */
export async function clearTheWay(cluster: string, log: (line: string) => void): Promise<void> {
  const found = readPidFile(cluster);
  const other = found && described(found.pid);
  if (!found || !other) return;
  const supervisor = new RegExp(`${SUPERVISOR}=(\\d+)`).exec(other.command)?.[1];
  if (!other.command.includes('postgres') || (supervisor && !other.command.includes(found.dataDir))) {
    return rmSync(join(cluster, 'postmaster.pid'), { force: true });
  }
  if (!supervisor || Number(supervisor) === other.parent)
    throw inUse(cluster, Number(supervisor ?? found.pid));
  log(`Stopping PostgreSQL ${found.pid}, left behind by process ${supervisor}, which is gone.`);
  await stopProcess(found.pid, cluster);
}

export function inUse(cluster: string, pid: number | string): StartError {
  return new StartError(
    `${cluster} is already in use by process ${pid}: stop that one, or name another data folder.`,
  );
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

/** A living process' parent and command line; undefined when there is none of that number, or it is only a zombie. */
export function described(pid: number): { parent: number; command: string } | undefined {
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

function describedByProc(pid: number): { parent: number; command: string } | undefined {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (state === 'Z') return undefined;
    return {
      parent: Number(parent),
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
    };
  } catch {
    return undefined;
  }
}

function describedByPs(pid: number): { parent: number; command: string } | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8' });
  const [, parent, command] = /^\s*(\d+)\s+(.*)$/s.exec(stdout ?? '') ?? [];
  return parent && command ? { parent: Number(parent), command } : undefined;
}
