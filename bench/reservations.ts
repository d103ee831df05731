import type { Candidate, Reservation } from '../apps/scheduler/src/conflict/candidate.js';
import type { Snapshot } from '../apps/scheduler/src/conflict/snapshot.js';
import { numbers } from './numbers.js';

const MINUTE = 60_000;
/** The time at which candidates are judged. */
export const NOW = new Date('2027-03-01T00:00:00Z');
const DAYS = 28;
const SERVICES = 400;

const iso = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE).toISOString();

function reservation(id: string, start: number, pick: (n: number) => number): Reservation {
  return {
    id,
    state: 'RESERVED',
    services: [`service-${pick(SERVICES)}`],
    environment: `prod-${pick(20)}`,
    environmentClass: 'PROD',
    start: iso(start),
    end: iso(start + 15 + pick(75)),
    team: `team-${pick(80)}`,
    operator: `operator-${pick(300)}`,
    resources: [`state-${pick(500)}`],
  };
}

/** A calendar of `active` reservations over four weeks to come, after `history` of the years before. */
export function calendar(active: number, history = 0): Snapshot {
  const pick = numbers(7);
  const times = (count: number, from: number, length: number, prefix: string) =>
    Array.from({ length: count }, (_, i) => reservation(`${prefix}${i}`, from + pick(length), pick));
  const days = Array.from({ length: DAYS }, (_, day) => ({
    start: iso(day * 1_440 + 60),
    end: iso(day * 1_440 + 1_380),
  }));
  const past = 3 * 365 * 1_440;
  return {
    reservations: [...times(active, 0, DAYS * 1_440, 'R'), ...times(history, -past - 2_880, past, 'H')],
    dependencies: Array.from({ length: 1_200 }, () => ({
      consumer: `service-${pick(SERVICES)}`,
      provider: `service-${pick(SERVICES)}`,
      kind: pick(4) === 0 ? 'soft' : 'hard',
    })),
    freezes: Array.from({ length: 50 }, (_, i) => {
      const start = pick(DAYS * 1_440);
      const selectors = [{ services: [`service-${pick(SERVICES)}`] }];
      return {
        id: `F${i}`,
        state: 'DECLARED',
        mode: 'hard',
        selectors,
        start: iso(start),
        end: iso(start + 2_880),
      };
    }),
    incidents: [],
    windows: [{ id: 'W', kind: 'standard', selectors: [{}], occurrences: days }],
    commitments: [],
    bookings: [],
  };
}

/** The n-th of a sequence of candidates spread over the same four weeks. */
export function candidates(count: number): Candidate[] {
  const pick = numbers(11);
  return Array.from({ length: count }, (_, i) => {
    const { state: _state, ...asked } = reservation(`D${i}`, pick(DAYS * 1_440 - 120), pick);
    return { ...asked, kind: 'PLANNED', rollbackMinutes: 20 };
  });
}
