import { describe, expect, test } from 'vitest';
import { evaluate } from './conflicts.js';
import { brief, candidate, NOW, reservation } from './example.js';

const blockers = (start: string, end: string) =>
  brief(candidate({ start, end }), { reservations: [reservation()] }).filter((one) =>
    one.startsWith('BLOCKER'),
  );

describe('SAME_SERVICE', () => {
  test('SCH-04 S1: a start at 23:29 meets the soak of the one before, a start at 23:30 does not', () => {
    expect(blockers('2027-03-10T23:29:00Z', '2027-03-11T00:00:00Z')).toEqual(['BLOCKER SAME_SERVICE X']);
    expect(blockers('2027-03-10T23:30:00Z', '2027-03-11T00:00:00Z')).toEqual([]);
  });

  test('an end whose soak reaches the next start meets it', () => {
    expect(blockers('2027-03-10T21:00:00Z', '2027-03-10T21:31:00Z')).toEqual(['BLOCKER SAME_SERVICE X']);
    expect(blockers('2027-03-10T21:00:00Z', '2027-03-10T21:30:00Z')).toEqual([]);
  });

  test('says with whom, where, when and until when', () => {
    const other = reservation({ services: ['web', 'ledger'], start: '2027-03-10T22:45:00Z' });
    const [found] = evaluate(
      candidate({ services: ['api', 'ledger', 'web'] }),
      { reservations: [other] },
      NOW,
    );
    expect(found).toMatchObject({
      code: 'SAME_SERVICE',
      order: 3,
      rule: 'formulas 4.4 rule 3',
      counterpart: 'X',
      interval: { start: '2027-03-10T22:45:00.000Z', end: '2027-03-10T23:30:00.000Z' },
      message: 'X has ledger, web in prod until 2027-03-10T23:30:00.000Z, soak included.',
    });
  });

  test('is no matter in another environment, for another service, or with itself', () => {
    const judge = (changes: object) => brief(candidate(), { reservations: [reservation(changes)] });
    expect(judge({ environment: 'prod-2' })).toEqual([]);
    expect(judge({ services: ['web'] })).toEqual([]);
    expect(judge({ id: 'D' })).toEqual([]);
  });

  test('is one conflict when the other holds several places at once', () => {
    const reservations = [reservation({ services: ['web'] }), reservation({ services: ['ledger'] })];
    expect(brief(candidate({ services: ['ledger', 'web'] }), { reservations })).toEqual([
      'BLOCKER SAME_SERVICE X',
    ]);
  });

  test('keeps blocking in an authorised emergency and for a rollback', () => {
    const reservations = [reservation()];
    expect(brief(candidate({ emergency: { path: 'break-glass' } }), { reservations })).toHaveLength(1);
    expect(brief(candidate({ kind: 'ROLLBACK' }), { reservations })).toHaveLength(1);
  });
});
