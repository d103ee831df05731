import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import { alternatives } from './alternatives.js';
import { evaluate } from './conflicts.js';
import { at, candidate, freeze, NOW, reservation, window } from './example.js';
import { defaults, policyOf } from './policy.js';
import type { Snapshot } from './snapshot.js';

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Rejected)
      return error.violations.map(({ code, message }) => `${code} ${message}`).join('\n');
    throw error;
  }
  return 'nothing was refused';
};
const asking = (snapshot: Snapshot, asked = candidate()) => refusal(() => evaluate(asked, snapshot, NOW));
const notMinutes = (field: string) =>
  `MINUTES_INVALID ${field} must be a whole number of minutes from 0 to 43200.`;

describe('a figure that is none is refused by name, also where no schema stands before it', () => {
  test.each([Number.NaN, Infinity, -1, 0.5, 43_201])('%s minutes', (minutes) => {
    expect(asking({}, candidate({ soakMinutes: minutes }))).toBe(notMinutes('candidate.soakMinutes'));
    expect(asking({}, candidate({ preBufferMinutes: minutes }))).toBe(
      notMinutes('candidate.preBufferMinutes'),
    );
    expect(asking({}, candidate({ rollbackMinutes: minutes }))).toBe(notMinutes('candidate.rollbackMinutes'));
    expect(asking({ reservations: [reservation({ soakMinutes: minutes })] })).toBe(
      notMinutes('reservations[0].soakMinutes'),
    );
  });

  test('30 days of minutes are accepted', () =>
    expect(asking({}, candidate({ soakMinutes: 43_200, preBufferMinutes: 0 }))).toBe('nothing was refused'));

  test('a policy, all its faults at once', () => {
    expect(asking({ policy: { soakMinutes: Number.NaN, perTeam: 0 } })).toMatch(
      /^POLICY_INVALID policy\.soakMinutes: .+\.\nPOLICY_INVALID policy\.perTeam: .+\.$/,
    );
    expect(policyOf({ perTeam: 3, soakMinutes: undefined })).toEqual({ ...defaults, perTeam: 3 });
    expect(policyOf(undefined)).toEqual(defaults);
  });

  test('an incident that was over before it began, harmless or not', () => {
    const incident = { id: 'I', severity: 'SEV4' as const, openedAt: at('3:00') };
    expect(asking({ incidents: [{ ...incident, resolvedAt: at('2:59') }] })).toBe(
      'INTERVAL_INVALID incidents[0].resolvedAt must not lie before its openedAt.',
    );
    expect(asking({ incidents: [{ ...incident, resolvedAt: at('3:00') }] })).toBe('nothing was refused');
    expect(asking({ incidents: [{ ...incident, openedAt: 'now' }] })).toContain('incidents[0].openedAt');
    expect(asking({ incidents: [{ ...incident, resolvedAt: 'now' }] })).toContain('incidents[0].resolvedAt');
  });
});

describe('many of one thing', () => {
  test('130,000 deliveries of a version are answered', () => {
    const one = reservation({ id: 'X', services: ['auth'], delivers: [{ service: 'auth', version: '2' }] });
    const asked = candidate({ requires: [{ service: 'auth', version: '2' }] });
    const found = evaluate(
      asked,
      { live: [], reservations: Array.from({ length: 130_000 }, () => one) },
      NOW,
    );
    expect(found.map(({ code, counterpart }) => `${code} ${counterpart}`)).toEqual([
      'DEPENDENCY_ORDER auth@2',
    ]);
  });

  test('130,000 blockers leave the first start after all of them', () => {
    const reservations = Array.from({ length: 130_000 }, (_, i) => reservation({ id: `X${i}` }));
    const [first] = alternatives(candidate({ latest: at('24:00') }), { reservations }, NOW);
    expect(first?.start).toBe(at('23:30'));
  });
});

describe('alternatives far ahead', () => {
  const until = '9000-01-01T00:00:00.000Z';
  const always = [{ start: at('0:00'), end: until }];

  test('end where an emergency that opened the only window has run out', () => {
    const asked = candidate({
      kind: 'HOTFIX',
      emergency: { path: 'emergency', validUntil: at('24:00') },
      latest: until,
    });
    const windows = [window({ kind: 'emergency-only', occurrences: always })];
    const free = alternatives(asked, { windows, freezes: [freeze({ end: at('23:00') })] }, NOW);
    expect(free.map(({ start }) => start)).toEqual([at('23:00')]);
    expect(alternatives(asked, { windows, freezes: [freeze({ end: at('24:00') })] }, NOW)).toEqual([]);
  });

  test('pass over the seam of an override and a window that neither holds alone', () => {
    const asked = candidate({ end: '2028-03-10T22:00:00Z', latest: until });
    const overrides = [{ id: 'O', deployment: 'D', start: at('0:00'), end: '2028-03-01T00:00:00Z' }];
    const windows = [window({ occurrences: [{ start: '2028-03-01T00:00:00Z', end: until }] })];
    expect(alternatives(asked, { windows, overrides }, NOW)[0]?.start).toBe('2028-03-01T00:00:00.000Z');
  });

  test('end with the incident, if that is known to be over before it would only warn', () => {
    const incidents = [
      {
        id: 'I',
        severity: 'SEV1' as const,
        services: ['ledger'],
        openedAt: at('20:00'),
        resolvedAt: at('22:10'),
      },
    ];
    const free = alternatives(candidate(), { incidents }, new Date(at('22:00')));
    expect(free[0]?.start).toBe(at('22:10'));
  });

  test('are as many as the policy says', () => {
    const counts = [undefined, 1, 20].map(
      (most) => alternatives(candidate(), { policy: { alternatives: most } }, NOW).length,
    );
    expect(counts).toEqual([5, 1, 20]);
  });
});

test.each([
  '2027-03-10T24:00:00Z',
  '2027-03-10T22:00:00 Z',
  '2027-03-10T22:00:00+00:00',
  '2027-03-10T22:00:60Z',
  '2027-3-10T22:00:00Z',
  '2027-03-10T22:00:00.Z',
  '2027-02-30T22:00:00Z',
  '+12027-03-10T22:00:00Z',
  'T'.repeat(100_000),
  undefined as unknown as string,
  0 as unknown as string,
  Number.NaN as unknown as string,
])('an instant %# that is none is refused by name', (start) =>
  expect(asking({}, candidate({ start }))).toBe(
    'INSTANT_INVALID candidate.start must be an instant in UTC such as 2027-01-29T18:00:00Z.',
  ),
);

test.each([
  '2027-03-10T22:00Z',
  '2027-03-10T22:00:00Z',
  '2027-03-10T22:00:00.000Z',
  '2027-03-10T22:00:00.000000000Z',
])('%s is an instant', (start) => expect(asking({}, candidate({ start }))).toBe('nothing was refused'));
