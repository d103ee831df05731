import { describe, expect, test } from 'vitest';
import { type Grant, toxicCombinations } from './toxicRoles.js';

const grant = (account: string, role: string, more: Partial<Grant> = {}): Grant => ({
  account,
  role,
  start: '2027-01-01T00:00:00Z',
  ...more,
});
const found = (...grants: Grant[]) =>
  toxicCombinations({ grants, directory: { merged: [['ana', 'a.silva']] } }).map(
    ({ person, roles }) => `${person}: ${roles.join(' + ')}`,
  );

describe('a toxic combination of roles', () => {
  test('is held by one person, through whatever accounts', () => {
    expect(found(grant('ana', 'approver'), grant('a.silva', 'developer'))).toEqual([
      'a.silva: developer + approver',
    ]);
    expect(found(grant('ana', 'approver'), grant('ben', 'developer'))).toEqual([]);
    expect(found(grant('ana', 'approver'), grant('ana', 'analyst'))).toEqual([]);
  });

  test('overlaps in team, environment class and time', () => {
    const developer = grant('ana', 'developer', {
      team: 'cards',
      environmentClass: 'PROD',
      end: '2027-02-01T00:00:00Z',
    });
    expect(found(developer, grant('ana', 'approver', { team: 'cards' }))).toHaveLength(1);
    expect(found(developer, grant('ana', 'approver', { team: 'loans' }))).toEqual([]);
    expect(found(developer, grant('ana', 'approver', { environmentClass: 'TEST' }))).toEqual([]);
    expect(found(developer, grant('ana', 'approver', { start: '2027-02-01T00:00:00Z' }))).toEqual([]);
    expect(found(developer, grant('ana', 'approver', { start: '2027-01-31T23:59:59Z' }))).toHaveLength(1);
  });

  test('is listed once a pair of roles, by person', () => {
    const roles = ['developer', 'approver', 'deployment_operator', 'developer'];
    const grants = ['zoe', 'ben'].flatMap((who) => roles.map((role) => grant(who, role)));
    expect(found(...grants)).toEqual([
      'ben: developer + approver',
      'ben: developer + deployment_operator',
      'ben: approver + deployment_operator',
      'zoe: developer + approver',
      'zoe: developer + deployment_operator',
      'zoe: approver + deployment_operator',
    ]);
  });

  test('shows the first two grants that overlap', () => {
    const grants = [
      grant('ana', 'developer', { team: 'loans' }),
      grant('ana', 'developer', { start: '2027-01-01T09:00:00+01:00' }),
      grant('ana', 'approver', { team: 'cards', end: '2027-01-01T08:00:00Z' }),
      grant('ana', 'approver', { team: 'cards', end: '2027-01-01T08:00:01Z' }),
      grant('ana', 'approver'),
    ];
    expect(toxicCombinations({ grants: grants.slice(0, 4) })).toEqual([
      { person: 'ana', roles: ['developer', 'approver'], grants: [grants[1], grants[3]] },
    ]);
    expect(toxicCombinations({ grants })).toMatchObject([{ grants: [grants[0], grants[4]] }]);
  });

  test.each<[Partial<Grant>, string]>([
    [{ start: 'soon' }, 'grants.0.start: Invalid ISO datetime.'],
    [{ end: '2026-12-31T00:00:00Z' }, 'grants.0.end: Expected an instant after start.'],
    [{ end: '2027-01-01T01:00:00+01:00' }, 'grants.0.end: Expected an instant after start.'],
  ])('bad grants are refused by name: %o', (bad, message) =>
    expect(() => found(grant('ana', 'approver', bad), grant('ana', 'developer'))).toThrow(
      expect.objectContaining({ violations: [{ code: 'INVALID_INPUT', message, ref: 'APR-07.6' }] }),
    ),
  );
});
