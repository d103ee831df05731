import { describe, expect, test } from 'vitest';
import type { Candidate, Reservation } from './candidate.js';
import { evaluate } from './conflicts.js';
import { at, brief, candidate, during, NOW, reservation } from './example.js';
import type { Snapshot } from './snapshot.js';

const blockers = (asked: Partial<Candidate>, snapshot: Snapshot) =>
  brief(candidate(asked), snapshot).filter((one) => one.startsWith('BLOCKER'));
const against = (asked: Partial<Candidate>, other: Partial<Reservation>) =>
  blockers(asked, { reservations: [reservation(other)] });

describe('SAME_SERVICE', () => {
  test('SCH-04 S1: a start at 23:29 meets the soak of the one before, a start at 23:30 does not', () => {
    expect(against(during('23:29', '24:00'), during('22:00', '23:00'))).toEqual(['BLOCKER SAME_SERVICE X']);
    expect(against(during('23:30', '24:00'), during('22:00', '23:00'))).toEqual([]);
  });

  test('an end whose soak reaches the next start meets it', () => {
    expect(against(during('21:00', '21:31'), {})).toEqual(['BLOCKER SAME_SERVICE X']);
    expect(against(during('21:00', '21:30'), {})).toEqual([]);
  });

  test('the policy and the deployments themselves say how long they soak and what they keep free before', () => {
    const early = { ...during('21:00', '21:31') };
    const judge = (asked: Partial<Candidate>, other: Partial<Reservation>, policy: Snapshot['policy']) =>
      blockers(asked, { reservations: [reservation(other)], policy });
    expect(judge(early, {}, { soakMinutes: 29 })).toEqual([]);
    expect(judge({ ...early, soakMinutes: 30 }, {}, { soakMinutes: 29 })).toHaveLength(1);
    expect(judge({ ...early, soakMinutes: 0 }, {}, { preBufferMinutes: 30 })).toHaveLength(1);
    expect(judge({ ...early, soakMinutes: 0 }, { preBufferMinutes: 29 }, { preBufferMinutes: 30 })).toEqual(
      [],
    );
  });

  test('says with whom, where, when and until when', () => {
    const other = reservation({ services: ['web', 'ledger'], start: at('22:45') });
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
      interval: during('22:45', '23:30'),
      message: 'X has ledger, web in prod until 2027-03-10T23:30:00.000Z, soak included.',
    });
  });

  test('is no matter in another environment, for another service, or with itself', () => {
    expect(against({}, { environment: 'prod-2' })).toEqual([]);
    expect(against({}, { services: ['web'] })).toEqual([]);
    expect(against({}, { id: 'D' })).toEqual([]);
  });

  test('is one conflict when the other holds several places at once', () => {
    const reservations = [reservation({ services: ['web'] }), reservation({ services: ['ledger'] })];
    expect(blockers({ services: ['ledger', 'web'] }, { reservations })).toEqual(['BLOCKER SAME_SERVICE X']);
  });

  test('keeps blocking in an authorised emergency and for a rollback', () => {
    expect(against({ emergency: { path: 'break-glass' } }, {})).toHaveLength(1);
    expect(against({ kind: 'ROLLBACK' }, {})).toHaveLength(1);
  });
});

describe('SAME_ENVIRONMENT', () => {
  const elsewhere = { services: ['web'] };

  test('blocks when either of the two needs the environment alone', () => {
    expect(against({}, elsewhere)).toEqual([]);
    expect(against({ exclusive: true }, elsewhere)).toEqual(['BLOCKER SAME_ENVIRONMENT X']);
    expect(against({}, { ...elsewhere, exclusive: true })).toEqual(['BLOCKER SAME_ENVIRONMENT X']);
    expect(against({ exclusive: true }, { ...elsewhere, environment: 'prod-2' })).toEqual([]);
    expect(against({ exclusive: true }, { ...elsewhere, ...during('23:30', '24:00') })).toEqual([]);
  });

  test('blocks while it is booked for another, and not for the one it is booked for', () => {
    const booked = (changes: object) =>
      blockers({}, { bookings: [{ id: 'B', environment: 'prod', ...during('23:29', '26:00'), ...changes }] });
    expect(booked({})).toEqual(['BLOCKER SAME_ENVIRONMENT B']);
    expect(booked({ holder: 'E' })).toEqual(['BLOCKER SAME_ENVIRONMENT B']);
    expect(booked({ holder: 'D' })).toEqual([]);
    expect(booked({ environment: 'prod-2' })).toEqual([]);
    expect(booked(during('23:30', '26:00'))).toEqual([]);
  });

  test('says for whom it is booked', () => {
    const bookings = [{ id: 'B', environment: 'prod', holder: 'E', ...during('23:00', '26:00') }];
    expect(evaluate(candidate(), { bookings }, NOW)[0]).toMatchObject({
      interval: during('23:00', '23:30'),
      message: 'prod is booked for E alone until 2027-03-11T02:00:00.000Z.',
    });
  });
});

describe('SHARED_RESOURCE', () => {
  const resources = [
    { id: 'state:network', exclusive: true },
    { id: 'runner', exclusive: false },
  ];
  const judge = (mine: string[], theirs: string[], environment = 'other') =>
    blockers(
      { resources: mine },
      { resources, reservations: [reservation({ environment, resources: theirs })] },
    );

  test('blocks over an exclusive resource, in whatever environment', () => {
    expect(judge(['state:network'], ['state:network'])).toEqual(['BLOCKER SHARED_RESOURCE X']);
    expect(judge(['state:network'], ['state:dns'])).toEqual([]);
    expect(judge(['state:network'], [])).toEqual([]);
    expect(judge([], ['state:network'])).toEqual([]);
  });

  test('lets a resource be shared that is listed as such, and takes one that is not listed for exclusive', () => {
    expect(judge(['runner'], ['runner'])).toEqual([]);
    expect(judge(['db:7'], ['db:7'])).toEqual(['BLOCKER SHARED_RESOURCE X']);
  });

  test('names what is shared, in order', () => {
    const other = reservation({ environment: 'other', resources: ['z', 'runner', 'a', 'q'] });
    const [found] = evaluate(
      candidate({ resources: ['z', 'a', 'a', 'runner'] }),
      { resources, reservations: [other] },
      NOW,
    );
    expect(found?.message).toBe('X has a, z until 2027-03-10T23:30:00.000Z, soak included.');
  });
});

test('an environment that one needs alone, or that is booked, is told by name', () => {
  const said = (snapshot: Snapshot) => evaluate(candidate(), snapshot, NOW).map(({ message }) => message);
  const alone = reservation({ services: ['blog'], exclusive: true });
  expect(said({ reservations: [alone] })).toEqual([
    'X has prod, which one of the two needs alone, until 2027-03-10T23:30:00.000Z, soak included.',
  ]);
  const booking = { id: 'B', environment: 'prod', ...during('22:00', '24:00') };
  expect(said({ bookings: [booking] })).toEqual([
    'prod is booked for another alone until 2027-03-11T00:00:00.000Z.',
  ]);
});
