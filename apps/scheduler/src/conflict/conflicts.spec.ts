import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Candidate, type Reservation } from './candidate.js';
import { differences, evaluate } from './conflicts.js';
import { at, brief, candidate, during, freeze, NOW, reservation, window } from './example.js';
import { prepare } from './prepare.js';
import { notEvaluated } from './rules.js';
import { Snapshot } from './snapshot.js';

/** A world in which everything that can stand in the way does. */
const everything: Snapshot = {
  policy: { perEnvironment: 1 },
  reservations: [
    reservation({ id: 'X3' }),
    reservation({ id: 'X4', services: ['s4'], exclusive: true }),
    reservation({ id: 'X5', environment: 'else', services: ['s5'], resources: ['db'] }),
    reservation({ id: 'X9', environment: 'else', services: ['auth'] }),
    reservation({ id: 'X16', environment: 'else', services: ['ledger'], ...during('20:00', '21:00') }),
  ],
  dependencies: [{ consumer: 'ledger', provider: 'auth', kind: 'hard' }],
  live: [],
  freezes: [freeze({ id: 'F1' })],
  incidents: [{ id: 'I2', severity: 'SEV2', services: ['ledger'], openedAt: at('1:00') }],
  windows: [],
  regions: [{ id: 'R15', permitted: [] }],
  commitments: [{ id: 'C10', effect: 'BLOCK', ...during('22:00', '23:00') }],
  budgets: [{ service: 'ledger', state: 'EXHAUSTED' }],
  readiness: [],
  onCall: [],
};
const asking = (changes: Partial<Candidate> = {}) =>
  candidate({
    resources: ['db'],
    regions: ['R15'],
    requires: [{ service: 'auth', version: '2' }],
    notice: { earliestStart: at('30:00') },
    ...changes,
  });
const now = new Date(at('21:00'));
const severities = (changes: Partial<Candidate>) =>
  Object.fromEntries(
    evaluate(asking(changes), everything, now).map(({ order, severity }) => [order, severity[0]]),
  );

describe('all sixteen rules', () => {
  test('answer at once, in their order, with their counterparts', () => {
    expect(brief(asking(), everything, now)).toEqual([
      'BLOCKER FREEZE F1',
      'BLOCKER INCIDENT I2',
      'BLOCKER SAME_SERVICE X3',
      'BLOCKER SAME_ENVIRONMENT X4',
      'BLOCKER SHARED_RESOURCE X5',
      'BLOCKER OFF_HOURS prod',
      'BLOCKER CAPACITY environment prod',
      'BLOCKER DEPENDENCY_ORDER auth@2',
      'BLOCKER DEPENDENCY_OVERLAP X9',
      'BLOCKER EXTERNAL_COMMITMENT C10',
      'BLOCKER NOTICE_PERIOD D',
      'BLOCKER ERROR_BUDGET ledger',
      'BLOCKER READINESS prod',
      'BLOCKER PEOPLE on-call ledger',
      'BLOCKER REGION R15',
      'INFO PROXIMITY X16',
    ]);
  });

  test('O4: all conflicts of a change to a hundred services are returned, each with its counterpart', () => {
    const services = Array.from({ length: 100 }, (_, i) => `s${i}`);
    const reservations = services.map((service) => reservation({ id: `X ${service}`, services: [service] }));
    const found = evaluate(candidate({ services }), { reservations }, NOW);
    expect(found.map(({ counterpart }) => counterpart).sort()).toEqual(
      reservations.map(({ id }) => id).sort(),
    );
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['SAME_SERVICE']));
  });

  test('SCH-04 S2: a freeze, a full environment and an overlapping dependency are three conflicts in that order', () => {
    const { freezes, reservations, dependencies } = everything;
    const snapshot = {
      freezes,
      dependencies,
      reservations: reservations!.filter(({ id }) => id === 'X9'),
      policy: { perOperator: 1 },
    };
    const full = {
      ...snapshot,
      reservations: snapshot.reservations.map((one) => ({ ...one, operator: 'ben' })),
    };
    expect(brief(candidate({ operator: 'ben' }), full)).toEqual([
      'BLOCKER FREEZE F1',
      'BLOCKER CAPACITY operator ben',
      'BLOCKER DEPENDENCY_OVERLAP X9',
    ]);
  });

  test('a rollback passes rules 1, 2, 6, 11 and 12', () => {
    expect(Object.keys(severities({ kind: 'ROLLBACK' }))).toEqual([
      '3',
      '4',
      '5',
      '7',
      '8',
      '9',
      '10',
      '13',
      '14',
      '15',
      '16',
    ]);
  });

  test.each(['emergency', 'break-glass'] as const)(
    '%s eases 6, 7, 9, 11, 13, 14 and 15 to warnings',
    (path) => {
      expect(severities({ emergency: { path } })).toEqual({
        1: 'B',
        2: 'B',
        3: 'B',
        4: 'B',
        5: 'B',
        6: 'W',
        7: 'W',
        8: 'B',
        9: 'W',
        10: 'B',
        11: 'W',
        12: 'B',
        13: 'W',
        14: 'W',
        15: 'W',
        16: 'I',
      });
    },
  );

  test('an emergency that has run out by the start eases nothing', () => {
    const ends = (validUntil: string) => severities({ emergency: { path: 'emergency', validUntil } })[6];
    expect(ends(at('22:00'))).toBe('B');
    expect(ends(at('22:01'))).toBe('W');
  });
});

describe('a conflict', () => {
  test('is sorted by severity before rule, and by counterpart within a rule', () => {
    const freezes = ['G', 'E', 'F'].map((id) => freeze({ id, mode: id === 'E' ? 'soft' : 'hard' }));
    expect(brief(candidate(), { freezes, reservations: [reservation()] })).toEqual([
      'BLOCKER FREEZE F',
      'BLOCKER FREEZE G',
      'BLOCKER SAME_SERVICE X',
      'WARNING FREEZE E',
    ]);
  });

  test('has the SHA-256 of code, deployment, counterpart and interval for a fingerprint', () => {
    const [found] = evaluate(candidate(), { reservations: [reservation()] }, NOW);
    const content = JSON.stringify(['SAME_SERVICE', 'D', 'X', at('22:00'), at('23:30')]);
    expect(found?.fingerprint).toBe(createHash('sha256').update(content).digest('hex'));
  });

  test('keeps its fingerprint when only its severity changes', () => {
    const readiness: Snapshot = { readiness: [] };
    const print = (hours: string) => evaluate(candidate(), readiness, new Date(at(hours)))[0]?.fingerprint;
    expect(print('21:00')).toBe(print('-27:00'));
  });
});

describe('differences between two evaluations', () => {
  const evaluated = (snapshot: Snapshot, time = NOW) => evaluate(candidate(), snapshot, time);

  test('SCH-04 S3: the conflict with a cancelled deployment is resolved, the others stay', () => {
    const before = evaluated({
      freezes: [freeze()],
      reservations: [reservation(), reservation({ id: 'Y' })],
    });
    const after = evaluated({ freezes: [freeze()], reservations: [reservation({ id: 'Y' })] });
    expect(differences(before, after)).toMatchObject({
      detected: [],
      resolved: [{ counterpart: 'X' }],
      changed: [],
    });
    expect(differences(after, before)).toMatchObject({
      detected: [{ counterpart: 'X' }],
      resolved: [],
      changed: [],
    });
  });

  test('tell a counterpart that moved from one that only grew more severe', () => {
    const moved = differences(
      evaluated({ reservations: [reservation()] }),
      evaluated({ reservations: [reservation({ start: at('22:15') })] }),
    );
    expect(moved).toMatchObject({
      detected: [{ counterpart: 'X' }],
      resolved: [{ counterpart: 'X' }],
      changed: [],
    });
    const nearer = differences(evaluated({ readiness: [] }), evaluated({ readiness: [] }, now));
    expect(nearer).toMatchObject({
      detected: [],
      resolved: [],
      changed: [{ code: 'READINESS', severity: 'BLOCKER' }],
    });
  });
});

describe('what is left out of a snapshot', () => {
  test('is not evaluated, and said so', () => {
    expect(notEvaluated({})).toEqual([
      'FREEZE',
      'INCIDENT',
      'SAME_SERVICE',
      'SAME_ENVIRONMENT',
      'SHARED_RESOURCE',
      'WINDOW',
      'CAPACITY',
      'DEPENDENCY_ORDER',
      'DEPENDENCY_OVERLAP',
      'EXTERNAL_COMMITMENT',
      'ERROR_BUDGET',
      'READINESS',
      'PEOPLE',
      'REGION',
      'PROXIMITY',
    ]);
    expect(notEvaluated({ ...everything, bookings: [], absences: [] })).toEqual([]);
    expect(notEvaluated({ ...everything, bookings: [] })).toEqual(['PEOPLE']);
    expect(notEvaluated({ ...everything, absences: [], bookings: [], dependencies: undefined })).toEqual([
      'INCIDENT',
      'DEPENDENCY_OVERLAP',
      'PROXIMITY',
    ]);
  });
});

describe('bad input', () => {
  const refused =
    (asked: Partial<Candidate>, snapshot: Snapshot, time = NOW) =>
    () =>
      evaluate(candidate(asked), snapshot, time);

  test.each<[string, () => unknown, string]>([
    ['a reversed candidate', refused(during('23:00', '22:00'), {}), 'candidate ends before it starts'],
    ['an empty candidate', refused(during('22:00', '22:00'), {}), 'candidate has no length'],
    ['no services', refused({ services: [] }, {}), 'candidate.services must name a service'],
    ['a start that is no time', refused({ start: 'NaN' }, {}), 'candidate.start must be an instant in UTC'],
    [
      'a local time',
      refused({ start: '2027-03-10T22:00:00' }, {}),
      'candidate.start must be an instant in UTC',
    ],
    [
      'an offset',
      refused({ start: '2027-03-10T22:00:00+01:00' }, {}),
      'candidate.start must be an instant in UTC',
    ],
    ['a date alone', refused({ start: '2027-03-10Z' }, {}), 'candidate.start must be an instant in UTC'],
    [
      'a day that is none',
      refused({ start: '2027-02-30T22:00:00Z' }, {}),
      'candidate.start must be an instant in UTC',
    ],
    [
      'a leap day that is none',
      refused({ start: '2027-02-29T22:00:00Z' }, {}),
      'candidate.start must be an instant in UTC',
    ],
    [
      'an emergency until never',
      refused({ emergency: { path: 'emergency', validUntil: '' } }, {}),
      'candidate.emergency.validUntil',
    ],
    [
      'a notice until never',
      refused({ notice: { earliestStart: '' } }, {}),
      'candidate.notice.earliestStart',
    ],
    ['a now that is none', refused({}, {}, new Date(Number.NaN)), 'now must be a valid date'],
    [
      'a reversed reservation',
      refused({}, { reservations: [reservation(), reservation(during('2:00', '1:00'))] }),
      'reservations[1] ends before',
    ],
    [
      'a reversed freeze',
      refused({}, { freezes: [freeze(during('2:00', '1:00'))] }),
      'freezes[0] ends before',
    ],
    [
      'a reversed exception',
      refused({}, { exceptions: [{ id: 'E', freeze: 'F', deployment: 'D', ...during('2:00', '1:00') }] }),
      'exceptions[0] ends before',
    ],
    [
      'an empty opening',
      refused({}, { windows: [window({ occurrences: [during('2:00', '2:00')] })] }),
      'windows[0].occurrences[0] has no length',
    ],
    [
      'a reversed hour of a region',
      refused({}, { regions: [{ id: 'R', permitted: [during('2:00', '1:00')] }] }),
      'regions[0].permitted[0] ends before',
    ],
    [
      'a reversed override',
      refused({}, { overrides: [{ id: 'O', deployment: 'D', ...during('2:00', '1:00') }] }),
      'overrides[0] ends before',
    ],
    [
      'a reversed booking',
      refused({}, { bookings: [{ id: 'B', environment: 'e', ...during('2:00', '1:00') }] }),
      'bookings[0] ends before',
    ],
    [
      'a reversed commitment',
      refused({}, { commitments: [{ id: 'C', effect: 'INFO', ...during('2:00', '1:00') }] }),
      'commitments[0] ends before',
    ],
    [
      'a reversed shift',
      refused({}, { onCall: [{ service: 's', person: 'p', ...during('2:00', '1:00') }] }),
      'onCall[0] ends before',
    ],
    [
      'a reversed absence',
      refused({}, { absences: [{ person: 'p', ...during('2:00', '1:00') }] }),
      'absences[0] ends before',
    ],
  ])('%s is refused by name', (_, act, message) => {
    expect(act).toThrow(message);
  });

  test.each<[string, Snapshot]>([
    [
      'environments[1] names e',
      {
        environments: [
          { id: 'e', class: 'DEV' },
          { id: 'e', class: 'PROD' },
        ],
      },
    ],
    ['services[1] names s', { services: [{ id: 's' }, { id: 's' }] }],
    [
      'teams[1] names t',
      {
        teams: [
          { id: 't', maxParallel: 1 },
          { id: 't', maxParallel: 2 },
        ],
      },
    ],
    [
      'resources[1] names r',
      {
        resources: [
          { id: 'r', exclusive: true },
          { id: 'r', exclusive: false },
        ],
      },
    ],
    [
      'budgets[1] names s',
      {
        budgets: [
          { service: 's', state: 'HEALTHY' },
          { service: 's', state: 'EXHAUSTED' },
        ],
      },
    ],
    [
      'readiness[1] names e',
      {
        readiness: [
          { environment: 'e', state: 'READY' },
          { environment: 'e', state: 'UNKNOWN' },
        ],
      },
    ],
    ['windows[1] names W', { windows: [window(), window()] }],
    [
      'regions[1] names R',
      {
        regions: [
          { id: 'R', permitted: [] },
          { id: 'R', permitted: [] },
        ],
      },
    ],
  ])('two statements about one thing are refused: %s', (message, snapshot) => {
    expect(() => prepare(snapshot)).toThrow(message);
  });

  test.each<[string, () => unknown]>([
    ['INSTANT_INVALID', refused({ start: '' }, {})],
    ['INSTANT_INVALID', refused({}, {}, new Date(Number.NaN))],
    ['INTERVAL_INVALID', refused(during('2:00', '1:00'), {})],
    ['INTERVAL_INVALID', refused({ latest: at('1:00') }, {})],
    ['SERVICES_MISSING', refused({ services: [] }, {})],
    ['SNAPSHOT_AMBIGUOUS', () => prepare({ services: [{ id: 's' }, { id: 's' }] })],
  ])('is refused as %s', (code, act) => {
    expect(act).toThrow(expect.objectContaining({ name: 'Rejected', code }));
  });

  test('a leap day that is one is taken', () => {
    const leap = candidate({ start: '2028-02-29T22:00:00Z', end: '2028-02-29T23:00:00Z' });
    expect(evaluate(leap, {}, NOW)).toEqual([]);
  });

  test('hostile names are names like any other', () => {
    const name = '__proto__';
    const snapshot: Snapshot = {
      services: [{ id: name, tier: 2 }],
      environments: [{ id: name, class: 'PROD', maxParallel: 1 }],
      reservations: [reservation({ id: 'constructor', services: [name], environment: name })],
    };
    expect(
      brief(candidate({ services: [name], environment: name, environmentClass: undefined }), snapshot),
    ).toEqual(['BLOCKER SAME_SERVICE constructor', `BLOCKER CAPACITY environment ${name}`]);
  });
});

describe('the schemas of the edge', () => {
  const problems = (schema: typeof Candidate | typeof Snapshot, input: unknown) =>
    schema.safeParse(input).error?.issues.map(({ path, code }) => `${path.join('.')} ${code}`) ?? [];

  test('take what the rules take', () => {
    expect(
      problems(
        Candidate,
        asking({ emergency: { path: 'break-glass', freezes: ['F'], validUntil: at('9:00') } }),
      ),
    ).toEqual([]);
    expect(problems(Snapshot, everything)).toEqual([]);
    expect(problems(Snapshot, {})).toEqual([]);
  });

  test('become JSON Schema, for the published description', () => {
    for (const schema of [Candidate, Snapshot])
      expect(JSON.stringify(z.toJSONSchema(schema, { io: 'input' }))).toContain(
        '"additionalProperties":false',
      );
  });

  test('name the field that is wrong', () => {
    expect(problems(Candidate, asking({ start: '2027-02-30T00:00:00Z' }))).toEqual(['start invalid_format']);
    expect(problems(Candidate, asking({ services: [] }))).toEqual(['services too_small']);
    expect(problems(Candidate, asking({ soakMinutes: Number.NaN }))).toEqual(['soakMinutes invalid_type']);
    expect(problems(Candidate, asking({ soakMinutes: -1 }))).toEqual(['soakMinutes too_small']);
    expect(problems(Candidate, asking({ id: 'a\u0000b' }))).toEqual(['id invalid_format']);
    expect(problems(Candidate, asking({ id: '\ud800' }))).toEqual(['id invalid_format']);
    expect(problems(Candidate, asking({ id: 'x'.repeat(201) }))).toEqual(['id invalid_format']);
    expect(problems(Candidate, { ...asking(), color: 'red' })).toEqual([' unrecognized_keys']);
    expect(problems(Snapshot, { reservations: [{ ...reservation(), state: 'DONE' }] })).toEqual([
      'reservations.0.state invalid_value',
    ]);
    expect(problems(Snapshot, { freezes: [{ ...freeze(), selectors: [] }] })).toEqual([
      'freezes.0.selectors too_small',
    ]);
    expect(problems(Snapshot, { freezes: [{ ...freeze(), selectors: [{ team: 'x' }] }] })).toEqual([
      'freezes.0.selectors.0 unrecognized_keys',
    ]);
  });

  test('refuse a million reservations by name, soon', () => {
    const reservations: Reservation[] = Array.from({ length: 1_000_000 }, () => reservation());
    const before = performance.now();
    expect(problems(Snapshot, { reservations })).toEqual(['reservations too_big']);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
