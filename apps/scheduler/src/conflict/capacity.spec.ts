import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Candidate, Reservation } from './candidate.js';
import { evaluate } from './conflicts.js';
import { at, brief, candidate, during, NOW, reservation, window } from './example.js';
import { HOUR } from '../instant.js';
import type { Member, Snapshot } from './snapshot.js';

const other = (id: string, changes: Partial<Reservation> = {}) =>
  reservation({ id, services: [`service ${id}`], ...changes });
const found = (asked: Partial<Candidate>, snapshot: Snapshot, now = NOW) =>
  evaluate(candidate(asked), snapshot, now).filter(({ code }) => code === 'CAPACITY');
const counterparts = (...input: Parameters<typeof found>) =>
  found(...input).map(({ counterpart }) => counterpart);

describe('the places of a window', () => {
  const capacity = (changes: Partial<Member<'windows'>> = {}) =>
    window({ capacity: 3, emergencyCapacity: 1, ...changes });
  const two = [other('A'), other('B')];
  const three = [...two, other('C')];

  test('SCH-05 S1: of 3 places, 1 for emergencies, two planned leave none for a third and one for an authorised hotfix', () => {
    const snapshot = { windows: [capacity()], reservations: two };
    const [full] = found({}, snapshot);
    expect(full).toMatchObject({
      severity: 'BLOCKER',
      order: 7,
      counterpart: 'window W',
      interval: during('22:00', '23:30'),
    });
    expect(full?.message).toBe('window W has no place left for it: 2 may run at once.');
    expect(found({ kind: 'HOTFIX', emergency: { path: 'emergency' } }, snapshot)).toEqual([]);
    expect(found({ changeType: 'EMERGENCY' }, snapshot)).toEqual([]);
    expect(found({ kind: 'HOTFIX' }, snapshot)).toHaveLength(1);
  });

  test('are all taken for an emergency too when every place is', () => {
    const [full] = found({ changeType: 'EMERGENCY' }, { windows: [capacity()], reservations: three });
    expect(full?.message).toBe('window W has no place left for it: 3 may run at once.');
  });

  test('count emergencies among all places and not among the planned ones', () => {
    const urgent = (id: string) => other(id, { kind: 'HOTFIX', emergency: { path: 'emergency' } });
    const judge = (...reservations: Reservation[]) => found({}, { windows: [capacity()], reservations });
    expect(judge(urgent('A'), urgent('B'))).toEqual([]);
    expect(judge(urgent('A'), other('B'))).toEqual([]);
    expect(judge(urgent('A'), urgent('B'), urgent('C'))).toHaveLength(1);
    expect(judge(urgent('A'), urgent('B'), other('C'))).toHaveLength(1);
    expect(
      judge(urgent('A'), other('B', { changeType: 'EMERGENCY' }), other('C', { kind: 'HOTFIX' })),
    ).toHaveLength(1);
  });

  test('keep one for emergencies if nothing else is said, or as many as the policy says', () => {
    const judge = (changes: Partial<Member<'windows'>>, policy?: Snapshot['policy']) =>
      found(
        {},
        { windows: [capacity({ emergencyCapacity: undefined, ...changes })], reservations: two, policy },
      );
    expect(judge({})).toHaveLength(1);
    expect(judge({ capacity: 4 })).toHaveLength(0);
    expect(judge({}, { emergencyCapacity: 0 })).toHaveLength(0);
    expect(judge({ capacity: 4 }, { emergencyCapacity: 2 })).toHaveLength(1);
    expect(judge({ capacity: undefined })).toHaveLength(0);
  });

  test('that are all kept for emergencies leave none for planned work', () => {
    const [full] = found({}, { windows: [capacity({ emergencyCapacity: 5 })] });
    expect(full?.message).toBe('window W has no place left for it: 0 may run at once.');
    expect(full?.interval).toEqual(during('22:00', '23:30'));
  });

  test('are released two hours before the window ends where its policy allows', () => {
    const judge = (now: string, releasesEmergencyCapacity: boolean) =>
      found(
        {},
        { windows: [capacity({ releasesEmergencyCapacity })], reservations: two },
        new Date(Date.parse(now)),
      );
    expect(judge(at('23:00'), true)).toEqual([]);
    expect(judge(new Date(Date.parse(at('23:00')) - 1).toISOString(), true)).toHaveLength(1);
    expect(judge(at('23:00'), false)).toHaveLength(1);
  });

  test('are those of the deployments that the window is for', () => {
    const mine = capacity({ selectors: [{ services: ['ledger', 'service A'] }] });
    expect(found({}, { windows: [mine], reservations: three })).toEqual([]);
    expect(
      found({}, { windows: [mine], reservations: [other('A'), other('B', { services: ['service A'] })] }),
    ).toHaveLength(1);
    expect(
      found(
        { services: ['web'] },
        { windows: [mine], reservations: [other('A'), other('A2', { services: ['service A'] })] },
      ),
    ).toEqual([]);
  });

  test('of a window for emergencies only are no matter for planned work', () => {
    const only = capacity({ kind: 'emergency-only', capacity: 1, emergencyCapacity: 0 });
    expect(found({}, { windows: [only], reservations: [other('A', { changeType: 'EMERGENCY' })] })).toEqual(
      [],
    );
    expect(found({ changeType: 'EMERGENCY' }, { windows: [only], reservations: [other('A')] })).toEqual([]);
    expect(
      found(
        { changeType: 'EMERGENCY' },
        { windows: [only], reservations: [other('A', { changeType: 'EMERGENCY' })] },
      ),
    ).toHaveLength(1);
  });

  test('are counted while the window is open', () => {
    const windows = [capacity({ occurrences: [during('20:00', '22:30'), during('23:10', '23:20')] })];
    expect(found({}, { windows, reservations: two }).map(({ interval }) => interval)).toEqual([
      during('22:00', '22:30'),
      during('23:10', '23:20'),
    ]);
  });

  test('do not hold up a rollback', () => {
    expect(found({ kind: 'ROLLBACK' }, { windows: [capacity()], reservations: three })).toEqual([]);
  });
});

describe('the limits of environment, team and operator', () => {
  test('an environment takes as many at once as it or the policy says, and any number if neither does', () => {
    const environments: Member<'environments'>[] = [{ id: 'prod', class: 'PROD', maxParallel: 2 }];
    const two = [other('A'), other('B')];
    expect(counterparts({}, { reservations: two })).toEqual([]);
    expect(counterparts({}, { reservations: two, environments })).toEqual(['environment prod']);
    expect(counterparts({}, { reservations: [other('A')], environments })).toEqual([]);
    expect(counterparts({}, { reservations: [other('A')], policy: { perEnvironment: 1 } })).toEqual([
      'environment prod',
    ]);
    expect(
      counterparts(
        {},
        { reservations: [other('A', { environment: 'stage' })], policy: { perEnvironment: 1 } },
      ),
    ).toEqual([]);
  });

  test('an operator runs one at a time, anywhere', () => {
    const reservations = [other('A', { environment: 'stage', operator: 'ben' })];
    expect(counterparts({ operator: 'ben' }, { reservations })).toEqual(['operator ben']);
    expect(counterparts({ operator: 'ana' }, { reservations })).toEqual([]);
    expect(counterparts({}, { reservations })).toEqual([]);
    expect(counterparts({ operator: 'ben' }, { reservations, policy: { perOperator: 2 } })).toEqual([]);
  });

  test('a team runs two at a time, or as many as the policy or its own limit says', () => {
    const reservations = [other('A', { team: 'pay' }), other('B', { team: 'pay' })];
    expect(counterparts({ team: 'pay' }, { reservations })).toEqual(['team pay']);
    expect(counterparts({ team: 'pay' }, { reservations: reservations.slice(1) })).toEqual([]);
    expect(counterparts({ team: 'web' }, { reservations })).toEqual([]);
    expect(counterparts({ team: 'pay' }, { reservations, policy: { perTeam: 3 } })).toEqual([]);
    const teams = [{ id: 'pay', maxParallel: 1 }];
    expect(counterparts({ team: 'pay' }, { reservations: reservations.slice(1), teams })).toEqual([
      'team pay',
    ]);
  });

  test('hold for a rollback, and warn in an authorised emergency', () => {
    const reservations = [other('A', { operator: 'ben' })];
    expect(counterparts({ kind: 'ROLLBACK', operator: 'ben' }, { reservations })).toEqual(['operator ben']);
    expect(
      brief(candidate({ operator: 'ben', emergency: { path: 'break-glass' } }), { reservations }),
    ).toEqual(['WARNING CAPACITY operator ben']);
  });
});

describe('counting at once', () => {
  const limit = { policy: { perEnvironment: 1 } };

  test('a soak that ends as another starts leaves no instant with both', () => {
    const policy = { perEnvironment: 2 };
    const reservations = [other('A', during('21:00', '22:00')), other('B', during('22:30', '23:00'))];
    expect(found({}, { reservations, policy })).toEqual([]);
    expect(found({}, { reservations: [...reservations, other('C')], policy })).toMatchObject([
      { interval: during('22:00', '23:30') },
    ]);
  });

  test('each contiguous time over the limit is a conflict of its own', () => {
    const reservations = [
      other('A', { ...during('21:00', '22:00'), soakMinutes: 10 }),
      other('B', { ...during('22:20', '22:25'), soakMinutes: 5 }),
      other('C', { ...during('22:30', '22:40'), soakMinutes: 0 }),
    ];
    expect(found({}, { ...limit, reservations }).map(({ interval }) => interval)).toEqual([
      during('22:00', '22:10'),
      during('22:20', '22:40'),
    ]);
  });

  test('a deployment that holds several places at once counts once', () => {
    const reservations = [other('A'), other('A', { services: ['x'] })];
    expect(found({}, { reservations, policy: { perEnvironment: 2 } })).toEqual([]);
  });

  test('agrees with counting minute by minute', () => {
    const anyOther = fc.tuple(
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 9 }),
    );
    const minute = (from: number) => new Date(Date.parse(at('21:00')) + (from * HOUR) / 60).toISOString();
    fc.assert(
      fc.property(
        fc.array(anyOther, { maxLength: 12 }),
        fc.integer({ min: 1, max: 3 }),
        (others, perEnvironment) => {
          const reservations = others.map(([start, length, id]) =>
            other(`${id}`, { start: minute(start), end: minute(start + length), soakMinutes: 0 }),
          );
          const spans = found({}, { reservations, policy: { perEnvironment } }).map(
            ({ interval }) => interval,
          );
          const over = Array.from({ length: 90 }, (_, i) => 60 + i).filter((m) => {
            const running = others.filter(([start, length]) => start <= m && m < start + length);
            return new Set(running.map(([, , id]) => id)).size >= perEnvironment;
          });
          const covered = Array.from({ length: 90 }, (_, i) => 60 + i).filter((m) =>
            spans.some(({ start, end }) => start <= minute(m) && minute(m) < end),
          );
          expect(covered).toEqual(over);
        },
      ),
    );
  });
});
