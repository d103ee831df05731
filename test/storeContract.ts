import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import {
  ConcurrentWrite,
  type Context,
  type Event,
  type EventStore,
  MAX_ENTRY,
  type Recorded,
} from '#events';
import { canonicalBytes } from '#json';

const context: Context = { actor: { id: 'ana', kind: 'human', roles: ['developer'] } };
const happened = (reason: string | number): Event => ({
  type: 'FreezeLifted',
  version: 1,
  data: { freezeId: 'f', reason: `${reason}`, liftedBy: 'ana' },
});
const denied: Event = { type: 'AccessDenied', version: 1, data: { subject: 'ana' } };
const reasonsOf = (events: readonly Recorded[]) => events.map(({ data }) => data['reason']);
const positionsOf = (events: readonly Recorded[]) => events.map(({ position }) => position);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const rise = (numbers: readonly number[]) => numbers.every((n, i) => i === 0 || n > numbers[i - 1]!);

async function all(store: EventStore, after = 0, types?: ReadonlySet<string>): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const batch of store.batches({ after, types, live: false })) events.push(...batch.events);
  return events;
}

/** Reads live until `wanted` events came. */
async function follow(store: EventStore, after: number, wanted: number, types?: ReadonlySet<string>) {
  const stop = new AbortController();
  const events: Recorded[] = [];
  for await (const batch of store.batches({ after, types, signal: stop.signal })) {
    events.push(...batch.events);
    if (events.length >= wanted) stop.abort();
  }
  return events;
}

/** Whether a store numbers its positions 1, 2, 3 …, or only ever upwards. */
interface Traits {
  readonly contiguous?: boolean;
}

/** What every event store must do; `open` gives an empty one of its own. */
export function storeContract(
  name: string,
  open: () => Promise<EventStore>,
  { contiguous = true }: Traits = {},
) {
  const opened: EventStore[] = [];
  const fresh = async () => {
    const store = await open();
    opened.push(store);
    return store;
  };
  const ordered = (events: readonly Recorded[]) =>
    contiguous
      ? expect(positionsOf(events)).toEqual(upTo(events.length))
      : expect(rise(positionsOf(events))).toBe(true);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  describe(`${name} as an event store: a stream`, () => {
    test('gives back what was appended, in order', async () => {
      const store = await fresh();
      await store.append('freeze-1', 0, [happened(1), happened(2)], context);
      await store.append('freeze-1', 2, [happened(3)], context);
      const read = await store.read('freeze-1');
      expect(reasonsOf(read)).toEqual(['1', '2', '3']);
      expect(read.map(({ revision }) => revision)).toEqual([1, 2, 3]);
    });

    test('is empty when nothing was appended to it', async () => {
      const store = await fresh();
      await store.append('freeze-1', 0, [happened(1)], context);
      expect(await store.read('freeze-2')).toEqual([]);
      expect(await store.read('freeze-')).toEqual([]);
    });

    test('can be read from a revision on', async () => {
      const store = await fresh();
      await store.append('freeze-1', 0, [1, 2, 3, 4].map(happened), context);
      expect(reasonsOf(await store.read('freeze-1', 3))).toEqual(['3', '4']);
      expect(await store.read('freeze-1', 5)).toEqual([]);
    });

    test('has any name of a kind, a hyphen and an id', async () => {
      const store = await fresh();
      const names = [
        'freeze-a-b',
        'reservation-checkout@prod/eu',
        'freeze-ümläut 🚀 % $1 \' "',
        `freeze-${'x'.repeat(1_900)}`,
      ];
      for (const stream of names) await store.append(stream, 0, [happened(stream.length)], context);
      for (const stream of names) expect(await store.read(stream)).toMatchObject([{ stream, revision: 1 }]);
    });
  });

  describe(`${name} as an event store: an expected revision`, () => {
    test('is exact: neither behind nor ahead of the stream', async () => {
      const store = await fresh();
      await store.append('freeze-1', 0, [happened(1), happened(2)], context);
      for (const expected of [0, 1, 3, 2_000_000])
        await expect(store.append('freeze-1', expected, [happened('no')], context)).rejects.toEqual(
          new ConcurrentWrite('freeze-1', expected, 2),
        );
      await expect(store.append('freeze-2', 1, [happened('no')], context)).rejects.toEqual(
        new ConcurrentWrite('freeze-2', 1, 0),
      );
      expect(reasonsOf(await all(store))).toEqual(['1', '2']);
    });

    test('lets one of many racing writers win, and tells the others where the stream is', async () => {
      const store = await fresh();
      const results = await Promise.allSettled(
        upTo(20).map((i) => store.append('freeze-1', 0, [happened(i), happened(i)], context)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected')
          expect(result.reason).toEqual(new ConcurrentWrite('freeze-1', 0, 2));
      expect(await all(store)).toHaveLength(2);
    });

    test('may be anything, where only the fact matters', async () => {
      const store = await fresh();
      await store.append('freeze-1', 0, [happened(0)], context);
      const appended = await Promise.all(
        upTo(25).map((i) => store.append('freeze-1', 'any', [happened(i), happened(i)], context)),
      );
      const revisions = appended.map(({ revision }) => revision).sort((a, b) => a - b);
      expect(revisions).toEqual(upTo(25).map((i) => 1 + 2 * i));
      const read = await store.read('freeze-1');
      expect(read.map(({ revision }) => revision)).toEqual(upTo(51));
      for (let i = 1; i < 51; i += 2) expect(read[i]!.data).toEqual(read[i + 1]!.data);
    });

    test('is a whole number from 0 on', async () => {
      const store = await fresh();
      for (const expected of [-1, 1.5, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY])
        await expect(store.append('freeze-1', expected, [happened(1)], context)).rejects.toThrow(
          /expected revision/,
        );
      expect(await store.head()).toBe(0);
    });
  });

  describe(`${name} as an event store: an append`, () => {
    test('says where its last event stands', async () => {
      const store = await fresh();
      const one = await store.append('freeze-1', 0, [happened(1), happened(2)], context);
      const two = await store.append('freeze-2', 0, [happened(3)], context);
      expect(one.revision).toBe(2);
      expect(two.revision).toBe(1);
      const events = await all(store);
      expect([one.position, two.position]).toEqual([events[1]!.position, events[2]!.position]);
      expect(await store.head()).toBe(two.position);
    });

    test('answers each of many callers its own', async () => {
      const store = await fresh();
      await store.append('freeze-5', 0, [happened('old')], context);
      const results = await Promise.allSettled(
        upTo(300).map((i) => {
          const many = upTo(1 + (i % 3)).map((k) => happened(`${i}/${k}`));
          return store.append(`freeze-${i}`, i % 10 === 7 ? 4 : 0, many, context);
        }),
      );
      const byPosition = new Map((await all(store)).map((event) => [event.position, event]));
      for (const [at, result] of results.entries()) {
        const i = at + 1;
        if (i === 5 || i % 10 === 7)
          expect(result).toMatchObject({ reason: { stream: `freeze-${i}`, actual: i === 5 ? 1 : 0 } });
        else {
          const { value } = result as PromiseFulfilledResult<{ position: number; revision: number }>;
          expect(value.revision).toBe(1 + (i % 3));
          expect(byPosition.get(value.position)!.data['reason']).toBe(`${i}/${value.revision}`);
        }
      }
    });

    test('fails alone: its neighbours of the same moment are stored', async () => {
      const store = await fresh();
      const results = await Promise.allSettled([
        store.append('freeze-1', 0, [happened(1)], context),
        store.append('freeze-2', 9, [happened(2)], context),
        store.append('freeze-3\0', 0, [happened(3)], context),
        store.append('freeze-4', 0, [happened('x'.repeat(MAX_ENTRY))], context),
        store.append('freeze-5', 0, [], context),
        store.append('freeze-6', 0, [happened(6)], context),
      ]);
      expect(results.map(({ status }) => status === 'fulfilled')).toEqual([
        true,
        false,
        false,
        false,
        false,
        true,
      ]);
      expect(new Set(reasonsOf(await all(store)))).toEqual(new Set(['1', '6']));
    });

    test('is whole or not at all', async () => {
      const store = await fresh();
      const tooLarge = happened('x'.repeat(MAX_ENTRY));
      await expect(
        store.append('freeze-1', 0, [happened(1), tooLarge, happened(3)], context),
      ).rejects.toThrow();
      await expect(store.append('freeze-1', 1, [happened(1), happened(2)], context)).rejects.toThrow();
      expect(await store.read('freeze-1')).toEqual([]);
      expect(await store.head()).toBe(0);
      const racing = upTo(40).map((i) =>
        store.append(`freeze-${i % 4}`, 0, [1, 2, 3].map(happened), context),
      );
      await Promise.allSettled(racing);
      for (const i of [0, 1, 2, 3]) expect(await store.read(`freeze-${i}`)).toHaveLength(3);
    });

    test('to what is no stream is refused', async () => {
      const store = await fresh();
      const tooLong = `freeze-${'x'.repeat(2_000)}`;
      for (const stream of ['freeze', '-1', 'freeze-', 'free ze-1', 'freeze-\0', 'freeze-\n', '', tooLong])
        await expect(store.append(stream, 0, [happened(1)], context)).rejects.toMatchObject({
          code: 'INVALID_STREAM',
        });
      expect(await store.head()).toBe(0);
    });

    test('of an event over 64 KiB is refused, and one that just fits is kept whole', async () => {
      const store = await fresh();
      await store.append('freeze-1', 0, [happened('')], context);
      const room = MAX_ENTRY - (await store.read('freeze-1'))[0]!.bytes.length;
      await store.append('freeze-2', 0, [happened('x'.repeat(room))], context);
      expect((await store.read('freeze-2'))[0]!.bytes).toHaveLength(MAX_ENTRY);
      const refused = store.append('freeze-3', 0, [happened('x'.repeat(room + 1))], context);
      await expect(refused).rejects.toMatchObject({ code: 'EVENT_TOO_LARGE' });
      expect(await all(store)).toHaveLength(2);
    });

    test('of a secret is refused, wherever in the event it stands (LIB-01 S3)', async () => {
      const store = await fresh();
      const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow==';
      const attempts: [string, Event, Context][] = [
        ['data.reason', happened(`see ${key}`), context],
        ['data.deep.0.note', { ...denied, data: { deep: [{ note: key }] } }, context],
        ['actor.id', denied, { actor: { ...context.actor, id: `ghp_${'a'.repeat(36)}` } }],
        ['commandId', denied, { ...context, commandId: `AKIA${'A'.repeat(16)}` }],
      ];
      for (const [field, event, from] of attempts)
        await expect(store.append('freeze-1', 0, [event], from)).rejects.toMatchObject({
          code: 'SECRET_IN_EVENT',
          message: expect.stringContaining(`${field} looks like a secret`),
        });
      expect(await store.head()).toBe(0);
    });

    test('of what JSON cannot carry is refused', async () => {
      const store = await fresh();
      for (const value of [Number.NaN, 1n, new Date(0), '\ud800'])
        await expect(
          store.append('freeze-1', 0, [{ ...denied, data: { value } }], context),
        ).rejects.toThrow();
      expect(await store.head()).toBe(0);
    });
  });

  describe(`${name} as an event store: an event`, () => {
    test('keeps who, on whose behalf, when, and what it came from', async () => {
      const store = await fresh();
      const full: Context = {
        actor: { id: 'slipway:approvals', kind: 'service', roles: ['a', 'b'], onBehalfOf: 'ana' },
        occurredAt: '2027-03-28T01:00:00.000Z',
        commandId: 'c-1',
        commandHash: 'h-1',
        correlationId: 'request-7',
        causationId: 'event-6',
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      };
      await store.append('freeze-1', 0, [happened(1)], full);
      const [event] = await store.read('freeze-1');
      expect(event).toMatchObject({ ...full, ...happened(1), stream: 'freeze-1', revision: 1 });
      expect((await all(store))[0]).toEqual(event);
    });

    test('is its own correlation when nothing else is, and happened when it was recorded', async () => {
      const store = await fresh();
      await store.append('freeze-1', 0, [happened(1), happened(2)], context);
      const read = await store.read('freeze-1');
      for (const { id, correlationId, occurredAt, recordedAt } of read) {
        expect(correlationId).toBe(id);
        expect(occurredAt).toBe(recordedAt);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }
      expect(new Set(read.map(({ id }) => id)).size).toBe(2);
    });

    test('has the id that its command gives it, each time', async () => {
      const ids = async () => {
        const store = await fresh();
        await store.append('freeze-1', 0, [happened(1), happened(2)], { ...context, commandId: 'c-1' });
        return (await store.read('freeze-1')).map(({ id }) => id);
      };
      const first = await ids();
      expect(new Set(first).size).toBe(2);
      expect(await ids()).toEqual(first);
    });

    test('is stored as canonical JSON, and those very bytes are read, followed and hashed', async () => {
      const store = await fresh();
      const odd = { b: 1e21, a: 'ü🚀 \n', ﬁ: -0, nested: { z: [1, null, true], y: undefined } };
      await store.append('freeze-1', 0, [{ ...denied, data: odd }], context);
      const [read] = await store.read('freeze-1');
      const [followed] = await all(store);
      expect(read!.bytes).toEqual(canonicalBytes(JSON.parse(read!.bytes.toString())));
      expect(read!.bytes.toString()).toContain(
        '"data":{"a":"ü🚀 \\n","b":1e+21,"nested":{"z":[1,null,true]},"ﬁ":0}',
      );
      const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
      expect(hash(followed!.bytes)).toBe(hash(read!.bytes));
    });
  });

  describe(`${name} as an event store: the log`, () => {
    test('is empty at first', async () => {
      const store = await fresh();
      expect(await store.head()).toBe(0);
      expect(await all(store)).toEqual([]);
    });

    test('numbers its events in the order of commits, refusals leave no gap', async () => {
      const store = await fresh();
      await Promise.allSettled(
        upTo(300).map((i) => store.append(`freeze-${i % 200}`, 0, [happened(i), happened(i)], context)),
      );
      const events = await all(store);
      expect(events).toHaveLength(400);
      ordered(events);
    });

    test('can be read from a position on, in pieces of any size', async () => {
      const store = await fresh();
      for (let i = 1; i <= 7; i++) await store.append(`freeze-${i}`, 0, [happened(i)], context);
      const whole = await all(store);
      for (const limit of [1, 2, 3, 7, 50]) {
        const events: Recorded[] = [];
        for await (const batch of store.batches({ after: whole[1]!.position, live: false, limit })) {
          expect(batch.events.length).toBeLessThanOrEqual(limit);
          events.push(...batch.events);
        }
        expect(reasonsOf(events)).toEqual(['3', '4', '5', '6', '7']);
      }
    });

    test('can be read by type, and says how far it was read nonetheless', async () => {
      const store = await fresh();
      await store.append('freeze-1', 0, [denied, happened(1), denied, happened(2), denied], context);
      let last = 0;
      const events: Recorded[] = [];
      for await (const batch of store.batches({
        after: 0,
        live: false,
        types: new Set(['FreezeLifted']),
        limit: 2,
      })) {
        events.push(...batch.events);
        expect(batch.position).toBeGreaterThan(last);
        last = batch.position;
      }
      expect(reasonsOf(events)).toEqual(['1', '2']);
      if (contiguous) expect(last).toBe(await store.head());
      expect(await all(store, 0, new Set(['Nothing']))).toEqual([]);
    });

    test('is followed: history first, then what comes, each event once', async () => {
      const store = await fresh();
      await store.append('freeze-1', 0, [happened(1), happened(2)], context);
      const [before] = await store.read('freeze-1');
      const following = [follow(store, 0, 30), follow(store, before!.position, 29)];
      for (let i = 3; i <= 30; i++) await store.append(`freeze-${i}`, 0, [happened(i)], context);
      const [whole, rest] = await Promise.all(following);
      expect(reasonsOf(whole!)).toEqual(upTo(30).map(String));
      expect(reasonsOf(rest!)).toEqual(upTo(30).slice(1).map(String));
    });

    test('is followed by type, and the position goes on past the others', async () => {
      const store = await fresh();
      const stop = new AbortController();
      const reached = new Set<number>();
      const events: Recorded[] = [];
      const following = (async () => {
        for await (const batch of store.batches({
          after: 0,
          types: new Set(['FreezeLifted']),
          signal: stop.signal,
        })) {
          events.push(...batch.events);
          reached.add(batch.position);
          if (events.length === 2) stop.abort();
        }
      })();
      await store.append('freeze-1', 0, [happened(1)], context);
      const { position } = await store.append('freeze-2', 0, [denied, denied], context);
      await expect.poll(() => Math.max(...reached)).toBeGreaterThanOrEqual(contiguous ? position : 0);
      await store.append('freeze-3', 0, [happened(2)], context);
      await following;
      expect(reasonsOf(events)).toEqual(['1', '2']);
    });

    test('is followed while many write', async () => {
      const store = await fresh();
      const following = follow(store, 0, 600);
      await Promise.all(
        upTo(8).map(async (writer) => {
          for (let i = 0; i < 25; i++)
            await store.append(
              `freeze-${writer}`,
              i * 3,
              [1, 2, 3].map((k) => happened(`${writer}/${i * 3 + k}`)),
              context,
            );
        }),
      );
      const events = await following;
      ordered(events);
      for (const writer of upTo(8))
        expect(reasonsOf(events.filter(({ stream }) => stream === `freeze-${writer}`))).toEqual(
          upTo(75).map((i) => `${writer}/${i}`),
        );
    });

    test('stops being followed when asked to, or when the store is closed', async () => {
      const store = await fresh();
      const stop = new AbortController();
      const ends = [stop.signal, AbortSignal.abort(), undefined].map((signal) => nothingComes(store, signal));
      await ends[1];
      stop.abort();
      await ends[0];
      await store.close();
      await ends[2];
    });
  });
}

async function nothingComes(store: EventStore, signal: AbortSignal | undefined): Promise<void> {
  for await (const { events } of store.batches({ after: 0, signal })) expect(events).toEqual([]);
}
