import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const IMAGE = 'docker.kurrent.io/kurrent-latest/kurrentdb:26.0.3';

/** A KurrentDB server to test against. */
export interface KurrentServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The server that `KURRENTDB_URL` names, else one in a container, else none. */
export async function findKurrentServer(): Promise<KurrentServer | undefined> {
  const url = process.env['KURRENTDB_URL'];
  if (url) return { url, stop: async () => undefined };
  const engine = await run('docker', ['info'], { timeout: 5_000 }).catch(() => undefined);
  return engine && startContainer();
}

/** Starts a server that keeps its data in memory, on a free port of loopback; `stop` removes it. */
async function startContainer(): Promise<KurrentServer> {
  const settings = ['-e', 'KURRENTDB_INSECURE=true', '-e', 'KURRENTDB_MEM_DB=true'];
  const { stdout } = await run('docker', ['run', '--rm', '-d', '-p', '127.0.0.1::2113', ...settings, IMAGE]);
  const id = stdout.trim();
  const stop = async () => {
    await run('docker', ['rm', '-f', id]);
  };
  try {
    const { stdout: published } = await run('docker', ['port', id, '2113/tcp']);
    const address = published.trim().split('\n')[0]!;
    await answers(`http://${address}/health/live`);
    return { url: `kurrentdb://${address}?tls=false`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function answers(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  for (;;) {
    const answer = await fetch(url, { signal: deadline }).catch(() => undefined);
    if (answer?.ok) return;
    deadline.throwIfAborted();
    await pause(200, undefined, { signal: deadline });
  }
}
