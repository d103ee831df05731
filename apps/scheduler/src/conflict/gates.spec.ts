import { describe, expect, test } from 'vitest';
import type { Candidate } from './candidate.js';
import { evaluate } from './conflicts.js';
import { at, brief, candidate, during, NOW } from './example.js';
import { HOUR } from '../instant.js';
import type { Member, Snapshot } from './snapshot.js';

describe('EXTERNAL_COMMITMENT', () => {
  const commitment = (changes: Partial<Member<'commitments'>> = {}): Member<'commitments'> => ({
    id: 'C',
    effect: 'BLOCK',
    services: ['ledger'],
    ...during('23:29', '40:00'),
    ...changes,
  });
  const judge = (changes: Partial<Member<'commitments'>> = {}) =>
    brief(candidate(), { commitments: [commitment(changes)] });

  test('CAT-04 S3: a vendor freeze from 20 December blocks a deployment of the gateway on 22 December', () => {
    const vendor = commitment({
      id: 'vendor',
      services: ['G'],
      start: '2027-12-20T00:00:00Z',
      end: '2028-01-03T00:00:00Z',
    });
    const asked = candidate({ services: ['G'], start: '2027-12-22T10:00:00Z', end: '2027-12-22T11:00:00Z' });
    expect(brief(asked, { commitments: [vendor] })).toEqual(['BLOCKER EXTERNAL_COMMITMENT vendor']);
  });

  test.each([
    ['BLOCK', ['BLOCKER EXTERNAL_COMMITMENT C']],
    ['WARN', ['WARNING EXTERNAL_COMMITMENT C']],
    ['DEADLINE', []],
    ['INFO', []],
  ] as const)('of effect %s gives %o', (effect, expected) => {
    expect(judge({ effect })).toEqual(expected);
  });

  test('touches the services that it names, or all if it names none', () => {
    expect(judge({ services: ['web'] })).toEqual([]);
    expect(judge({ services: [] })).toHaveLength(1);
    expect(judge({ services: undefined })).toHaveLength(1);
  });

  test('counts from the overlap with the soak', () => {
    expect(evaluate(candidate(), { commitments: [commitment()] }, NOW)[0]).toMatchObject({
      order: 10,
      interval: during('23:29', '23:30'),
      message: 'The commitment C asks for no change until 2027-03-11T16:00:00.000Z.',
    });
  });
});

describe('NOTICE_PERIOD', () => {
  const judge = (asked: Partial<Candidate>) =>
    brief(candidate({ notice: { earliestStart: at('22:01') }, ...asked }), {});

  test('blocks a start before submission plus lead time', () => {
    expect(judge({})).toEqual(['BLOCKER NOTICE_PERIOD D']);
    expect(judge({ start: at('22:01') })).toEqual([]);
    expect(judge({ notice: undefined })).toEqual([]);
  });

  test('is not asked of STANDARD and EMERGENCY changes, nor of a rollback', () => {
    expect(judge({ changeType: 'NORMAL' })).toHaveLength(1);
    expect(judge({ changeType: 'STANDARD' })).toEqual([]);
    expect(judge({ changeType: 'EMERGENCY' })).toEqual([]);
    expect(judge({ kind: 'ROLLBACK' })).toEqual([]);
    expect(judge({ emergency: { path: 'emergency' } })).toEqual(['WARNING NOTICE_PERIOD D']);
  });

  test('says until when, and by which rule', () => {
    const message = (rule?: string) =>
      evaluate(candidate({ notice: { earliestStart: at('23:00'), rule } }), {}, NOW)[0];
    expect(message()).toMatchObject({ order: 11, interval: during('22:00', '23:00') });
    expect(message()?.message).toBe('Its notice ends at 2027-03-10T23:00:00.000Z.');
    expect(message('HIGH 5 bd')?.message).toBe('Its notice (HIGH 5 bd) ends at 2027-03-10T23:00:00.000Z.');
  });
});

describe('ERROR_BUDGET', () => {
  const budgets: Member<'budgets'>[] = [
    { service: 'ledger', state: 'EXHAUSTED' },
    { service: 'web', state: 'WARNING' },
    { service: 'api', state: 'HEALTHY' },
  ];
  const judge = (asked: Partial<Candidate>) => brief(candidate(asked), { budgets });

  test('blocks a service whose budget is exhausted', () => {
    expect(judge({ services: ['web', 'ledger', 'api', 'blog', 'ledger'] })).toEqual([
      'BLOCKER ERROR_BUDGET ledger',
    ]);
    expect(judge({ services: ['web'] })).toEqual([]);
  });

  test.each([
    ['PLANNED', 1],
    ['REDEPLOY', 1],
    ['CONFIG', 1],
    ['HOTFIX', 0],
    ['ROLLBACK', 0],
  ] as const)('is found for %s %i times', (kind, count) => {
    expect(judge({ kind })).toHaveLength(count);
  });

  test('lets reliability work pass, and stays a blocker in an emergency', () => {
    expect(judge({ reliability: true })).toEqual([]);
    expect(judge({ reliability: false })).toHaveLength(1);
    expect(judge({ emergency: { path: 'emergency' } })).toEqual(['BLOCKER ERROR_BUDGET ledger']);
    expect(evaluate(candidate(), { budgets }, NOW)[0]).toMatchObject({
      order: 12,
      interval: during('22:00', '23:30'),
    });
  });
});

describe('READINESS', () => {
  const judge = (readiness: Snapshot['readiness'], hoursBefore = 1, asked: Partial<Candidate> = {}) =>
    brief(candidate(asked), { readiness }, new Date(Date.parse(at('22:00')) - hoursBefore * HOUR));
  const state = (state: Member<'readiness'>['state']) => [{ environment: 'prod', state }];

  test.each([
    ['READY', 0],
    ['NOT_READY', 1],
    ['UNKNOWN', 1],
  ] as const)('%s is found %i times', (one, count) => {
    expect(judge(state(one))).toHaveLength(count);
  });

  test('an environment of which nobody knows is UNKNOWN', () => {
    expect(judge([])).toEqual(['BLOCKER READINESS prod']);
    expect(judge([{ environment: 'stage', state: 'READY' }])).toHaveLength(1);
    expect(judge(undefined)).toEqual([]);
  });

  test.each([
    [23.999, 'BLOCKER'],
    [24, 'WARNING'],
    [48, 'WARNING'],
    [48.001, 'INFO'],
  ])('%f hours before the start it is a %s', (hours, severity) => {
    expect(judge(state('NOT_READY'), hours)).toEqual([`${severity} READINESS prod`]);
  });

  test('warns in an authorised emergency, and counts for a rollback', () => {
    expect(judge([], 1, { emergency: { path: 'emergency' } })).toEqual(['WARNING READINESS prod']);
    expect(judge([], 100, { emergency: { path: 'emergency' } })).toEqual(['INFO READINESS prod']);
    expect(judge([], 1, { kind: 'ROLLBACK' })).toHaveLength(1);
  });

  test('says what is missing', () => {
    expect(evaluate(candidate(), { readiness: [] }, NOW)[0]).toMatchObject({
      order: 13,
      interval: during('22:00', '23:30'),
      message: 'prod is UNKNOWN; it must be READY 24 h before the start.',
    });
  });
});

describe('PEOPLE', () => {
  const shift = (start: string, end: string, person = 'ana', service = 'ledger') => ({
    service,
    person,
    ...during(start, end),
  });
  const absence = (person: string, start: string, end: string) => ({ person, ...during(start, end) });
  const judge = (snapshot: Snapshot, asked: Partial<Candidate> = {}) => brief(candidate(asked), snapshot);

  test('someone is on call through the work and the time to go back, or it blocks', () => {
    const onCall = [shift('20:00', '22:30'), shift('22:30', '23:30', 'ben')];
    expect(judge({ onCall })).toEqual([]);
    expect(judge({ onCall }, { rollbackMinutes: 30 })).toEqual([]);
    expect(judge({ onCall }, { rollbackMinutes: 31 })).toEqual(['BLOCKER PEOPLE on-call ledger']);
    expect(judge({ onCall: [] })).toEqual(['BLOCKER PEOPLE on-call ledger']);
    expect(judge({ onCall: [shift('20:00', '26:00', 'ana', 'web')] })).toHaveLength(1);
    expect(judge({ onCall }, { services: ['ledger', 'web', 'web'] })).toEqual(['BLOCKER PEOPLE on-call web']);
  });

  test('who is away is not on call', () => {
    const onCall = [shift('20:00', '26:00')];
    expect(judge({ onCall, absences: [absence('ana', '22:30', '22:40')] })).toHaveLength(1);
    expect(judge({ onCall, absences: [absence('ben', '22:30', '22:40')] })).toEqual([]);
    const relief = [...onCall, shift('22:30', '22:40', 'ben')];
    expect(judge({ onCall: relief, absences: [absence('ana', '22:30', '22:40')] })).toEqual([]);
  });

  test('names the time that is not covered', () => {
    const onCall = [shift('22:10', '22:20'), shift('22:40', '22:50')];
    expect(evaluate(candidate(), { onCall }, NOW)[0]).toMatchObject({
      order: 14,
      interval: during('22:00', '23:00'),
      message: 'Nobody is on call for ledger all the time until 2027-03-10T23:00:00.000Z.',
    });
    expect(evaluate(candidate(), { onCall: [shift('20:00', '22:45')] }, NOW)[0]?.interval).toEqual(
      during('22:45', '23:00'),
    );
  });

  test('an operator or a mandatory approver who is away warns', () => {
    const absences = [
      absence('ben', '22:30', '22:45'),
      absence('ben', '22:40', '30:00'),
      absence('cy', '23:00', '24:00'),
    ];
    expect(judge({ absences }, { operator: 'ben', approvers: ['cy', 'ben', 'ben', 'ana'] })).toEqual([
      'WARNING PEOPLE approver ben',
      'WARNING PEOPLE operator ben',
    ]);
    expect(judge({ absences }, { operator: 'cy' })).toEqual([]);
    expect(judge({ absences }, { operator: 'cy', rollbackMinutes: 1 })).toEqual([
      'WARNING PEOPLE operator cy',
    ]);
    expect(judge({ absences })).toEqual([]);
    expect(evaluate(candidate({ operator: 'ben' }), { absences }, NOW)[0]).toMatchObject({
      interval: during('22:30', '23:00'),
      message: 'The operator ben is away until 2027-03-11T06:00:00.000Z.',
    });
  });

  test('only warns in an authorised emergency', () => {
    expect(judge({ onCall: [] }, { emergency: { path: 'emergency' } })).toEqual([
      'WARNING PEOPLE on-call ledger',
    ]);
  });
});
