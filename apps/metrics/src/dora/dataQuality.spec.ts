import { expect, test } from 'vitest';
import { at, built, change, incident, january, live, said, step } from '../../../../test/metrics/given.js';
import { dora } from '../dora.js';
import type { Fact } from '../fact.js';

const quality = (...facts: (Fact | Fact[])[]) => dora(facts.flat(), january).dataQuality;
const clean = {
  deploymentsWithoutCommits: 0,
  commitsWithoutTime: 0,
  negativeLeadTimes: 0,
  incidentsWithoutService: 0,
  incidentsWithoutSeverity: 0,
  inconsistentIncidents: 0,
  reusedEventIds: 0,
};
const sound = [
  change('a', at(3)),
  built('v1', ['a']),
  live('d', at(4), 'v1'),
  ...incident('I', at(5), at(6)),
];

test('data without fault have none', () => expect(quality(sound)).toEqual(clean));

test('each fault is counted by its name', () => {
  const nameless: Fact = { ...said('o', at(5)), kind: 'incidentOpened', incidentId: 'N' };
  const reused = { ...live('d', at(4), 'v1'), version: 'other' } as Fact;
  expect(quality(sound, live('u', at(6), 'v2'))).toEqual({ ...clean, deploymentsWithoutCommits: 1 });
  expect(quality(sound, built('v1', ['lost'], at(2)))).toEqual({ ...clean, commitsWithoutTime: 1 });
  expect(quality(sound, change('a', at(3)), { ...change('a', at(5)), id: 'x' } as Fact)).toEqual(clean);
  expect(quality(change('b', at(9)), built('v2', ['b']), live('u', at(8), 'v2'))).toEqual({
    ...clean,
    negativeLeadTimes: 1,
  });
  expect(quality(sound, nameless)).toEqual({
    ...clean,
    incidentsWithoutService: 1,
    incidentsWithoutSeverity: 1,
  });
  expect(quality(sound, incident('J', at(5), at(4)))).toEqual({ ...clean, inconsistentIncidents: 1 });
  expect(quality(sound, reused)).toEqual({ ...clean, reusedEventIds: 1 });
});

test('configuration and what was rolled back need no commits', () => {
  const config = live('c', at(7), 'v1', { configDigest: 'c2' });
  expect(quality(sound, config, live('r', at(8), 'v9'), step('deploymentRolledBack', 'r', at(9)))).toEqual(
    clean,
  );
});

test('false alarms and incidents of other times are left alone', () => {
  const cancelled: Fact = { ...said('c', at(6)), kind: 'incidentCancelled', incidentId: 'N' };
  const nameless = (time: string): Fact => ({ ...said('o', time), kind: 'incidentOpened', incidentId: 'N' });
  expect(quality(sound, nameless(at(5)), cancelled)).toEqual(clean);
  expect(quality(sound, nameless('2027-02-01T00:00:00Z'))).toEqual(clean);
  expect(quality(sound, nameless('2027-01-01T00:00:00Z'))).toMatchObject({ incidentsWithoutService: 1 });
});
