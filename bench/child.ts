import { fork } from 'node:child_process';
import { join } from 'node:path';

/** A program of this folder in a process of its own: it says when it is ready, is told to go, and answers once. */
export interface Child<Ready, Answer> {
  readonly ready: Promise<Ready>;
  go(): void;
  readonly answer: Promise<Answer>;
}

/** Starts a program of this folder with one argument. It ends after its answer. */
export function child<Ready, Answer>(program: string, argument: unknown): Child<Ready, Answer> {
  const process = fork(join(import.meta.dirname, program), [JSON.stringify(argument)]);
  const gone = new Promise<never>((_, reject) => {
    process.once('exit', (code) => reject(new Error(`${program} ended with ${code} before it answered.`)));
  });
  const message = (what: string) =>
    new Promise<unknown>((resolve) => {
      process.on('message', (said: Said) => said.what === what && resolve(said.value));
    });
  const heard = (what: string) => Promise.race([message(what), gone]);
  const [ready, answer] = [heard('ready') as Promise<Ready>, heard('answer') as Promise<Answer>];
  for (const promise of [gone, ready, answer]) promise.catch(() => {});
  return { ready, go: () => void process.send('go'), answer };
}

interface Said {
  readonly what: string;
  readonly value: unknown;
}

/** What a program does: `ready` is told before it is asked to go on, `work` answers. */
export interface Part {
  readonly ready?: unknown;
  readonly work: () => Promise<unknown>;
}

/** The other side: prepares itself, waits for `go`, answers and ends. It ends as well when nobody is left to hear it. */
export async function answering(prepare: (argument: never) => Promise<Part>): Promise<void> {
  const gone = () => process.exit(1);
  process.once('disconnect', gone);
  const { ready = null, work } = await prepare(JSON.parse(process.argv[2]!) as never);
  const go = new Promise((resolve) => process.once('message', resolve));
  process.send!({ what: 'ready', value: ready });
  await go;
  process.send!({ what: 'answer', value: await work() }, () => {
    process.off('disconnect', gone);
    process.exit(0);
  });
}
