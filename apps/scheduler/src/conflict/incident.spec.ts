import { describe, expect, test } from 'vitest';
import type { Candidate } from './candidate.js';
import { at, brief, candidate, NOW } from './example.js';
import { evaluate } from './conflicts.js';
import type { Member } from './snapshot.js';

const dependencies: Member<'dependencies'>[] = [
  { consumer: 'ledger', provider: 'auth', kind: 'hard' },
  { consumer: 'ledger', provider: 'mail', kind: 'soft' },
  { consumer: 'auth', provider: 'vault', kind: 'hard' },
  { consumer: 'web', provider: 'ledger', kind: 'hard' },
];
const incident = (changes: Partial<Member<'incidents'>> = {}): Member<'incidents'> => ({
  id: 'I',
  severity: 'SEV1',
  services: ['ledger'],
  openedAt: at('20:00'),
  ...changes,
});
const judge = (
  changes: Partial<Member<'incidents'>>,
  asked: Partial<Candidate> = {},
  now = new Date(at('21:00')),
) => brief(candidate(asked), { incidents: [incident(changes)], dependencies }, now);

describe('INCIDENT', () => {
  test('blocks from two hours before the start on, and warns before that', () => {
    expect(judge({}, {}, new Date(at('20:00')))).toEqual(['BLOCKER INCIDENT I']);
    expect(judge({}, {}, new Date(Date.parse(at('20:00')) - 1))).toEqual(['WARNING INCIDENT I']);
  });

  test.each([
    ['SEV1', 1],
    ['SEV2', 1],
    ['SEV3', 0],
    ['SEV4', 0],
  ] as const)('counts %s %i times', (severity, count) => {
    expect(judge({ severity })).toHaveLength(count);
  });

  test.each([
    ['the service', ['ledger'], 1],
    ['a direct hard dependency', ['auth'], 1],
    ['a soft dependency', ['mail'], 0],
    ['a dependency further away', ['vault'], 0],
    ['a dependent', ['web'], 0],
  ])('on %s %o is found %i times', (_, services, count) => {
    expect(judge({ services })).toHaveLength(count);
  });

  test('on the environment is found there, and leaves services it does not name alone', () => {
    expect(judge({ services: undefined, environments: ['prod'] })).toHaveLength(1);
    expect(judge({ services: [], environments: ['stage'] })).toHaveLength(0);
    expect(judge({ services: ['blog'], environments: ['prod'] })).toHaveLength(0);
    expect(judge({ services: ['ledger'], environments: ['stage'] })).toHaveLength(0);
    expect(judge({ services: ['ledger'], environments: ['prod'] })).toHaveLength(1);
    expect(judge({ services: [], environments: [] })).toHaveLength(0);
  });

  test('is one that is open at the start', () => {
    expect(judge({ resolvedAt: at('22:00') })).toHaveLength(0);
    expect(judge({ resolvedAt: at('22:01') })).toHaveLength(1);
    expect(judge({ openedAt: at('22:01') })).toHaveLength(0);
    expect(judge({ openedAt: at('22:00') })).toHaveLength(1);
  });

  test('does not hold up the hotfix or the emergency linked to it, nor any rollback', () => {
    const emergency = { path: 'emergency' } as const;
    expect(judge({}, { kind: 'HOTFIX', incidents: ['I'] })).toEqual([]);
    expect(judge({}, { kind: 'HOTFIX', incidents: ['J'] })).toHaveLength(1);
    expect(judge({}, { kind: 'HOTFIX' })).toHaveLength(1);
    expect(judge({}, { kind: 'PLANNED', incidents: ['I'] })).toHaveLength(1);
    expect(judge({}, { emergency, incidents: ['I'] })).toEqual([]);
    expect(judge({}, { emergency, incidents: ['J'] })).toEqual(['BLOCKER INCIDENT I']);
    expect(judge({}, { kind: 'ROLLBACK' })).toEqual([]);
  });

  test('is reported over the whole occupied interval, with its severity', () => {
    const [found] = evaluate(candidate(), { incidents: [incident()] }, NOW);
    expect(found).toMatchObject({
      order: 2,
      interval: { start: at('22:00'), end: at('23:30') },
      message: 'SEV1 I is open on what this deployment changes or needs.',
    });
  });

  test('with a time that is none is refused by name', () => {
    expect(() => judge({ openedAt: 'yesterday' })).toThrow('incidents[0].openedAt must be an instant');
    expect(() => judge({ resolvedAt: 'soon' })).toThrow('incidents[0].resolvedAt must be an instant');
  });
});
