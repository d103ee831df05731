import { fork } from 'node:child_process';
import { join } from 'node:path';

/** A program of this folder in a process of its own: it says when it is ready, is told to go, and answers once. */
export interface Child<Answer> {
  readonly ready: Promise<unknown>;
  go(): void;
  readonly answer: Promise<Answer>;
}

/** Starts a program of this folder with one argument. It ends after its answer. */
export function child<Answer>(program: string, argument: unknown): Child<Answer> {
  const process = fork(join(import.meta.dirname, program), [JSON.stringify(argument)], {
    serialization: 'advanced',
  });
  const messages: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  const next = () =>
    new Promise<unknown>((resolve, reject) => {
      if (messages.length > 0) return resolve(messages.shift());
      waiting.push(resolve);
      process.once('exit', (code) => reject(new Error(`${program} ended with ${code} before it answered.`)));
    });
  process.on('message', (message) => {
    const resolve = waiting.shift();
    if (resolve) resolve(message);
    else messages.push(message);
  });
  const ready = next();
  const answer = ready.then(next) as Promise<Answer>;
  answer.catch(() => {});
  return { ready, go: () => void process.send('go'), answer };
}

/** The other side: does the work between `go` and the answer. */
export async function answering(
  prepare: (argument: never) => Promise<() => Promise<unknown>>,
): Promise<void> {
  const work = await prepare(JSON.parse(process.argv[2]!) as never);
  const go = new Promise((resolve) => process.once('message', resolve));
  process.send!('ready');
  await go;
  process.send!(await work());
  process.disconnect();
}
