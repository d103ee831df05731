import { Rejected } from '#events';
import { merge, type Interval } from '#time/intervals';
import type { Candidate } from '../conflict/candidate.js';
import { budget, looksOf, MOST_SLOT_LOOKS } from '../conflict/effort.js';
import type { Code, Trial } from '../conflict/finding.js';
import type { Prepared } from '../conflict/prepare.js';
import { blockers } from '../conflict/rules.js';
import { trial, trialAt } from '../conflict/trial.js';
import { DAY, instant, iso, MINUTE } from '../instant.js';
import type { SlotPolicy } from './policy.js';

/** A start at which nothing blocks. */
export interface Start {
  readonly environment: string;
  readonly work: Interval;
  readonly occupied: Interval;
  /** Starts with the same number follow each other without a blocked one between: one contiguous free interval. */
  readonly run: string;
}

/** The starts that were looked at: those free of blockers, and how many each conflict code excluded. */
export interface Feasible {
  readonly considered: number;
  readonly free: readonly Start[];
  /** A start that several codes block counts under each. */
  readonly excluded: Partial<Record<Code, number>>;
}

/** Which starts are looked at, and what all of them may cost. */
interface Grid extends Pick<Required<SlotPolicy>, 'stepMinutes' | 'horizonDays'> {
  readonly spend?: (looks: number) => void;
}

/** What the starts of one question, in all of its environments, may cost. */
export function slotBudget(): (looks: number) => void {
  return budget('slots', MOST_SLOT_LOOKS);
}

const LONGEST = 7 * DAY;

/**
 * The starts in the windows (those of an off-hours override too) from the earliest requested one, or now, to the horizon:
 * each full step of the clock, and the opening of each window; formulas 4.5.4, SCH-08.2.
 * @throws Rejected `SLOT_TOO_LONG` for more than a week from pre-buffer to soak, `EVALUATION_TOO_LARGE`, and what the
 * conflict rules refuse.
 */
export function feasible(
  asked: Candidate,
  world: Prepared,
  now: number,
  { stepMinutes, horizonDays, spend = slotBudget() }: Grid,
): Feasible {
  const from = Math.max(requested(asked), now);
  const horizon = from + horizonDays * DAY;
  const latest =
    asked.latest === undefined ? horizon : Math.min(horizon, instant(asked.latest, 'candidate.latest'));
  const first = trial({ ...asked, earliest: iso(requested(asked)), latest: iso(latest) }, world, now);
  refuseLong(first);
  const excluded: Partial<Record<Code, number>> = {};
  const free: Start[] = [];
  let [considered, runs] = [0, 0];
  for (const opening of openingsOf(first)) {
    runs++;
    for (const start of startsIn(opening, { from, latest }, stepMinutes * MINUTE)) {
      considered++;
      const next = trialAt(first, start);
      spend(looksOf(next) + 1);
      const codes = new Set(blockers(next).map(({ code }) => code));
      for (const code of codes) excluded[code] = (excluded[code] ?? 0) + 1;
      if (codes.size > 0) runs++;
      else free.push(startOf(next, runs));
    }
  }
  return { considered, free, excluded };
}

/** Windows as they are open to it, an emergency included where one is authorised, and its off-hours overrides. */
function openingsOf(first: Trial): Interval[] {
  const { asked, world } = first;
  return merge([...first.openings(asked.emergency !== undefined), ...(world.overrides.get(asked.id) ?? [])]);
}

/** The earliest start that was asked for. */
export function requested({ start, earliest }: Candidate): number {
  return earliest === undefined ? instant(start, 'candidate.start') : instant(earliest, 'candidate.earliest');
}

function* startsIn(
  opening: Interval,
  { from, latest }: { from: number; latest: number },
  step: number,
): Generator<number> {
  const first = Math.max(opening.start, from);
  if (first === opening.start && first % step !== 0 && first <= latest) yield first;
  for (let at = Math.ceil(first / step) * step; at < opening.end && at <= latest; at += step) yield at;
}

function startOf({ asked, placed: { work, occupied } }: Trial, run: number): Start {
  return { environment: asked.environment, work, occupied, run: `${run} ${asked.environment}` };
}

function refuseLong({ placed: { occupied } }: Trial): void {
  if (occupied.end - occupied.start > LONGEST)
    throw new Rejected(
      'SLOT_TOO_LONG',
      'candidate: pre-buffer, work and soak together may take 7 days at most.',
      'SCH-08',
    );
}
