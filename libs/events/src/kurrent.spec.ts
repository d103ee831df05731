import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AllStreamResolvedEvent } from '@kurrent/kurrentdb-client';
import { entriesOf, type Entry } from './envelope.js';
import {
  ForeignEvent,
  isNotLeader,
  isStated,
  OURS,
  placeAfter,
  positionOf,
  proposalOf,
  recordedIn,
  revisionOf,
  stateOf,
  storeError,
} from './kurrent.js';
import { ConcurrentWrite, StoreUnavailable } from './store.js';

const context = { actor: { id: 'ana', kind: 'human', roles: [] } } as const;
const lifted = { type: 'FreezeLifted', version: 1, data: { freezeId: 'f', reason: 'done', liftedBy: 'ana' } };
const [entry] = entriesOf('freeze-1', 4, [lifted], context, new Date(0)) as [Entry];

/** An event as a read gives it. */
function resolved(at: bigint, changed: object = {}): AllStreamResolvedEvent {
  const { id, type, data } = proposalOf(entry);
  const position = { commit: at, prepare: at };
  const event = {
    id,
    type,
    data,
    streamId: 'freeze-1',
    revision: 4n,
    position,
    isJson: false,
    created: new Date(0),
  };
  return { event: { ...event, ...changed } } as AllStreamResolvedEvent;
}

describe('a revision in KurrentDB', () => {
  test('is that of the last event, from 0, and no stream where there is none', () => {
    expect([0, 1, 2, 1_000_000].map(stateOf)).toEqual(['no_stream', 0n, 1n, 999_999n]);
    expect((['no_stream', 0n, 41n] as const).map(revisionOf)).toEqual([0, 1, 42]);
  });

  test('comes back as it went', () =>
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), (revision) => {
        const state = stateOf(revision);
        expect(revisionOf(state === 'no_stream' ? state : (state as bigint))).toBe(revision);
      }),
    ));
});

describe('a position in KurrentDB', () => {
  test('is the commit position, as long as a number holds it exactly', () => {
    expect(positionOf(0n)).toBe(0);
    expect(positionOf(9_007_199_254_740_991n)).toBe(Number.MAX_SAFE_INTEGER);
    for (const unsafe of [9_007_199_254_740_992n, -1n, undefined])
      expect(() => positionOf(unsafe)).toThrow(RangeError);
  });

  test('is read after, and 0 is the start', () => {
    expect(placeAfter(0)).toBe('start');
    expect(placeAfter(1_234)).toEqual({ commit: 1_234n, prepare: 1_234n });
  });
});

describe('the filter', () => {
  test('leaves out the types of the server, and nothing else', () => {
    const wanted = new RegExp(OURS.regex);
    expect(['FreezeLifted', 'a$b', 'X'].every((type) => wanted.test(type))).toBe(true);
    expect(['$metadata', '$>', '$statsCollected', '$$x'].some((type) => wanted.test(type))).toBe(false);
    expect(OURS.filterOn).toBe('eventType');
  });
});

describe('a stored event', () => {
  test('holds our bytes and comes back with them', () => {
    const { data, contentType, type } = proposalOf(entry);
    expect([contentType, type]).toEqual(['application/octet-stream', 'FreezeLifted']);
    expect(Buffer.from(data).equals(entry.bytes)).toBe(true);
    const recorded = recordedIn(resolved(77n));
    expect(recorded.bytes.equals(entry.bytes)).toBe(true);
    expect(recorded).toMatchObject({ stream: 'freeze-1', revision: 5, position: 77, type: 'FreezeLifted' });
  });

  test('has an id that other bytes do not have', () => {
    const again = entriesOf('freeze-1', 4, [lifted], { ...context, commandId: 'c' }, new Date(0));
    const other = entriesOf('freeze-1', 4, [lifted], { ...context, commandId: 'c' }, new Date(1));
    const ids = [again[0]!, other[0]!].map((each) => proposalOf(each).id);
    expect(new Set(ids).size).toBe(2);
    expect(proposalOf(again[0]!).id).toBe(ids[0]);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('is ours only where it says so itself', () => {
    const foreign: object[] = [
      { data: { json: true }, isJson: true },
      { data: Buffer.from('not json') },
      { data: Buffer.from('{}') },
      { streamId: 'freeze-2' },
      { revision: 5n },
    ];
    for (const changed of foreign) expect(() => recordedIn(resolved(77n, changed))).toThrow(ForeignEvent);
    expect(() => recordedIn({})).toThrow(ForeignEvent);
  });
});

describe('an error of the client', () => {
  const append = { stream: 'freeze-1', expected: 3 };

  test('about another revision is a lost race, and says where the stream is', () => {
    const lost = (actualState: unknown) =>
      storeError({ type: 'wrong-expected-version', actualState }, append);
    expect(lost(6n)).toEqual(new ConcurrentWrite('freeze-1', 3, 7));
    expect(lost('no_stream')).toEqual(new ConcurrentWrite('freeze-1', 3, 0));
  });

  test('about too much at once says how much is taken', () => {
    expect(storeError({ type: 'maximum-append-size-exceeded', maxAppendSize: 1024 }, append)).toMatchObject({
      code: 'EVENT_TOO_LARGE',
      message: expect.stringContaining('the 1024 bytes that'),
    });
    expect(storeError({ type: 'maximum-append-size-exceeded' })).toMatchObject({
      message: expect.stringContaining('than the number of bytes that'),
    });
  });

  test('that the server states about the call stays what it is', () => {
    for (const type of ['access-denied', 'stream-deleted', 'invalid-argument', 'unsupported']) {
      const error = Object.assign(new Error(type), { type });
      expect(isStated(error)).toBe(true);
      expect(storeError(error, append)).toBe(error);
    }
  });

  test('of any other kind leaves the outcome unknown, and keeps its cause', () => {
    const causes = [
      'unavailable',
      'deadline-exceeded',
      'cancelled',
      'unknown',
      'timeout',
      'not-leader',
      'new one',
    ]
      .map((type) => Object.assign(new Error(type), { type }) as Error)
      .concat(new Error('Failed to discover after 10 attempts.'));
    for (const cause of causes) {
      expect(isStated(cause)).toBe(false);
      expect(storeError(cause, append)).toEqual(new StoreUnavailable(cause));
    }
    expect(causes.map(isNotLeader)).toEqual(causes.map(({ message }) => message === 'not-leader'));
  });
});
