import { describe, expect, test } from 'vitest';
import { alternatives } from './alternatives.js';
import type { Candidate } from './candidate.js';
import { at, candidate, during, freeze, NOW, reservation, window } from './example.js';
import type { Snapshot } from './snapshot.js';

const starts = (snapshot: Snapshot, asked: Partial<Candidate> = {}, now = NOW) =>
  alternatives(candidate(asked), snapshot, now).map(({ start }) => start);

describe('alternatives', () => {
  test('are the five next slots, apart by what they occupy', () => {
    expect(starts({ reservations: [reservation()] })).toEqual([
      at('23:30'),
      at('25:00'),
      at('26:30'),
      at('28:00'),
      at('29:30'),
    ]);
    expect(
      starts({ reservations: [reservation()] }, { preBufferMinutes: 15, soakMinutes: 0 }).slice(0, 2),
    ).toEqual([at('23:45'), at('25:00')]);
  });

  test('leave out the slot asked for when that is free', () => {
    expect(starts({}).slice(0, 2)).toEqual([at('23:30'), at('25:00')]);
  });

  test('carry what they still would warn of', () => {
    const snapshot = {
      freezes: [freeze({ mode: 'soft', start: at('0:00'), end: at('24:30') })],
      reservations: [reservation()],
    };
    const [first, second] = alternatives(candidate(), snapshot, NOW);
    expect(first).toMatchObject({ start: at('23:30'), end: at('24:30') });
    expect(first?.conflicts.map(({ code }) => code)).toEqual(['FREEZE', 'PROXIMITY']);
    expect(second?.conflicts.map(({ code }) => code)).toEqual(['PROXIMITY']);
  });

  test('go where the windows are, and into an off-hours override', () => {
    const windows = [
      window({ occurrences: [during('48:00', '49:00'), during('72:00', '73:15'), during('96:00', '98:00')] }),
    ];
    expect(starts({ windows }, { rollbackMinutes: 15 })).toEqual([at('72:00'), at('96:00')]);
    const overrides = [{ id: 'O', deployment: 'D', ...during('50:00', '51:15') }];
    expect(starts({ windows, overrides }, { rollbackMinutes: 15 })).toEqual([
      at('50:00'),
      at('72:00'),
      at('96:00'),
    ]);
  });

  test('pass over a freeze, but not over the exception within', () => {
    const freezes = [freeze({ start: at('0:00'), end: at('60:00') })];
    expect(starts({ freezes })[0]).toBe(at('60:00'));
    const exceptions = [{ id: 'E', freeze: 'F', deployment: 'D', ...during('30:00', '31:30') }];
    expect(starts({ freezes, exceptions }).slice(0, 2)).toEqual([at('30:00'), at('60:00')]);
  });

  test('wait for readiness, notice, people, regions and providers as long as needed', () => {
    const now = new Date(at('20:00'));
    const first = (snapshot: Snapshot, asked: Partial<Candidate> = {}) => starts(snapshot, asked, now)[0];
    expect(first({ readiness: [] })).toBe(at('44:00'));
    expect(first({}, { notice: { earliestStart: at('30:00') } })).toBe(at('30:00'));
    expect(first({ onCall: [{ service: 'ledger', person: 'ana', ...during('33:00', '34:00') }] })).toBe(
      at('33:00'),
    );
    expect(
      first({ regions: [{ id: 'eu', permitted: [during('40:00', '41:00')] }] }, { regions: ['eu'] }),
    ).toBe(at('40:00'));
    const provider = reservation({
      services: ['auth'],
      ...during('35:00', '36:00'),
      delivers: [{ service: 'auth', version: '2' }],
    });
    const snapshot = { live: [], reservations: [provider] };
    expect(first(snapshot, { requires: [{ service: 'auth', version: '2' }] })).toBe(at('36:30'));
    const incidents = [{ id: 'I', severity: 'SEV1' as const, services: ['ledger'], openedAt: at('19:00') }];
    expect(first({ incidents })).toBe(at('22:01'));
  });

  test('wait for a place, a booking and a commitment to end', () => {
    const policy = { perEnvironment: 1 };
    const other = reservation({ services: ['x'], ...during('22:00', '30:00') });
    expect(starts({ policy, reservations: [other] })[0]).toBe(at('30:30'));
    expect(starts({ bookings: [{ id: 'B', environment: 'prod', ...during('22:00', '31:00') }] })[0]).toBe(
      at('31:00'),
    );
    expect(starts({ commitments: [{ id: 'C', effect: 'BLOCK', ...during('22:00', '32:00') }] })[0]).toBe(
      at('32:00'),
    );
  });

  test('are none when nothing helps', () => {
    expect(starts({ budgets: [{ service: 'ledger', state: 'EXHAUSTED' }] })).toEqual([]);
    expect(starts({ live: [] }, { requires: [{ service: 'auth', version: '2' }] })).toEqual([]);
    expect(starts({ windows: [] })).toEqual([]);
  });

  test('lie between the earliest and the latest start, both inclusive, and never in the past', () => {
    expect(starts({}, { earliest: at('1:00'), latest: at('2:30') })).toEqual([at('1:00'), at('2:30')]);
    expect(starts({}, { latest: at('22:00') })).toEqual([]);
    expect(starts({}, { latest: at('23:30') }, new Date(at('22:07')))).toEqual([at('22:07')]);
    expect(starts({ policy: { horizonDays: 1 }, freezes: [freeze({ end: at('46:00') })] })).toEqual([
      at('46:00'),
    ]);
    expect(starts({ policy: { horizonDays: 1 }, freezes: [freeze({ end: at('46:01') })] })).toEqual([]);
  });

  test('start on whole minutes', () => {
    const other = reservation({ end: '2027-03-10T23:00:00.001Z' });
    expect(starts({ reservations: [other] })[0]).toBe(at('23:31'));
    expect(starts({}, { earliest: '2027-03-10T00:00:00.001Z' })[0]).toBe(at('0:01'));
  });

  test('are refused for a range that is reversed or no time at all', () => {
    expect(() => starts({}, { earliest: at('3:00'), latest: at('2:00') })).toThrow(
      'candidate.latest must not lie before',
    );
    expect(() => starts({}, { latest: at('21:00') })).toThrow('candidate.latest must not lie before');
    expect(() => starts({}, { earliest: 'soon' })).toThrow('candidate.earliest must be an instant');
    expect(() => starts({}, { latest: 'late' })).toThrow('candidate.latest must be an instant');
  });
});
