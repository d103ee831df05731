import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** The command line as a person has it: built, in a process of its own. */
const BIN = new URL('../../apps/slipway/bin/slipway.js', import.meta.url).pathname;

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command to its end. */
export async function slipway(
  args: readonly string[],
  env: Record<string, string>,
  input?: string,
): Promise<Ended> {
  const child = command(args, env);
  const [out, err] = [gathered(child.stdout!), gathered(child.stderr!)];
  child.stdin!.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out: out(), err: err() };
}

/** A server that was started as `slipway start`, and is ready. */
export interface Server {
  readonly process: ChildProcess;
  readonly out: () => string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function started(env: Record<string, string>): Promise<Server> {
  const child = command(['start'], env);
  const [out, err] = [gathered(child.stdout!), gathered(child.stderr!)];
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', () => out().includes('Ctrl-C stops it') && resolve());
    child.once('exit', (code) => reject(new Error(`start ended with ${code}: ${out()}${err()}`)));
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  return {
    process: child,
    out,
    stop: async (signal = 'SIGINT') => {
      child.kill(signal);
      return (await exit)[0];
    },
  };
}

function command(args: readonly string[], env: Record<string, string>): ChildProcess {
  const { DATABASE_URL: _, ...rest } = process.env;
  return spawn(process.execPath, [BIN, ...args], { env: { ...rest, ...env }, stdio: 'pipe' });
}

function gathered(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}
