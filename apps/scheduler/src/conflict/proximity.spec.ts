import { describe, expect, test } from 'vitest';
import type { Candidate, Reservation } from './candidate.js';
import { evaluate } from './conflicts.js';
import { at, brief, candidate, during, freeze, NOW, reservation } from './example.js';
import type { Snapshot } from './snapshot.js';

const dependencies: Snapshot['dependencies'] = [
  { consumer: 'ledger', provider: 'auth', kind: 'hard' },
  { consumer: 'ledger', provider: 'mail', kind: 'soft' },
  { consumer: 'auth', provider: 'vault', kind: 'hard' },
];
const judge = (snapshot: Snapshot, asked: Partial<Candidate> = {}) =>
  brief(candidate(asked), { dependencies, ...snapshot });
const ending = (end: string, changes: Partial<Reservation> = {}) => ({
  reservations: [reservation({ ...during('18:00', end), soakMinutes: 0, ...changes })],
});

describe('PROXIMITY before the start', () => {
  test('is of what ends, soak included, up to two hours before', () => {
    expect(judge(ending('20:00'))).toEqual(['INFO PROXIMITY X']);
    expect(judge(ending('22:00'))).toEqual(['INFO PROXIMITY X']);
    expect(judge(ending('19:59'))).toEqual([]);
    expect(judge(ending('19:30', { soakMinutes: 30 }))).toEqual(['INFO PROXIMITY X']);
    expect(judge(ending('22:01'))).toEqual(['BLOCKER SAME_SERVICE X']);
    expect(judge({ ...ending('19:59'), policy: { proximityBeforeHours: 3 } })).toHaveLength(1);
  });

  test('leaves to the pre-buffer what lies in it', () => {
    expect(judge(ending('21:00'), { preBufferMinutes: 60 })).toEqual(['INFO PROXIMITY X']);
    expect(judge(ending('21:01'), { preBufferMinutes: 60 })).toEqual(['BLOCKER SAME_SERVICE X']);
    expect(judge(ending('20:00'), { preBufferMinutes: 120 })).toEqual(['INFO PROXIMITY X']);
    expect(judge(ending('18:30'), { preBufferMinutes: 200 })).toEqual([]);
  });

  test.each([
    ['ledger', 1],
    ['auth', 1],
    ['mail', 1],
    ['vault', 0],
    ['blog', 0],
  ])('is of %s %i times', (service, count) => {
    expect(judge(ending('21:00', { services: [service] }))).toHaveLength(count);
  });

  test('is looked for in the same class of environment', () => {
    expect(judge(ending('21:00', { environment: 'prod-2' }))).toHaveLength(1);
    expect(judge(ending('21:00', { environment: 'stage', environmentClass: 'STAGING' }))).toEqual([]);
    expect(judge(ending('21:00', { id: 'D' }))).toEqual([]);
  });

  test('says what ends and when', () => {
    expect(evaluate(candidate(), ending('21:00'), NOW)[0]).toMatchObject({
      order: 16,
      interval: during('18:00', '21:00'),
      message: 'X ends at 2027-03-10T21:00:00.000Z, shortly before.',
    });
  });
});

describe('PROXIMITY after the window', () => {
  test('is of what would block and begins within an hour', () => {
    const beginning = (time: string, mode: 'hard' | 'soft' = 'hard') => ({
      freezes: [freeze({ mode, start: at(time), end: at('40:00') })],
    });
    expect(judge(beginning('23:30'))).toEqual(['INFO PROXIMITY F']);
    expect(judge(beginning('24:00'))).toEqual(['INFO PROXIMITY F']);
    expect(judge(beginning('24:01'))).toEqual([]);
    expect(judge(beginning('23:29'))).toEqual(['BLOCKER FREEZE F']);
    expect(judge(beginning('24:00', 'soft'))).toEqual([]);
    expect(judge(beginning('24:30'), { rollbackMinutes: 30 })).toEqual(['INFO PROXIMITY F']);
    expect(judge(beginning('24:00'), { soakMinutes: 120 })).toEqual(['BLOCKER FREEZE F']);
    expect(judge(beginning('25:00'), { soakMinutes: 120 })).toEqual([]);
    expect(judge({ ...beginning('25:00'), policy: { proximityAfterHours: 2 } })).toHaveLength(1);
  });

  test('is of deployments, bookings and commitments too', () => {
    const next = (changes: Partial<Reservation>) => ({
      reservations: [reservation({ ...during('23:45', '25:00'), ...changes })],
    });
    expect(judge(next({}))).toEqual(['INFO PROXIMITY X']);
    expect(judge(next({ services: ['auth'] }))).toEqual(['INFO PROXIMITY X']);
    expect(judge(next({ services: ['mail'] }))).toEqual([]);
    expect(judge(next({ services: ['blog'] }))).toEqual([]);
    expect(judge(next({ services: ['blog'], exclusive: true }))).toEqual(['INFO PROXIMITY X']);
    expect(judge(next({ environment: 'x', resources: ['db'] }), { resources: ['db'] })).toEqual([
      'INFO PROXIMITY X',
    ]);
    expect(judge(next({ id: 'D' }))).toEqual([]);
    expect(judge({ bookings: [{ id: 'B', environment: 'prod', ...during('23:45', '25:00') }] })).toEqual([
      'INFO PROXIMITY B',
    ]);
    expect(judge({ commitments: [{ id: 'C', effect: 'BLOCK', ...during('23:45', '25:00') }] })).toEqual([
      'INFO PROXIMITY C',
    ]);
    expect(judge({ commitments: [{ id: 'C', effect: 'WARN', ...during('23:45', '25:00') }] })).toEqual([]);
  });

  test('says what begins and when, and does not repeat what overlaps already', () => {
    const snapshot = { freezes: [freeze({ start: at('23:45'), end: at('40:00') })] };
    expect(evaluate(candidate(), snapshot, NOW)[0]).toMatchObject({
      severity: 'INFO',
      interval: during('23:45', '24:00'),
      message: 'F (FREEZE) begins at 2027-03-10T23:45:00.000Z, shortly after.',
    });
    const last = { freezes: [freeze({ start: at('24:00'), end: at('40:00') })] };
    expect(evaluate(candidate(), last, NOW)[0]?.interval).toEqual(during('24:00', '24:01'));
    expect(judge({ freezes: [freeze()] })).toEqual(['BLOCKER FREEZE F']);
  });

  test('is of nothing that the deployment would pass', () => {
    const snapshot = { freezes: [freeze({ start: at('23:45'), end: at('40:00') })] };
    expect(judge(snapshot, { kind: 'ROLLBACK' })).toEqual([]);
    expect(judge(snapshot, { emergency: { path: 'emergency', freezes: ['F'] } })).toEqual([]);
    const neighbour = { reservations: [reservation({ services: ['auth'], ...during('23:45', '25:00') })] };
    expect(judge(neighbour, { emergency: { path: 'emergency' } })).toEqual([]);
  });
});
