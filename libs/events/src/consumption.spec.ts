import { describe, expect, test } from 'vitest';
import type { PartitionBatch } from './broker.js';
import { consume, type Handover } from './consumption.js';
import { BrokerUnavailable } from './transient.js';

const batch = (partition: number): PartitionBatch => ({ topic: 't', partition, messages: [] });
const log = { debug: () => undefined, warn: () => undefined };
const idle = { behind: () => Promise.resolve(0n), close: () => Promise.resolve() };

/** Opens one session after the other, each doing what the list says; the last again and again. */
function sessions(...doing: ((handover: Handover) => void)[]) {
  let opened = 0;
  const open = (handover: Handover) => {
    doing[Math.min(opened++, doing.length - 1)]!(handover);
    return Promise.resolve(idle);
  };
  return { open, opened: () => opened };
}

describe('a consumer', () => {
  const patience = { stall: 60_000, budget: 60_000 };

  test('says that a batch is dealt with when the next is asked for, not before', async () => {
    const settled: boolean[] = [];
    const { open } = sessions((handover) => {
      void handover.offer(batch(0)).then((done) => settled.push(done));
      void handover.offer(batch(1)).then((done) => settled.push(done));
    });
    const stop = new AbortController();
    const batches = consume(open, patience, log, stop.signal);
    expect((await batches.next()).value).toEqual(batch(0));
    expect(settled).toEqual([]);
    expect((await batches.next()).value).toEqual(batch(1));
    expect(settled).toEqual([true]);
    await batches.return(undefined);
    expect(settled).toEqual([true, false]);
  });

  test('is made anew when its session fails, and drops what that one still offered', async () => {
    const dropped: boolean[] = [];
    const { open } = sessions(
      (handover) => {
        void handover.offer(batch(0)).then((done) => dropped.push(done));
        handover.fail(new Error('crash'));
      },
      (handover) => void handover.offer(batch(1)),
    );
    const batches = consume(open, patience, log, new AbortController().signal);
    expect((await batches.next()).value).toEqual(batch(1));
    expect(dropped).toEqual([false]);
    await batches.return(undefined);
  });

  test('is made anew when it stands still, however alive it seems', async () => {
    const { open, opened } = sessions(
      () => undefined,
      (handover) => void handover.offer(batch(7)),
    );
    const batches = consume(open, { stall: 20, budget: 60_000 }, log, new AbortController().signal);
    expect((await batches.next()).value).toEqual(batch(7));
    expect(opened()).toBe(2);
    await batches.return(undefined);
  });

  test('is given up when nothing succeeds for the whole budget', async () => {
    const open = () => Promise.reject(new Error('ECONNREFUSED'));
    const batches = consume(open, { stall: 20, budget: 300 }, log, new AbortController().signal);
    await expect(batches.next()).rejects.toThrow(BrokerUnavailable);
  });

  test('passes on at once what the caller itself threw', async () => {
    const { open, opened } = sessions((handover) => handover.fail(new Error('no database'), true));
    const batches = consume(open, patience, log, new AbortController().signal);
    await expect(batches.next()).rejects.toThrow('no database');
    expect(opened()).toBe(1);
  });

  test('ends when the signal aborts, and closes its session', async () => {
    const stop = new AbortController();
    let closed = 0;
    const session = { ...idle, close: () => Promise.resolve(void closed++) };
    const batches = consume(() => Promise.resolve(session), patience, log, stop.signal);
    const next = batches.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(closed).toBe(1);
  });

  test('can tell when no batch is in the caller’s hands', async () => {
    let handover!: Handover;
    const { open } = sessions((given) => {
      handover = given;
      void given.offer(batch(0));
    });
    const batches = consume(open, patience, log, new AbortController().signal);
    await batches.next();
    let free = false;
    const waiting = handover.idle().then(() => (free = true));
    await Promise.resolve();
    expect(free).toBe(false);
    await batches.return(undefined);
    await waiting;
    expect(free).toBe(true);
  });
});
