import { describe, expect, test } from 'vitest';
import type { Cursor } from './broker.js';
import { Handover } from './consumption.js';
import { type Fetched, Membership } from './membership.js';
import { Wakeup } from './wakeup.js';

const alive = () => Promise.resolve();
const revoked = () => Promise.reject(new Error('rebalance'));

function fetched(first: number, last: number): Fetched {
  const messages = Array.from({ length: last - first + 1 }, (_, i) => ({
    key: 'k',
    value: null,
    headers: {},
    offset: BigInt(first + i),
  }));
  return { topic: 't', partition: 0, messages, last: BigInt(last), end: 100n };
}

/** A member of one partition that has the offsets 10 to 99, for a caller whose checkpoint is given. */
async function member(checkpoint: bigint, grace = 0) {
  const started: bigint[] = [];
  const held: string[] = [];
  const warnings: string[] = [];
  const placed = new Wakeup();
  const handover = new Handover();
  const cursors = new Map<string, Cursor>();
  const membership = new Membership(
    {
      ends: () => Promise.resolve([{ partition: 0, low: 10n, high: 100n }]),
      hold: (topic, partitions) => void held.push(`${topic}/${partitions.join()}`),
      start: (_topic, _partition, offset) => {
        started.push(offset);
        placed.wake();
      },
    },
    {
      topics: ['t'],
      group: 'g',
      from: () => Promise.resolve(checkpoint),
      signal: new AbortController().signal,
    },
    cursors,
    handover,
    { debug: () => undefined, warn: (_, text) => void warnings.push(text) },
    grace,
  );
  const ticket = placed.ticket();
  membership.assigned({ t: [0] });
  await placed.after(ticket);
  return { membership, handover, started, held, warnings, cursors };
}

/** The caller takes what is offered and asks for the next. */
function takes(handover: Handover): bigint[] {
  const batch = handover.take();
  handover.release();
  return batch ? batch.messages.map(({ offset }) => offset) : [];
}

describe('a member of a group', () => {
  test('fetches nothing before it is placed at the caller’s checkpoint', async () => {
    const { held, started, warnings } = await member(42n);
    expect([held, started, warnings]).toEqual([['t/0'], [42n], []]);
  });

  test('starts with what there still is when the checkpoint was overtaken, and warns', async () => {
    const { started, warnings } = await member(3n);
    expect([started, warnings.length]).toEqual([[10n], 1]);
  });

  test('does not warn of a topic whose start is gone when nothing was read yet', async () => {
    const { started, warnings } = await member(0n);
    expect([started, warnings]).toEqual([[10n], []]);
  });

  test('starts anew when the checkpoint lies beyond the end, and warns', async () => {
    const { started, warnings } = await member(101n);
    expect([started, warnings.length]).toEqual([[10n], 1]);
  });

  test('accepts a checkpoint at the very end', async () => {
    const { started, warnings } = await member(100n);
    expect([started, warnings]).toEqual([[100n], []]);
  });

  test('goes on behind a batch that was dealt with', async () => {
    const { membership, handover, cursors } = await member(20n);
    const dealt = membership.deal(fetched(20, 29), alive);
    expect(takes(handover)).toHaveLength(10);
    expect(await dealt).toBe(30n);
    expect(cursors.get('t/0')).toMatchObject({ next: 30n, end: 100n });
    expect(await membership.behind()).toBe(70n);
  });

  test('leaves out what lies before the checkpoint', async () => {
    const { membership, handover } = await member(25n);
    const dealt = membership.deal(fetched(20, 29), alive);
    expect(takes(handover)).toEqual([25n, 26n, 27n, 28n, 29n]);
    expect(await dealt).toBe(30n);
    expect(await membership.deal(fetched(20, 29), alive)).toBe(30n);
    expect(takes(handover)).toEqual([]);
  });

  test('fetches again what begins beyond its cursor, and believes it the second time', async () => {
    const { membership, handover, started } = await member(20n);
    expect(await membership.deal(fetched(50, 59), alive)).toBe(undefined);
    expect(started).toEqual([20n, 20n]);
    const dealt = membership.deal(fetched(50, 59), alive);
    expect(takes(handover)).toHaveLength(10);
    expect(await dealt).toBe(60n);
  });

  test('counts a batch that ends while a rebalance waits for it', async () => {
    const { membership, handover } = await member(20n, 60_000);
    let beats = 0;
    const dealt = membership.deal(fetched(20, 29), () => {
      beats++;
      queueMicrotask(() => takes(handover));
      return revoked();
    });
    expect(await dealt).toBe(30n);
    expect(beats).toBe(1);
  });

  test('gives a batch up when the caller takes too long over it in a rebalance', async () => {
    const { membership } = await member(20n, 1);
    await expect(membership.deal(fetched(20, 29), revoked)).rejects.toThrow('rebalance');
  });

  test('does not move a partition that was placed anew meanwhile', async () => {
    const { membership, handover, cursors } = await member(20n);
    const dealt = membership.deal(fetched(20, 29), alive);
    membership.assigned({ t: [0] });
    expect(cursors.size).toBe(0);
    takes(handover);
    expect(await dealt).toBe(undefined);
  });

  test('has nothing to say of a partition it was not given', async () => {
    const { membership, handover } = await member(20n);
    expect(await membership.deal({ ...fetched(20, 29), partition: 1 }, alive)).toBe(undefined);
    expect(handover.take()).toBe(undefined);
  });

  test('asks for checkpoints only when the caller is done with the batch in its hands', async () => {
    const { membership, handover, started } = await member(20n);
    void membership.deal(fetched(20, 29), alive);
    handover.take();
    membership.assigned({ t: [0] });
    await new Promise(setImmediate);
    expect(started).toEqual([20n]);
    handover.release();
    await new Promise(setImmediate);
    expect(started).toEqual([20n, 20n]);
  });

  test('is placed once when the group changes again while it is being placed', async () => {
    const { membership, handover, started, cursors } = await member(20n);
    void membership.deal(fetched(20, 29), alive);
    handover.take();
    membership.assigned({ t: [0] });
    membership.assigned({ t: [] });
    handover.release();
    await new Promise(setImmediate);
    expect([started, cursors.size]).toEqual([[20n], 0]);
  });

  test('does not know how much waits while it is being placed', async () => {
    const { membership, handover } = await member(20n);
    void membership.deal(fetched(20, 29), alive);
    handover.take();
    membership.assigned({ t: [0] }); // which waits for the batch in the caller's hands
    expect(await membership.behind()).toBe(undefined);
    handover.release();
  });
});
