import { describe, expect, test } from 'vitest';
import type { Candidate, Reservation } from './candidate.js';
import { evaluate } from './conflicts.js';
import { at, brief, candidate, during, NOW, reservation } from './example.js';
import { hardProviders, graphOf, nearby } from './hops.js';
import type { Member, Snapshot } from './snapshot.js';

const edge = (
  consumer: string,
  provider: string,
  kind: 'hard' | 'soft' = 'hard',
): Member<'dependencies'> => ({
  consumer,
  provider,
  kind,
});

describe('DEPENDENCY_ORDER', () => {
  const requires = [{ service: 'auth', version: '2' }];
  const delivers = requires;
  const live = [{ service: 'auth', environment: 'prod', versions: ['1'] }];
  const judge = (snapshot: Snapshot, asked: Partial<Candidate> = {}) =>
    brief(candidate({ requires, ...asked }), { live, ...snapshot }).filter((one) =>
      one.includes('DEPENDENCY_ORDER'),
    );
  const bringing = (changes: Partial<Reservation>) => ({
    reservations: [reservation({ services: ['auth'], delivers, ...changes })],
  });

  test('blocks while the version is not live in the environment', () => {
    expect(judge({})).toEqual(['BLOCKER DEPENDENCY_ORDER auth@2']);
    expect(judge({ live: [{ service: 'auth', environment: 'stage', versions: ['2'] }] })).toHaveLength(1);
    expect(
      judge({ live: [...live, { service: 'auth', environment: 'prod', versions: ['3', '2'] }] }),
    ).toEqual([]);
    expect(judge({ live: [{ service: 'mail', environment: 'prod', versions: ['2'] }] })).toHaveLength(1);
    expect(judge({}, { requires: [{ service: 'auth', version: '1' }] })).toEqual([]);
  });

  test('is met by a deployment that has soaked by the start, not by one that has not', () => {
    expect(judge(bringing(during('20:30', '21:30')))).toEqual([]);
    expect(judge(bringing(during('20:30', '21:31')))).toHaveLength(1);
    expect(judge(bringing({ ...during('20:30', '21:31'), soakMinutes: 29 }))).toEqual([]);
    expect(judge(bringing({ ...during('20:30', '21:00'), environment: 'stage' }))).toHaveLength(1);
    expect(
      judge(bringing({ ...during('20:30', '21:00'), delivers: [{ service: 'auth', version: '3' }] })),
    ).toHaveLength(1);
    expect(judge(bringing({ ...during('20:30', '21:00'), state: 'ROLLING_BACK' }))).toHaveLength(1);
    expect(judge(bringing({ ...during('20:30', '21:00'), id: 'D' }))).toHaveLength(1);
  });

  test('is met by the deployment itself when it brings the version', () => {
    expect(judge({}, { delivers })).toEqual([]);
    expect(judge({}, { delivers: [{ service: 'mail', version: '2' }] })).toHaveLength(1);
  });

  test('says when the version comes, or that nothing brings it', () => {
    const message = (snapshot: Snapshot) =>
      evaluate(candidate({ requires }), { live, ...snapshot }, NOW)[0]?.message;
    expect(message({})).toBe('auth@2 is required and is not live in prod and nothing scheduled brings it.');
    expect(message(bringing(during('22:00', '23:00')))).toBe(
      'auth@2 is required and is not live in prod before 2027-03-10T23:30:00.000Z.',
    );
    const first = bringing(during('24:00', '25:00')).reservations.concat(
      bringing({ id: 'Y', ...during('23:00', '24:00') }).reservations,
    );
    expect(message({ reservations: first })).toContain('before 2027-03-11T00:30:00.000Z');
  });

  test('is not evaluated when the caller does not hold what is live', () => {
    expect(judge({ live: undefined })).toEqual([]);
  });

  test('stays a blocker in an authorised emergency', () => {
    expect(judge({}, { emergency: { path: 'emergency' } })).toEqual(['BLOCKER DEPENDENCY_ORDER auth@2']);
  });
});

describe('DEPENDENCY_OVERLAP', () => {
  const dependencies = [
    edge('web', 'ledger'),
    edge('ledger', 'auth'),
    edge('ledger', 'mail', 'soft'),
    edge('auth', 'vault'),
    edge('shop', 'web'),
    edge('portal', 'shop'),
    edge('hr', 'auth'),
  ];
  const judge = (other: Partial<Reservation>, asked: Partial<Candidate> = {}) =>
    brief(candidate(asked), { dependencies, reservations: [reservation(other)] }).filter(
      (one) => !one.includes('PROX'),
    );

  test.each([
    ['auth', 'BLOCKER'],
    ['web', 'BLOCKER'],
    ['mail', 'WARNING'],
    ['vault', 'WARNING'],
    ['shop', 'WARNING'],
  ])('with %s is a %s', (service, severity) => {
    expect(judge({ services: [service] })).toEqual([`${severity} DEPENDENCY_OVERLAP X`]);
  });

  test.each(['portal', 'hr', 'blog', 'ledger'])('with %s is none', (service) => {
    expect(judge({ services: [service], environment: 'prod-2' })).toEqual([]);
  });

  test('stays one when the deployment takes the other service along', () => {
    const others = [reservation({ services: ['auth'], environment: 'prod-2' })];
    const asked = (...services: string[]) =>
      brief(candidate({ services }), { dependencies, reservations: others });
    expect(asked('ledger')).toEqual(['BLOCKER DEPENDENCY_OVERLAP X']);
    expect(asked('ledger', 'auth')).toEqual(['BLOCKER DEPENDENCY_OVERLAP X']);
    expect(asked('auth')).toEqual([]);
  });

  test('is looked for in the class of the environment, not in the environment alone', () => {
    expect(judge({ services: ['auth'], environment: 'prod-2' })).toHaveLength(1);
    expect(judge({ services: ['auth'], environment: 'prod-2', environmentClass: 'STAGING' })).toEqual([]);
  });

  test('takes the class from the environment where the deployment does not state it, else PROD', () => {
    const other = reservation({ services: ['auth'], environment: 'e2', environmentClass: undefined });
    const asked = candidate({ environmentClass: undefined });
    const classed = (id: string) => ({ environments: [{ id, class: 'TEST' as const }] });
    const found = (snapshot: Snapshot) => brief(asked, { dependencies, reservations: [other], ...snapshot });
    expect(found({})).toEqual(['BLOCKER DEPENDENCY_OVERLAP X']);
    expect(found(classed('e2'))).toEqual([]);
    expect(
      found({ environments: [...classed('e2').environments, ...classed('prod').environments] }),
    ).toHaveLength(1);
  });

  test('is no conflict for what a plan puts in order or takes as one unit', () => {
    const plan = { id: 'P', wave: 1 };
    const other = (theirs: Reservation['plan'], mine: Candidate['plan'] = plan) =>
      judge({ services: ['auth'], plan: theirs }, { plan: mine });
    expect(other({ id: 'P', wave: 2 })).toEqual([]);
    expect(other({ id: 'Q', wave: 2 })).toHaveLength(1);
    expect(other({ id: 'P', wave: 1 })).toHaveLength(1);
    expect(other({ id: 'P', wave: 1, unit: 'U' }, { ...plan, unit: 'U' })).toEqual([]);
    expect(other({ id: 'P', wave: 1, unit: 'U' }, { ...plan, unit: 'V' })).toHaveLength(1);
    expect(other(undefined)).toHaveLength(1);
    expect(judge({ services: ['auth'] })).toHaveLength(1);
  });

  test('names the nearest service and how near it is', () => {
    const message = (...services: string[]) =>
      evaluate(candidate(), { dependencies, reservations: [reservation({ services })] }, NOW)[0]?.message;
    expect(message('vault', 'mail', 'web', 'auth')).toBe(
      'X deploys auth, one hard hop away, until 2027-03-10T23:30:00.000Z, soak included.',
    );
    expect(message('vault', 'mail')).toContain('mail, one soft hop away,');
    expect(message('vault', 'shop')).toContain('shop, two hops away,');
  });

  test('lasts as long as both do, and eases in an authorised emergency', () => {
    const other = reservation({ services: ['auth'], ...during('23:00', '25:00') });
    expect(evaluate(candidate(), { dependencies, reservations: [other] }, NOW)[0]?.interval).toEqual(
      during('23:00', '23:30'),
    );
    expect(judge({ services: ['auth'] }, { emergency: { path: 'emergency' } })).toEqual([
      'WARNING DEPENDENCY_OVERLAP X',
    ]);
  });
});

describe('the neighbourhood of services', () => {
  const sorted = (near: ReadonlyMap<string, string>) => [...near].sort(([a], [b]) => (a < b ? -1 : 1));

  test('takes the nearer of two ways, whatever the order of the edges', () => {
    const edges = [edge('a', 'b', 'soft'), edge('a', 'b'), edge('b', 'c'), edge('a', 'c', 'soft')];
    for (const order of [edges, edges.toReversed()])
      expect(sorted(nearby(new Set(['a']), graphOf(order)))).toEqual([
        ['b', 'hard'],
        ['c', 'soft'],
      ]);
  });

  test('reaches a service of the deployment from another one of it, and none from itself', () => {
    const graph = graphOf([edge('a', 'b'), edge('b', 'c', 'soft'), edge('c', 'a'), edge('b', 'b')]);
    expect(sorted(nearby(new Set(['b']), graph))).toEqual([
      ['a', 'hard'],
      ['c', 'soft'],
    ]);
    expect(sorted(nearby(new Set(['a', 'b']), graph))).toEqual([
      ['a', 'hard'],
      ['b', 'hard'],
      ['c', 'hard'],
    ]);
    const chain = graphOf([edge('a', 'm'), edge('m', 'z'), edge('z', 'm')]);
    expect(sorted(nearby(new Set(['a', 'z']), chain))).toEqual([
      ['a', 'two hops'],
      ['m', 'hard'],
      ['z', 'two hops'],
    ]);
  });

  test('is found soon behind a service that many have in common', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => i.toString(36));
    const graph = graphOf([
      ...many(1_000).map((name) => edge(name, 'hub')),
      ...many(50_000).map((name) => edge('hub', `provider ${name}`)),
    ]);
    expect(nearby(new Set(many(1_000)), graph).size).toBe(50_001);
  });

  test('ends with the deployment itself, in a cycle too', () => {
    const graph = graphOf([edge('a', 'b'), edge('b', 'a'), edge('b', 'c')]);
    expect(sorted(nearby(new Set(['a']), graph))).toEqual([
      ['b', 'hard'],
      ['c', 'two hops'],
    ]);
    expect([...hardProviders(new Set(['a', 'b']), graph)]).toEqual(['c']);
    expect([...hardProviders(new Set(['c']), graph)]).toEqual([]);
  });

  test('does not join services that only share a provider or a consumer', () => {
    expect(
      [
        ...nearby(
          new Set(['a']),
          graphOf([edge('a', 'p'), edge('b', 'p'), edge('c', 'a'), edge('c', 'd')]),
        ).keys(),
      ].sort(),
    ).toEqual(['c', 'p']);
  });
});

test('at() reads hours past midnight as the next day', () => {
  expect(at('25:30')).toBe('2027-03-11T01:30:00.000Z');
});
