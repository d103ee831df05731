import { describe, expect, test, vi } from 'vitest';
import { BrokerUnavailable, type Database, MemoryEventStore } from '#events';
import { Following } from './following.js';
import type { Loop } from './platform.js';

const unreachable = () => Promise.reject(new Error('These loops need no database.'));
const db: Database = { query: unreachable, transaction: unreachable };

/** A service that runs one loop, and the errors it told of. */
function running(run: Loop['run']) {
  const told: unknown[] = [];
  const following = new Following({
    service: 'scheduler',
    db,
    store: new MemoryEventStore(),
    followers: [],
    sources: [],
    loops: [{ name: 'relay', run }],
    observer: { applied: () => {}, parked: () => {} },
    onTrouble: (_, error) => told.push(error),
  });
  following.onApplicationBootstrap();
  return { following, told };
}

const stopped = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

describe('a loop', () => {
  test('is in trouble from its failure until it says that it gets on', async () => {
    let getsOn = () => {};
    let runs = 0;
    const { following, told } = running(async (signal, gotOn) => {
      if (runs++ === 0) throw new Error('no way');
      getsOn = gotOn;
      await stopped(signal);
    });
    await vi.waitFor(() => expect(runs).toBe(2));
    expect(told).toHaveLength(1);
    expect(following.troubles.get('relay')).toMatchObject({ error: 'no way' });
    getsOn();
    expect(following.troubles.size).toBe(0);
    await following.onApplicationShutdown();
  });

  test('that waits for a silent broker is told of, and is no trouble of the service', async () => {
    let runs = 0;
    const { following, told } = running(async (signal) => {
      if (runs++ < 2) throw new BrokerUnavailable(new Error('refused'));
      await stopped(signal);
    });
    await vi.waitFor(() => expect(runs).toBe(3), { timeout: 5_000 });
    expect(told).toEqual([expect.any(BrokerUnavailable), expect.any(BrokerUnavailable)]);
    expect(following.troubles.size).toBe(0);
    await following.onApplicationShutdown();
  });
});
