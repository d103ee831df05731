import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineEvent, type EventOf } from './event.js';
import type { Decision, Entity } from './execute.js';
import { Rejected } from './rejected.js';
import { given } from './spec.js';

const Opened = defineEvent('Opened', z.object({ door: z.string(), by: z.string().optional() }));
const Closed = defineEvent('Closed', z.object({ door: z.string() }));
type DoorEvent = EventOf<typeof Opened> | EventOf<typeof Closed>;

const door: Entity<'open' | 'closed', DoorEvent> = {
  category: 'door',
  initialState: 'closed',
  evolve: (_, { type }) => (type === 'Opened' ? 'open' : 'closed'),
};
const open: Decision<'open' | 'closed', DoorEvent> = (state) =>
  state === 'open' ? [] : [Opened({ door: 'a', by: undefined })];
const knock: Decision<'open' | 'closed', DoorEvent> = () => [Closed({ door: 'a' })];
const kick: Decision<'open' | 'closed', DoorEvent> = () => {
  throw new Rejected([
    { code: 'RUDE', message: 'Knock.' },
    { code: 'LOUD', message: 'Knock softly.' },
  ]);
};

describe('the words of a domain spec', () => {
  test('pass where they are true', () => {
    given(door)
      .when(open)
      .emits(Opened({ door: 'a' }));
    given(door, Opened({ door: 'a' }))
      .when(open)
      .doesNothing();
    given(door, Opened({ door: 'a' }), Closed({ door: 'a' }))
      .when(open)
      .settles();
    given(door).when(kick).isRejected('RUDE', 'LOUD');
  });

  test.each<[string, () => void]>([
    [
      'another fact',
      () =>
        given(door)
          .when(open)
          .emits(Opened({ door: 'b' })),
    ],
    ['a fact too many', () => given(door).when(open).emits()],
    [
      'a fact too few',
      () =>
        given(door, Opened({ door: 'a' }))
          .when(open)
          .emits(Opened({ door: 'a' })),
    ],
    ['facts where nothing was to do', () => given(door).when(open).doesNothing()],
    ['another code', () => given(door).when(kick).isRejected('RUDE')],
    ['facts where a refusal was due', () => given(door).when(open).isRejected('RUDE')],
    ['the same fact twice', () => given(door).when(knock).settles()],
  ])('fail on %s', (_, claim) => {
    expect(claim).toThrow();
  });
});
