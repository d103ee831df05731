import type { Contender } from './round.js';
import { percentile } from './row.js';

/** What single calls took, in milliseconds. A type and not an interface, so that it is a record of figures. */
export type Latencies = {
  readonly p50: number;
  readonly p99: number;
  /** The 99th percentile of their processor time, collection of garbage included: what a busy machine adds is not in it. */
  readonly busy: number;
};

/** Makes every call once. */
export function latencies(calls: readonly (() => unknown)[]): Latencies {
  const taken = calls.map(timed);
  const wall = taken.map(({ ms }) => ms);
  const busy = taken.map((one) => one.busy);
  return { p50: percentile(wall, 50), p99: percentile(wall, 99), busy: percentile(busy, 99) };
}

/** Milliseconds that a call takes by the clock, and of all processors. */
export function timed(call: () => unknown): { ms: number; busy: number } {
  const [began, before] = [performance.now(), process.cpuUsage()];
  call();
  return { ms: performance.now() - began, busy: busySince(before) };
}

/** A contender that does one piece of work a round. */
export const lasting =
  (work: () => unknown): Contender =>
  async () => {
    const [began, before] = [performance.now(), process.cpuUsage()];
    await work();
    return { ms: performance.now() - began, busy: busySince(before) };
  };

function busySince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
