import { FreezeDeclared, FreezeLifted, WindowReserved, ReservationReleased } from '#events';
import { given } from '#events/spec';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { declare, freeze, type FreezeTerms, lift } from './freeze.js';
import { placeOf, release, reservation, reserve } from './reservation.js';

const NOW = new Date('2027-01-29T12:00:00Z');
const terms: FreezeTerms = {
  name: 'Year end',
  reason: 'fiscal',
  mode: 'hard',
  start: '2027-01-29T18:00:00Z',
  end: '2027-02-01T06:00:00Z',
  scope: { services: ['ledger'] },
  allowedKinds: ['HOTFIX'],
};
const declared = FreezeDeclared({ freezeId: 'f1', ...terms, declaredBy: 'mara' });

describe('a freeze', () => {
  test('is declared once, whoever repeats it', () => {
    given(freeze)
      .when(declare('f1', terms, 'mara', NOW))
      .emits(declared);
    given(freeze, declared)
      .when(declare('f1', terms, 'otto', NOW))
      .doesNothing();
  });

  test('keeps its terms', () =>
    given(freeze, declared)
      .when(declare('f1', { ...terms, mode: 'soft' }, 'mara', NOW))
      .isRejected('ALREADY_DECLARED'));

  test('SCH-03.8: is neither empty nor past', () => {
    given(freeze)
      .when(declare('f1', { ...terms, end: terms.start }, 'mara', NOW))
      .isRejected('INTERVAL_INVALID');
    given(freeze)
      .when(declare('f1', terms, 'mara', new Date(terms.end)))
      .isRejected('IN_THE_PAST');
  });

  test('is lifted once', () => {
    const lifted = FreezeLifted({ freezeId: 'f1', reason: 'over', liftedBy: 'mara' });
    given(freeze, declared)
      .when(lift('f1', 'over', 'mara'))
      .emits(lifted);
    given(freeze, declared, lifted)
      .when(lift('f1', 'over', 'mara'))
      .doesNothing();
    given(freeze)
      .when(lift('f1', 'over', 'mara'))
      .isRejected('NOT_FOUND');
  });
});

describe('a place in the calendar', () => {
  const slot = (deploymentId: string, start: string, end: string) => ({
    deploymentId,
    service: 'ledger',
    environment: 'production',
    start: `2027-01-10T${start}:00.000Z`,
    end: `2027-01-10T${end}:00.000Z`,
  });
  const first = slot('d1', '22:00', '23:30');

  test('has one holder at a time; touching ones do not overlap', () => {
    given(reservation).when(reserve(first)).emits(WindowReserved(first));
    given(reservation, WindowReserved(first))
      .when(reserve(slot('d2', '23:29', '23:59')))
      .isRejected('SAME_SERVICE');
    const next = slot('d2', '23:30', '23:59');
    given(reservation, WindowReserved(first)).when(reserve(next)).emits(WindowReserved(next));
  });

  test('moves with its holder, and is given back once', () => {
    const moved = slot('d1', '20:00', '21:00');
    given(reservation, WindowReserved(first)).when(reserve(first)).doesNothing();
    given(reservation, WindowReserved(first)).when(reserve(moved)).emits(WindowReserved(moved));
    const { deploymentId, service, environment } = first;
    const back = ReservationReleased({ deploymentId, service, environment, reason: 'done' });
    given(reservation, WindowReserved(first)).when(release('d1', 'done')).emits(back);
    given(reservation, WindowReserved(first), back).when(release('d1', 'done')).doesNothing();
    given(reservation, WindowReserved(first), back)
      .when(reserve(slot('d2', '22:30', '23:00')))
      .emits(WindowReserved(slot('d2', '22:30', '23:00')));
  });

  test('is never held twice, whatever is asked in whatever order', () => {
    const hour = (n: number) => new Date(Date.UTC(2027, 0, 1, n)).toISOString();
    const command = fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      start: fc.integer({ min: 0, max: 20 }),
      length: fc.integer({ min: 1, max: 5 }),
      gives: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        let state = reservation.initialState;
        for (const { id, start, length, gives } of commands) {
          const wanted = {
            deploymentId: `d${id}`,
            service: 's',
            environment: 'e',
            start: hour(start),
            end: hour(start + length),
          };
          try {
            for (const event of (gives ? release(`d${id}`, 'x') : reserve(wanted))(state))
              state = reservation.evolve(state, event);
          } catch (error) {
            expect(error).toMatchObject({ code: 'SAME_SERVICE' });
          }
          const held = [...state.values()];
          for (const a of held)
            for (const b of held) if (a !== b) expect(a.start < b.end && b.start < a.end).toBe(false);
        }
      }),
    );
  });

  test('is named by service and environment', () =>
    expect(placeOf('ledger', 'production')).toBe('ledger@production'));
});
