import type { EventStore } from '#events';
import { context, fact } from './facts.js';
import { percentile } from './row.js';

/** How many writers append for how long; `name` keeps their streams apart from those of other loads. */
export interface Load {
  readonly name: string;
  readonly writers: number;
  readonly seconds: number;
}

/** Appends a second, how long one took in milliseconds, and how many were acknowledged. */
export interface Appended {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly acknowledged: number;
}

type Append = (writer: number, revision: number) => Promise<unknown>;

/** Every writer appends one event after the other to a stream of its own, at its exact revision. */
export function appendTo(store: EventStore, load: Load): Promise<Appended> {
  return writing(load, (writer, revision) =>
    store.append(`deployment-${load.name}-${writer}`, revision, [fact], context),
  );
}

/** Writers that wait for each answer before they go on, until the time is up. */
export async function writing({ writers, seconds }: Load, append: Append): Promise<Appended> {
  const took: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1_000;
  const one = async (writer: number) => {
    for (let revision = 0, now = performance.now(); now < until; revision++) {
      await append(writer, revision);
      const then = performance.now();
      took.push(then - now);
      now = then;
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => one(writer)));
  const rate = (took.length * 1_000) / (performance.now() - began);
  return { rate, p50: percentile(took, 50), p99: percentile(took, 99), acknowledged: took.length };
}
