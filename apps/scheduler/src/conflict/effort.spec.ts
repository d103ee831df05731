import { describe, expect, test } from 'vitest';
import { alternatives } from './alternatives.js';
import type { Candidate } from './candidate.js';
import { evaluate } from './conflicts.js';
import { budget, looksOf, MOST_LOOKS } from './effort.js';
import { at, candidate, during, freeze, NOW, reservation, window } from './example.js';
import { prepare } from './prepare.js';
import type { Snapshot } from './snapshot.js';
import { trial } from './trial.js';

const looks = (asked: Partial<Candidate>, snapshot: Snapshot) =>
  looksOf(trial(candidate(asked), prepare(snapshot), NOW.getTime()));

const many = (count: number) => Array.from({ length: count }, (_, i) => i.toString(36));

describe('what one start makes the rules look at', () => {
  test.each<[string, Partial<Candidate>, Snapshot, number]>([
    ['nothing', {}, {}, 0],
    [
      'selectors of freezes in reach, for each service',
      { services: ['a', 'b', 'a'] },
      {
        freezes: [
          freeze({ selectors: [{}, {}, {}] }),
          freeze({ id: 'G', ...during('9:00', '10:00') }),
          freeze({ id: 'H' }),
        ],
      },
      2 * 4,
    ],
    [
      'exceptions of the deployment, for each freeze',
      {},
      {
        freezes: [freeze(), freeze({ id: 'G' })],
        exceptions: [1, 2, 3].map((i) => ({
          id: `E${i}`,
          deployment: i === 3 ? 'other' : 'D',
          freeze: 'F',
          ...during('1:00', '2:00'),
        })),
      },
      2 + 4 * 2 * 2,
    ],
    [
      'selectors of openings in reach, for each service and region',
      { services: ['a', 'b'], regions: ['r', 's', 't'] },
      {
        windows: [
          window({ selectors: [{}, {}], occurrences: [during('22:00', '22:30'), during('22:40', '23:00')] }),
        ],
      },
      2 * 4 * 4,
    ],
    ['each reservation in the way', {}, { reservations: [reservation(), reservation({ id: 'Y' })] }, 16 * 2],
    [
      'each reservation for each window with places, once a window',
      {},
      {
        reservations: [reservation({ services: ['a', 'b', 'c'] })],
        windows: [
          window({
            capacity: 1,
            selectors: [{}, {}],
            occurrences: [during('22:00', '22:30'), during('22:40', '23:00')],
          }),
          window({ id: 'V' }),
        ],
      },
      5 + 4 * 2 * 3 + 16 * 2,
    ],
    [
      'the names of a selector, 32 as one',
      { services: ['a', 'b'] },
      {
        freezes: [
          freeze({ selectors: [{ services: many(63), changeTypes: ['EMERGENCY'] }, { tags: many(64) }] }),
          freeze({ id: 'G', selectors: [{ environments: many(31), regions: ['r'] }] }),
        ],
      },
      2 * (2 + 3 + 2),
    ],
    [
      'selectors of windows that name a region, whenever they open, and the hours of the region',
      { services: ['a', 'b'], regions: ['r', 's', 'r'] },
      {
        windows: [
          window({
            occurrences: [during('1:00', '2:00')],
            selectors: [{ regions: ['r', 's', 'r'] }, {}, { regions: ['r'] }, { regions: ['t'] }],
          }),
        ],
        regions: [{ id: 's', permitted: [during('1:00', '2:00'), during('3:00', '4:00')] }],
      },
      2 * (2 + 1) + 2,
    ],
    [
      'shifts for each service, and absences of who is on call, operates or approves',
      { services: ['a', 'b', 'c'], operator: 'o', approvers: ['p', 'q', 'p'] },
      {
        onCall: ['a', 'a', 'b', 'd'].map((service) => ({ service, person: 'x', ...during('1:00', '2:00') })),
        absences: ['x', 'x', 'x', 'o', 'p', 'p', 'z'].map((person) => ({
          person,
          ...during('1:00', '2:00'),
        })),
      },
      2 + 3 + 1 + 3 + 1 + 2,
    ],
    [
      'what is live or brings a version that is required, and off-hours overrides',
      { requires: [1, 2].map((version) => ({ service: 'v', version: `${version}` })) },
      {
        live: ['v', 'v', 'w'].map((service) => ({ service, environment: 'e', versions: ['1'] })),
        reservations: [
          reservation({ delivers: [{ service: 'v', version: '1' }], ...during('1:00', '2:00') }),
        ],
        overrides: ['D', 'D', 'E'].map((deployment, i) => ({
          id: `O${i}`,
          deployment,
          ...during('1:00', '2:00'),
        })),
      },
      2 + 1 + 2 + 2,
    ],
    [
      'commitments and bookings in reach, and 8 incidents as one',
      {},
      {
        commitments: [
          { id: 'A', effect: 'WARN', services: ['a', 'b'], ...during('22:00', '23:00') },
          { id: 'B', effect: 'INFO', ...during('22:00', '23:00') },
          { id: 'C', effect: 'INFO', ...during('1:00', '2:00') },
        ],
        bookings: ['22:00', '1:00'].map((start) => ({
          id: start,
          environment: 'e',
          ...during(start, '23:00'),
        })),
        incidents: many(23).map((id) => ({ id, severity: 'SEV4', openedAt: at('0:00') })),
      },
      3 + 1 + 2 + 2,
    ],
  ])('%s', (_, asked, snapshot, expected) => expect(looks(asked, snapshot)).toBe(expected));
});

describe('a budget', () => {
  test('takes as much as it has, and refuses one more by name', () => {
    const spend = budget('candidate');
    spend(1);
    spend(MOST_LOOKS - 1);
    expect(() => spend(1)).toThrow(
      `EVALUATION_TOO_LARGE: candidate would be compared ${MOST_LOOKS + 1} times, over ${MOST_LOOKS}: ` +
        'ask for fewer services, regions or days, or send a smaller snapshot.',
    );
    expect(MOST_LOOKS).toBe(10_000_000);
  });
});

describe('a question that multiplies', () => {
  const asked = candidate({ services: many(1_000), end: at('46:00') });

  test('services by selectors is refused', () => {
    const windows = many(12).map((id) =>
      window({ id, selectors: Array.from({ length: 1_000 }, () => ({ tiers: [4] })) }),
    );
    expect(() => evaluate(asked, { windows }, NOW)).toThrow('EVALUATION_TOO_LARGE: candidate');
    expect(evaluate(asked, { windows: windows.slice(0, 1) }, NOW)).toHaveLength(1);
  });

  test('a search that tries every exception in turn is refused; the conflicts are still told', () => {
    const exceptions = Array.from({ length: 3_000 }, (_, i) => {
      const start = Date.parse(at('22:00')) + i * 180_000;
      const [from, to] = [start, start + 60_000].map((instant) => new Date(instant).toISOString());
      return { id: `E${i}`, deployment: 'D', freeze: 'F', start: from!, end: to! };
    });
    const world = { exceptions, freezes: [freeze({ end: at('900:00') })] };
    expect(evaluate(candidate(), world, NOW)).toHaveLength(1);
    expect(() => alternatives(candidate(), world, NOW)).toThrow('EVALUATION_TOO_LARGE: alternatives');
  });

  test('services for which the same windows are open are looked at together, and soon', () => {
    const occurrences = Array.from({ length: 5_000 }, (_, i) => {
      const start = Date.parse(at('0:00')) + i * 240_000;
      return { start: new Date(start).toISOString(), end: new Date(start + 60_000).toISOString() };
    });
    const [found] = evaluate(asked, { windows: [window({ occurrences })] }, NOW);
    expect(found).toMatchObject({ code: 'WINDOW', counterpart: 'W' });
  });

  test('windows that name none of a thousand regions are not gone through for each', () => {
    const windows = many(5_000).map((id) => window({ id, occurrences: [] }));
    const found = evaluate({ ...asked, regions: many(1_000) }, { windows }, NOW);
    expect(found.map(({ code }) => code)).toEqual(['OFF_HOURS']);
  });

  test('regions by services by the windows that name them is refused, also where none is open yet', () => {
    const windows = (count: number) =>
      many(count).map((id) =>
        window({ id, selectors: [{ regions: [id] }], occurrences: [during('70:00', '71:00')] }),
      );
    const wide = (count: number) => () =>
      evaluate({ ...asked, regions: many(count) }, { windows: windows(count) }, NOW);
    expect(wide(1_000)).toThrow('EVALUATION_TOO_LARGE: candidate.regions would be compared 1000000000 times');
    expect(wide(20)()).toHaveLength(21);
  });

  test('a search past thousands of bookings, by lists that are gone through each time, is refused', () => {
    const bookings = Array.from({ length: 4_000 }, (_, i) => ({
      id: `B${i}`,
      environment: 'prod',
      ...during(`22:${i}`, `22:${i + 1}`),
    }));
    const absences = bookings.map(({ start, end }) => ({ person: 'ana', start, end }));
    const world = { bookings, absences };
    const search = (operator: string) => () =>
      alternatives(candidate({ operator, end: at('22:01'), soakMinutes: 0 }), world, NOW);
    expect(search('ben')()).toHaveLength(5);
    expect(search('ana')).toThrow('EVALUATION_TOO_LARGE: alternatives');
  });
});
