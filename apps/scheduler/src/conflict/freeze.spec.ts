import { describe, expect, test } from 'vitest';
import { evaluate } from './conflicts.js';
import { brief, candidate, freeze, NOW } from './example.js';
import type { Member, Selector } from './snapshot.js';

const exception = (changes: Partial<Member<'exceptions'>> = {}): Member<'exceptions'> => ({
  id: 'E',
  freeze: 'F',
  deployment: 'D',
  start: '2027-03-10T00:00:00Z',
  end: '2027-03-11T00:00:00Z',
  ...changes,
});

describe('a freeze', () => {
  test('SCH-03 S1: an exception to the freeze of the organisation leaves the freeze of payments in force', () => {
    const asked = candidate({
      services: ['payments'],
      start: '2027-12-31T10:00:00Z',
      end: '2027-12-31T11:00:00Z',
    });
    const F1 = freeze({ id: 'F1', start: '2027-12-20T00:00:00Z', end: '2028-01-03T00:00:00Z' });
    const F2 = freeze({
      id: 'F2',
      selectors: [{ services: ['payments'] }],
      start: '2027-12-30T00:00:00Z',
      end: '2028-01-05T00:00:00Z',
    });
    const exceptions = [exception({ freeze: 'F1', start: F1.start, end: F1.end })];
    expect(brief(asked, { freezes: [F1, F2] })).toEqual(['BLOCKER FREEZE F1', 'BLOCKER FREEZE F2']);
    expect(brief(asked, { freezes: [F1, F2], exceptions })).toEqual(['BLOCKER FREEZE F2']);
  });

  test.each([
    ['2027-01-29T18:00:00Z', 0],
    ['2027-01-29T18:01:00Z', 1],
  ])('SCH-03 S3: with occupation from 16:00 to %s there are %i overlaps', (end, count) => {
    const asked = candidate({ start: '2027-01-29T16:00:00Z', end, soakMinutes: 0 });
    const freezes = [freeze({ start: '2027-01-29T18:00:00Z', end: '2027-02-01T06:00:00Z' })];
    const found = evaluate(asked, { freezes }, NOW).filter(({ code }) => code === 'FREEZE');
    expect(found).toHaveLength(count);
  });

  test('counts the soak and the pre-buffer as occupied', () => {
    const after = [freeze({ start: '2027-03-10T23:29:00Z', end: '2027-03-12T00:00:00Z' })];
    const before = [freeze({ start: '2027-03-10T00:00:00Z', end: '2027-03-10T21:46:00Z' })];
    expect(brief(candidate(), { freezes: after })).toEqual(['BLOCKER FREEZE F']);
    expect(brief(candidate({ soakMinutes: 29 }), { freezes: after })).not.toContain('BLOCKER FREEZE F');
    expect(brief(candidate(), { freezes: before })).toEqual([]);
    expect(brief(candidate({ preBufferMinutes: 15 }), { freezes: before })).toEqual(['BLOCKER FREEZE F']);
  });

  test.each([
    ['soft', 'WARNING'],
    ['hard', 'BLOCKER'],
    ['hard-stop', 'BLOCKER'],
  ] as const)('that is %s is a %s', (mode, severity) => {
    expect(brief(candidate(), { freezes: [freeze({ mode })] })).toEqual([`${severity} FREEZE F`]);
  });

  test.each([
    ['DRAFT', 0],
    ['DECLARED', 1],
    ['ACTIVE', 1],
    ['ENDED', 0],
    ['LIFTED', 0],
    ['CANCELLED', 0],
  ] as const)('that is %s counts %i times', (state, count) => {
    expect(brief(candidate(), { freezes: [freeze({ state })] })).toHaveLength(count);
  });

  test('lets its allowed types and kinds pass', () => {
    const freezes = [freeze({ allowedTypes: ['EMERGENCY'], allowedKinds: ['HOTFIX'] })];
    expect(brief(candidate(), { freezes })).toHaveLength(1);
    expect(brief(candidate({ changeType: 'EMERGENCY' }), { freezes })).toEqual([]);
    expect(brief(candidate({ kind: 'HOTFIX' }), { freezes })).toEqual([]);
  });

  test('takes what states no type for NORMAL', () => {
    expect(brief(candidate(), { freezes: [freeze({ allowedTypes: ['NORMAL'] })] })).toEqual([]);
    expect(brief(candidate(), { freezes: [freeze({ allowedTypes: ['STANDARD'] })] })).toHaveLength(1);
  });

  test('says how strict it is and how long it lasts', () => {
    const [found] = evaluate(candidate(), { freezes: [freeze({ mode: 'hard-stop' })] }, NOW);
    expect(found?.message).toBe(
      'The hard-stop freeze F lasts until 2027-03-11T00:00:00.000Z and nothing exempts this deployment.',
    );
  });

  test('lets a rollback pass', () => {
    expect(brief(candidate({ kind: 'ROLLBACK' }), { freezes: [freeze()] })).toEqual([]);
  });

  test('yields to an emergency only where the authorisation names it, and only while that lasts', () => {
    const asked = (freezes: string[], validUntil?: string) =>
      candidate({ emergency: { path: 'emergency', freezes, validUntil } });
    const snapshot = { freezes: [freeze()] };
    expect(brief(asked([]), snapshot)).toEqual(['BLOCKER FREEZE F']);
    expect(brief(asked(['F']), snapshot)).toEqual([]);
    expect(brief(asked(['F'], '2027-03-10T22:00:00.001Z'), snapshot)).toEqual([]);
    expect(brief(asked(['F'], '2027-03-10T22:00:00Z'), snapshot)).toEqual(['BLOCKER FREEZE F']);
  });

  describe('with an exception', () => {
    const judge = (...exceptions: Member<'exceptions'>[]) =>
      brief(candidate(), { freezes: [freeze()], exceptions });

    test('is covered by one that spans the whole overlap, or by two that do so together', () => {
      expect(judge(exception())).toEqual([]);
      const first = exception({ id: 'E1', end: '2027-03-10T22:30:00Z' });
      const second = exception({ id: 'E2', start: '2027-03-10T22:30:00Z' });
      expect(judge(second, first)).toEqual([]);
      expect(judge(first)).toEqual(['BLOCKER FREEZE F']);
    });

    test('is not covered by one that ends before the soak, names another freeze or another deployment', () => {
      expect(judge(exception({ end: '2027-03-10T23:29:00Z' }))).toEqual(['BLOCKER FREEZE F']);
      expect(judge(exception({ freeze: 'G' }))).toEqual(['BLOCKER FREEZE F']);
      expect(judge(exception({ deployment: 'C' }))).toEqual(['BLOCKER FREEZE F']);
    });
  });
});

describe('the selectors of a freeze', () => {
  const services = [
    { id: 'ledger', tier: 1, tags: ['pci'] },
    { id: 'blog', tier: 4 },
  ];
  const asked = candidate({
    services: ['ledger', 'blog'],
    regions: ['eu'],
    tags: ['big'],
    changeType: 'STANDARD',
  });
  const hits = (...selectors: Selector[]) =>
    brief(asked, { services, freezes: [freeze({ selectors })] }).length === 1;

  test.each<[string, Selector, boolean]>([
    ['everything', {}, true],
    ['a service of the deployment', { services: ['x', 'blog'] }, true],
    ['another service', { services: ['x'] }, false],
    ['a tier', { tiers: [1] }, true],
    ['another tier', { tiers: [2, 3] }, false],
    ['the environment', { environments: ['prod'] }, true],
    ['another environment', { environments: ['stage'] }, false],
    ['its class', { environmentClasses: ['PROD'] }, true],
    ['another class', { environmentClasses: ['DEV', 'TEST', 'STAGING'] }, false],
    ['its region', { regions: ['eu', 'us'] }, true],
    ['another region', { regions: ['us'] }, false],
    ['its change type', { changeTypes: ['STANDARD'] }, true],
    ['another change type', { changeTypes: ['NORMAL', 'EMERGENCY'] }, false],
    ['a tag of the deployment', { tags: ['big'] }, true],
    ['a tag of a service', { tags: ['pci'] }, true],
    ['another tag', { tags: ['phi'] }, false],
    ['service and tier, held by one and the same service', { services: ['blog'], tiers: [4] }, true],
    ['service and tier, held by two services', { services: ['blog'], tiers: [1] }, false],
    ['service and another region', { services: ['blog'], regions: ['us'] }, false],
  ])('that name %s: %o reaches: %s', (_, selector, reached) => {
    expect(hits(selector)).toBe(reached);
    expect(hits({ services: ['nobody'] }, selector)).toBe(reached);
  });

  test('take a tier and a region that nobody states for a match, a tag that nobody gave not', () => {
    const judge = (selector: Selector) =>
      brief(candidate(), { freezes: [freeze({ selectors: [selector] })] });
    expect(judge({ tiers: [4] })).toHaveLength(1);
    expect(judge({ regions: ['us'] })).toHaveLength(1);
    expect(judge({ tags: ['pci'] })).toHaveLength(0);
  });

  test('take NORMAL for the change type that is not stated', () => {
    const judge = (selector: Selector) =>
      brief(candidate(), { freezes: [freeze({ selectors: [selector] })] });
    expect(judge({ changeTypes: ['NORMAL'] })).toHaveLength(1);
    expect(judge({ changeTypes: ['STANDARD'] })).toHaveLength(0);
  });
});
