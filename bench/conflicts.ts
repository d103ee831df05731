import { alternatives } from '../apps/scheduler/src/conflict/alternatives.js';
import type { Candidate, Reservation } from '../apps/scheduler/src/conflict/candidate.js';
import { evaluate } from '../apps/scheduler/src/conflict/conflicts.js';
import { prepare, type Prepared } from '../apps/scheduler/src/conflict/prepare.js';
import type { Snapshot } from '../apps/scheduler/src/conflict/snapshot.js';
import { scan } from '../apps/scheduler/src/conflict/timeline.js';

const MINUTE = 60_000;
const NOW = new Date('2027-03-01T00:00:00Z');
const DAYS = 28;
const SERVICES = 400;

/** A generator of numbers in [0, n) that gives the same sequence each time (Park and Miller). */
function numbers(seed: number) {
  let state = seed;
  return (n: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
}

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

/** Milliseconds of one round of calls: the median and the 99th percentile of its calls. */
export interface Round {
  readonly p50: number;
  readonly p99: number;
}

/** What was measured, round by round. */
export interface Figures {
  readonly name: string;
  readonly rounds: readonly Round[];
  /** The 99th percentile over the calls, each at its fastest of all rounds: what a busy machine does not add. */
  readonly quietP99: number;
}

function times(calls: readonly (() => unknown)[]): number[] {
  return calls.map((call) => {
    const from = performance.now();
    call();
    return performance.now() - from;
  });
}

function quantile(unsorted: readonly number[], q: number): number {
  return unsorted.toSorted((a, b) => a - b)[Math.floor(unsorted.length * q)]!;
}

function figures(name: string, calls: readonly (() => unknown)[]): Figures {
  times(calls.slice(0, 300));
  const rounds = Array.from({ length: 5 }, () => times(calls));
  const fastest = calls.map((_, i) => Math.min(...rounds.map((round) => round[i]!)));
  return {
    name,
    rounds: rounds.map((round) => ({ p50: quantile(round, 0.5), p99: quantile(round, 0.99) })),
    quietP99: quantile(fastest, 0.99),
  };
}

/**
 * P12: one candidate against 10,000 active reservations (goal: p99 of 5 ms, of 50 ms with five alternatives), beside
 * the naive ways in the same run, in milliseconds.
 */
export function conflictFigures(): Figures[] {
  const snapshot = calendar(10_000);
  const asked = candidates(2_000);
  const scanned = prepare(snapshot, scan);
  return [
    ...indexedFigures(prepare(snapshot), asked),
    figures(
      'evaluate, full scan',
      asked.slice(0, 200).map((one) => () => evaluate(one, scanned, NOW)),
    ),
    figures(
      'evaluate, full scan with reading',
      asked.slice(0, 10).map((one) => () => evaluate(one, snapshot, NOW)),
    ),
    figures(
      'alternatives, full scan',
      asked.slice(0, 50).map((one) => () => alternatives(one, scanned, NOW)),
    ),
  ];
}

/** P12, second half: the same with `history` past reservations in the calendar (goal: at most 1.2 times as long). */
export function conflictFiguresAfter(history: number): Figures[] {
  return indexedFigures(prepare(calendar(10_000, history)), candidates(2_000));
}

function indexedFigures(world: Prepared, asked: readonly Candidate[]): Figures[] {
  return [
    figures(
      'evaluate, indexed',
      asked.map((one) => () => evaluate(one, world, NOW)),
    ),
    figures(
      'alternatives, indexed',
      asked.map((one) => () => alternatives(one, world, NOW)),
    ),
  ];
}
