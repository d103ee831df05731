import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A program that was started and said that it is ready. */
export interface Launched {
  /** From its start to its word, in milliseconds. */
  readonly took: number;
  /** What it and its children take of the memory, each shared page counted once, in MB; undefined where this cannot be told. */
  memory(): number | undefined;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>;
}

/** Starts a program and waits for a line with `ready.`. */
export async function launch(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Launched> {
  const began = performance.now();
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const program = spawn(command, args, { env: { ...process.env, ...env }, stdio, detached: true });
  const kill = () => void process.kill(-program.pid!, 'SIGINT');
  process.once('exit', kill);
  const gone = new Promise<void>((resolve) => program.once('exit', () => resolve()));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => (said += chunk.toString()).includes('ready.') && resolve();
    program.stdout.on('data', hear);
    program.stderr.on('data', hear);
    program.once('error', reject);
    void gone.then(() => reject(new Error(`${command} ended: ${said.trim().split('\n').at(-1)}`)));
  });
  return {
    took: performance.now() - began,
    memory: () => memoryOf(program.pid!),
    stop: async () => {
      process.off('exit', kill);
      kill();
      await gone;
    },
  };
}

function memoryOf(root: number): number | undefined {
  const parents = new Map<number, number>();
  try {
    for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    }
    const under = (pid: number | undefined): boolean =>
      pid !== undefined && (pid === root || under(parents.get(pid)));
    return [...parents.keys()].filter(under).reduce((sum, pid) => sum + shareOf(pid), 0);
  } catch {
    return undefined;
  }
}

const shareOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1_024;
