import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  ConcurrentWrite,
  type Context,
  type Event,
  type EventStore,
  KurrentEventStore,
  MemoryEventStore,
  StoreUnavailable,
} from '#events';
import { storeContract } from './storeContract.js';
import { FromHere } from './support/fromHere.js';
import { findKurrentServer } from './support/kurrentServer.js';
import { type StandIn, startStandIn } from './support/kurrentStandIn.js';

const context: Context = { actor: { id: 'ana', kind: 'human', roles: ['developer'] } };
const lifted = (reason: string): Event => ({
  type: 'FreezeLifted',
  version: 1,
  data: { freezeId: 'f', reason, liftedBy: 'ana' },
});
const reasons = (events: readonly { data: Record<string, unknown> }[]) =>
  events.map(({ data }) => data['reason']);

const server = await findKurrentServer();
afterAll(() => server?.stop());
if (server) {
  const open = async () => FromHere.from(await KurrentEventStore.open({ url: server.url }));
  storeContract('KurrentDB', open, { contiguous: false });
} else test.skip('KurrentDB as an event store: set KURRENTDB_URL, or start a Docker engine', () => undefined);

const started: { stop(): unknown }[] = [];
async function standIn(before?: StandIn): Promise<StandIn> {
  const it = await startStandIn(before);
  started.push(it);
  return it;
}
async function opened(it: StandIn, patience?: number): Promise<KurrentEventStore> {
  const store = await KurrentEventStore.open({ url: it.url, patience });
  started.unshift({ stop: () => store.close() });
  return store;
}
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
});

storeContract('the client of KurrentDB, before a stand-in,', async () => opened(await standIn()), {
  contiguous: false,
});

storeContract('a store that was in use before', async () => inUse(new MemoryEventStore()), {
  contiguous: false,
});

/** What a server that cannot be emptied is like. */
async function inUse(store: EventStore): Promise<FromHere> {
  await store.append('freeze-1', 'any', [lifted('before')], context);
  return FromHere.from(store);
}

async function firstBatch(store: KurrentEventStore, live: boolean) {
  for await (const batch of store.batches({ after: 0, live })) return batch;
  return undefined;
}

describe('the client of KurrentDB, before a stand-in,', () => {
  test('leaves out what the server writes for itself', async () => {
    const it = await standIn();
    const store = await opened(it);
    await store.append('freeze-1', 0, [lifted('1')], context);
    await store.append('freeze-2', 0, [lifted('2')], context);
    expect(it.log.records.map(({ type }) => type.startsWith('$'))).toEqual([true, true, false, true, false]);
    expect(reasons((await firstBatch(store, false))!.events)).toEqual(['1', '2']);
    expect(await store.head()).toBe(Number(it.log.records.at(-1)!.position));
  });

  test('is not told that a reused command id was stored, when it was not', async () => {
    const store = await opened(await standIn());
    const command: Context = { ...context, commandId: 'c-1' };
    await store.append('freeze-1', 0, [lifted('asked for')], command);
    await expect(store.append('freeze-1', 0, [lifted('something else')], command)).rejects.toEqual(
      new ConcurrentWrite('freeze-1', 0, 1),
    );
    expect(reasons(await store.read('freeze-1'))).toEqual(['asked for']);
  });

  test('gives an append up that is not answered; what became of it is unknown', async () => {
    const it = await standIn();
    const store = await opened(it, 150);
    it.next = 'silence';
    await expect(store.append('freeze-1', 0, [lifted('1')], context)).rejects.toThrow(StoreUnavailable);
    expect(reasons(await store.read('freeze-1'))).toEqual(['1']);
  });

  test('asks once more where a follower names the leader', async () => {
    const it = await standIn();
    const store = await opened(it);
    it.next = 'not leader';
    expect(await store.append('freeze-1', 0, [lifted('1')], context)).toMatchObject({ revision: 1 });
    expect(await store.read('freeze-1')).toHaveLength(1);
  });

  test('refuses a command whose events are more than the server takes at once', async () => {
    const it = await standIn();
    const store = await opened(it);
    it.next = 'too large';
    await expect(store.append('freeze-1', 0, [lifted('1')], context)).rejects.toMatchObject({
      code: 'EVENT_TOO_LARGE',
      message: expect.stringContaining('1048576 bytes'),
    });
  });

  test('says that the store does not answer when nobody is there, and goes on when it is back', async () => {
    const it = await standIn();
    const store = await opened(it, 2_000);
    await store.append('freeze-1', 0, [lifted('1')], context);
    it.stop();
    const asked = [
      () => store.append('freeze-1', 1, [lifted('2')], context),
      () => store.append('freeze-1', 'any', [lifted('2')], context),
      () => store.read('freeze-1'),
      () => store.head(),
      () => firstBatch(store, false),
      () => firstBatch(store, true),
    ];
    for (const ask of asked) await expect(ask()).rejects.toThrow(StoreUnavailable);
    await standIn(it);
    const again = <T>(ask: () => Promise<T>) =>
      expect.poll(() => ask().catch(() => undefined), { timeout: 10_000 });
    await again(() => store.append('freeze-1', 1, [lifted('2')], context)).toMatchObject({ revision: 2 });
    await again(async () => reasons(await store.read('freeze-1'))).toEqual(['1', '2']);
    await again(async () => reasons((await firstBatch(store, true))!.events)[0]).toEqual('1');
  });

  test('ends a following that the server ends, with the reason', async () => {
    const it = await standIn();
    const store = await opened(it);
    await store.append('freeze-1', 0, [lifted('1')], context);
    const follow = async () => {
      for await (const _ of store.batches({ after: 0 })) it.endSubscriptions();
    };
    await expect(follow()).rejects.toThrow(StoreUnavailable);
  });

  test('stops at what Slipway did not write, and names it', async () => {
    const it = await standIn();
    const store = await opened(it);
    const event = {
      id: '9b1f6b0e-6d4c-4b58-8f43-3d4a5c1e2f70',
      type: 'OrderPlaced',
      contentType: 'application/octet-stream',
      data: Buffer.from('{}'),
    };
    it.log.append({ stream: 'order-1', expected: -2n, events: [event] });
    await expect(firstBatch(store, false)).rejects.toThrow(/Event 0 of order-1 .* KurrentDB of its own/);
    await expect(firstBatch(store, true)).rejects.toThrow(/Event 0 of order-1/);
  });

  test('keeps the password out of what it says about a bad connection string', async () => {
    const url = 'kurrentdb://ana:s3cret@host:not-a-port';
    const error: unknown = await KurrentEventStore.open({ url }).catch((failure: unknown) => failure);
    expect(String(error)).toMatch(/must read like kurrentdb:/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret');
  });
});

test('no file loads the client of KurrentDB but when a store is opened', () => {
  const folder = new URL('../libs/events/src/', import.meta.url);
  const lines = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').match(/^.*['"]@kurrent\/.*$/gm) ?? []);
  const loading = lines.filter((line) => !/^import type |^\} from /.test(line));
  expect(loading).toEqual([expect.stringContaining("await import('@kurrent/kurrentdb-client')")]);
  expect(lines.length).toBeGreaterThan(loading.length);
});
