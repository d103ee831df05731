import { describe, expect, test } from 'vitest';
import {
  checkEmergency,
  checkOverride,
  initialEmergencyRules,
  type Override,
  type OverrideUse,
} from './override.js';

const override: Override = {
  id: 'x1',
  kind: 'freeze',
  names: 'year-end',
  planHash: 'plan 1',
  start: '2027-03-01T09:00:00Z',
  end: '2027-03-01T10:00:00Z',
};
const use: OverrideUse = {
  kind: 'freeze',
  names: 'year-end',
  planHash: 'plan 1',
  deploymentId: 'd1',
  at: '2027-03-01T09:30:00Z',
};
const refused = (code: string, message: string, ref = 'APR-08.5') => ({ code, message, ref });
const invalid = (message: string, ref: string) =>
  expect.objectContaining({ violations: [refused('INVALID_INPUT', message, ref)] });

describe('an override', () => {
  test('covers one use of what it names, from its first instant on', () => {
    expect(checkOverride(override, use)).toEqual([]);
    expect(checkOverride(override, { ...use, at: override.start })).toEqual([]);
    expect(checkOverride({ ...override, usedBy: 'd1' }, use)).toEqual([]);
  });

  test.each([
    [
      'for a window',
      { kind: 'window' },
      refused('OVERRIDE_OUT_OF_SCOPE', 'It covers freeze year-end and nothing else.'),
    ],
    [
      'for another freeze',
      { names: 'easter' },
      refused('OVERRIDE_OUT_OF_SCOPE', 'It covers freeze year-end and nothing else.'),
    ],
    [
      'before it begins',
      { at: '2027-03-01T08:59:59Z' },
      refused('OVERRIDE_NOT_ACTIVE', 'It begins at 2027-03-01T09:00:00Z.'),
    ],
    ['as it ends', { at: override.end }, refused('OVERRIDE_EXPIRED', 'It ended at 2027-03-01T10:00:00Z.')],
    [
      'for another plan',
      { planHash: 'plan 2' },
      refused('OVERRIDE_OTHER_CONTENT', 'It was given for plan 1.'),
    ],
  ] as const)('is refused %s, with the reason', (_, change, violation) => {
    expect(checkOverride(override, { ...use, ...change })).toEqual([violation]);
  });

  test('is used up by one deployment, and tells every reason at once', () => {
    expect(checkOverride({ ...override, usedBy: 'd0' }, { ...use, planHash: 'plan 2' })).toEqual([
      refused('OVERRIDE_OTHER_CONTENT', 'It was given for plan 1.'),
      refused('OVERRIDE_CONSUMED', 'd0 has used it.'),
    ]);
  });

  test.each(['freeze', 'window', 'gate'] as const)('covers a %s', (kind) =>
    expect(checkOverride({ ...override, kind }, { ...use, kind })).toEqual([]),
  );

  test('that ends as it begins is none, nor is there a use at no instant', () => {
    expect(() => checkOverride({ ...override, end: override.start }, use)).toThrow(
      invalid('end: Expected an instant after start.', 'APR-08.5'),
    );
    expect(() => checkOverride(override, { ...use, at: 'noon' })).toThrow(
      invalid('at: Invalid ISO datetime.', 'APR-08.5'),
    );
  });
});

describe('an emergency', () => {
  const at = '2027-03-01T22:00:00Z';
  const owed = (id: string, dueAt: string, doneAt: string | null = null) => ({ id, dueAt, doneAt });

  test('needs the incident or vulnerability that it is for', () => {
    expect(checkEmergency({ at, owed: [] })).toEqual([
      refused('EMERGENCY_REFERENCE_MISSING', 'Name the incident or vulnerability it is for.', 'APR-08.1'),
    ]);
  });

  test('waits for what earlier ones owe, by name; what was done by now is not owed', () => {
    const debts = [owed('r1', at), owed('r2', '2027-03-01T21:00:00Z', '2027-03-01T22:00:01Z')];
    expect(checkEmergency({ reference: 'INC-1', at, owed: debts })).toEqual([
      refused('EMERGENCY_PATH_SUSPENDED', 'Finish first: r1, r2.', 'APR-08.2'),
    ]);
    const done = [debts[0]!, owed('r2', '2027-03-01T21:00:00Z', at)];
    expect(checkEmergency({ reference: 'INC-1', at, owed: done })).toEqual([]);
  });

  test('waits for a single one that is more than 72 hours late', () => {
    const late = (dueAt: string) => checkEmergency({ reference: 'INC-1', at, owed: [owed('r1', dueAt)] });
    expect(late('2027-02-26T22:00:00Z')).toEqual([]);
    expect(late('2027-02-26T21:59:59Z')).toEqual([
      refused('EMERGENCY_PATH_SUSPENDED', 'Finish first: r1.', 'APR-08.2'),
    ]);
  });

  test('is asked about in fields that fit, and by rules that do', () => {
    expect(() => checkEmergency({ at: 'noon', owed: [] })).toThrow(
      invalid('at: Invalid ISO datetime.', 'APR-08.1'),
    );
    expect(() => checkEmergency({ at, owed: [] }, { ...initialEmergencyRules, version: '' })).toThrow(
      invalid('version: Too small: expected string to have >=1 characters.', 'APR-08.2'),
    );
    expect(
      checkEmergency({ reference: 'INC-1', at, owed: [] }, { ...initialEmergencyRules, version: '2.1' }),
    ).toEqual([]);
  });
});
