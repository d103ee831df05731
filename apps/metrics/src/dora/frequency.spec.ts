import { describe, expect, test } from 'vitest';
import { at, change, january, live, said } from '../../../../test/metrics/given.js';
import { assemble } from '../delivery.js';
import { dora } from '../dora.js';
import type { Fact } from '../fact.js';
import { cadenceOf, frequencyBuckets } from './frequency.js';
import { scopeOf } from './scope.js';

const frequency = (facts: readonly Fact[], query: object = {}) =>
  dora(facts, { ...january, ...query }).deploymentFrequency;
const registered = (time: string): Fact => ({
  ...said('registered', time),
  kind: 'serviceRegistered',
  service: 's',
});
const retired = (time: string): Fact => ({ ...said('retired', time), kind: 'serviceRetired', service: 's' });

/** Deployments at 09:00, 10:00 … of days of January 2027. */
function onDays(days: readonly number[], aDay = 1): Fact[] {
  return days.flatMap((day) =>
    Array.from({ length: aDay }, (_, i) => live(`d${day}-${i}`, at(day, 9 + i), `v${day}-${i}`)),
  );
}

describe('deployment frequency', () => {
  const existed = registered('2026-01-01T00:00:00Z');

  test('adds one per service, not per region', () => {
    const regions = [1, 2, 3].flatMap((hour) =>
      ['s', 't'].map(
        (service) => ({ ...live('r', at(4, hour), 'v1', { service }), id: `${service}${hour}` }) as Fact,
      ),
    );
    expect(frequency(regions, { service: undefined }).n).toBe(2);
    expect(frequency(regions).n).toBe(1);
  });

  test('weeks with 5, 4, 0 and 3 deployment days have a median of 3.5: daily', () => {
    const facts = [existed, ...onDays([4, 5, 6, 7, 8, 11, 12, 13, 14, 25, 26, 27])];
    const { deploymentDaysPerWeek, cadence } = frequency(facts, { from: '2027-01-04', to: '2027-02-01' });
    expect([deploymentDaysPerWeek, cadence]).toEqual([3.5, 'daily']);
  });

  test('is on demand from a median of 2 a working day', () => {
    const weekdays = [4, 5, 6, 7, 8, 11, 12, 13, 14, 15];
    const query = { from: '2027-01-04', to: '2027-01-18' };
    expect(frequency([existed, ...onDays(weekdays, 2)], query)).toMatchObject({
      cadence: 'onDemand',
      deploymentsPerWorkingDay: 2,
    });
    expect(frequency([existed, ...onDays(weekdays, 1)], query).cadence).toBe('daily');
  });

  test.each([
    [3, 2, null, 'onDemand'],
    [3, 1.5, null, 'daily'],
    [2.5, 9, null, 'weekly'],
    [1, 0, null, 'weekly'],
    [0.5, 0, 1, 'monthly'],
    [0, 0, 0.5, 'lessThanMonthly'],
    [0, 0, null, 'lessThanMonthly'],
    [null, null, null, null],
  ] as const)('medians of %d a week, %d a working day, %d a month are %s', (week, day, month, cadence) => {
    expect(cadenceOf(week, day, month)).toBe(cadence);
  });

  test('is 0 for a service that existed and did not deploy, null for one that did not exist', () => {
    expect(frequency([existed])).toMatchObject({ value: 0, n: 0, cadence: 'lessThanMonthly' });
    expect(frequency([])).toMatchObject({ value: null, n: 0, cadence: null });
    expect(frequency([registered('2027-02-01T00:00:00Z')]).value).toBeNull();
    expect(frequency([registered('2027-01-31T23:59:59Z')]).value).toBe(0);
    expect(frequency([existed, retired('2027-01-01T00:00:00Z')]).value).toBeNull();
    expect(frequency([existed, retired('2026-06-01T00:00:00Z')]).value).toBeNull();
    expect(
      frequency([existed, retired('2026-06-01T00:00:00Z'), { ...registered(at(5)), id: 'again' }]).value,
    ).toBe(0);
    expect(frequency([change('c', at(5))]).value).toBe(0);
  });

  test('over all services is null once all of them are retired', () => {
    const other: Fact = { ...said('t', '2026-02-01T00:00:00Z'), kind: 'serviceRegistered', service: 't' };
    const gone = [existed, retired('2026-06-01T00:00:00Z')];
    expect(frequency(gone, { service: undefined }).value).toBeNull();
    expect(frequency([...gone, other], { service: undefined }).value).toBe(0);
    expect(frequency(gone, { service: undefined, from: '2025-12-01', to: '2026-01-15' }).value).toBe(0);
    expect(frequency(gone, { service: undefined, from: '2025-11-01', to: '2025-12-01' }).value).toBeNull();
  });

  test('has buckets of 0, of null where the service did not exist, and marks partial ones', () => {
    const facts = [registered(at(11)), ...onDays([20, 27])];
    const delivery = assemble(facts, { asOf: at(30) });
    const buckets = frequencyBuckets(scopeOf(delivery, january), 'week');
    expect(buckets.map(({ deployments, partial }) => [deployments, partial])).toEqual([
      [null, true],
      [null, true],
      [0, false],
      [1, false],
      [1, true],
    ]);
  });

  test('reads days in the zone that is asked for', () => {
    const late = live('d', '2027-01-31T23:30:00Z', 'v1');
    expect(frequency([late], { zone: 'Asia/Tokyo' }).n).toBe(0);
    expect(frequency([late], { zone: 'Asia/Tokyo', from: '2027-02-01', to: '2027-03-01' }).n).toBe(1);
    expect(frequency([late], { zone: 'America/New_York' }).n).toBe(1);
  });

  test('says that a window is not over', () => {
    expect(frequency([existed], { asOf: at(20) }).partial).toBe('partial (window not over)');
    expect(frequency([existed]).partial).toBeUndefined();
  });

  test('lists what was left out of this service and window only', () => {
    const again = (id: string, time: string, more = {}) =>
      live(id, time, 'v', { deploymentKind: 'REDEPLOY', ...more });
    const facts = [
      again('a', at(4)),
      again('b', '2027-02-01T00:00:00Z'),
      again('c', at(5), { service: 't' }),
    ];
    expect(frequency(facts).exclusions).toEqual([{ reason: 'REDEPLOY', count: 1 }]);
    expect(frequency(facts, { service: undefined }).exclusions).toEqual([{ reason: 'REDEPLOY', count: 2 }]);
  });

  test('marks a figure over several services', () => {
    expect(frequency(onDays([4]), { service: undefined }).blended).toBe(true);
    expect(frequency(onDays([4])).blended).toBeUndefined();
  });

  test('refuses an empty service', () => {
    expect(() => frequency([], { service: '' })).toThrow(/INVALID_SERVICE: service/);
  });
});
