import { merge, type Interval } from '#time/intervals';
import { grouped, spans } from '../conflict/dated.js';
import { nextFit } from '../conflict/fit.js';
import { instant, iso, MINUTE, moment } from '../instant.js';
import { type Level, room, take } from './places.js';
import { soakMinutesOf, type PlanRequest, type Step } from './request.js';
import type { Sequence, Unit } from './sequence.js';

/** When a unit can be carried out at the earliest; nulls and the reason if never. */
export interface Placed {
  readonly unit: string;
  readonly wave: number;
  readonly start: string | null;
  readonly end: string | null;
  /** From here on the next wave may start. */
  readonly soaked: string | null;
  /** Minutes between the release of its wave and its start, spent waiting for a window or a place. */
  readonly waitedMinutes: number | null;
  readonly reason?: string;
}

/** The earliest starts of a plan. */
export interface Timetable {
  readonly units: readonly Placed[];
  /** The unit of each wave that soaks last: to be done sooner, the plan must shorten one of these. */
  readonly criticalPath: readonly string[];
  /** When the last wave has soaked; null if some step never can start. */
  readonly finish: string | null;
}

/** A unit with what it needs, in milliseconds. */
interface Need {
  readonly unit: Unit;
  readonly wave: number;
  readonly work: number;
  readonly soaked: number;
  readonly steps: readonly { readonly length: number; readonly permitted: readonly Interval[] | undefined }[];
  /** How many places of each capacity. */
  readonly places: ReadonlyMap<string, number>;
}

/**
 * The earliest start of every unit: not before its predecessors' waves have ended and soaked, with the work and the
 * time to go back of each step inside its permitted time, and with a place in every capacity that it uses, soak
 * included; SCH-07.3, SCH-07.6. Steps of a unit start together; of a wave, the longest unit is placed first.
 * @throws Rejected INSTANT_INVALID or INTERVAL_INVALID, naming the field
 */
export function timetable(plan: PlanRequest, { waves }: Sequence, now: Date): Timetable {
  const needs = needsOf(plan, waves);
  const places = new Map((plan.capacities ?? []).map((one) => [one.id, one.places]));
  let release = Math.max(moment(now), plan.from === undefined ? moment(now) : instant(plan.from, 'from'));
  const units: Placed[] = [];
  const criticalPath: string[] = [];
  for (const wave of needs) {
    const starts = place(wave, release, places);
    units.push(...wave.map((need) => placed(need, starts.get(need)!, release)));
    const soaked = (need: Need) => starts.get(need)! + need.soaked;
    const last = wave.reduce((one, other) => (soaked(other) > soaked(one) ? other : one));
    criticalPath.push(last.unit.id);
    release = soaked(last);
  }
  return { units, criticalPath, finish: isoOrNull(release) };
}

/** The earliest start of each unit of a wave; `Infinity` if never. */
function place(
  wave: readonly Need[],
  release: number,
  places: ReadonlyMap<string, number>,
): Map<Need, number> {
  const taken = new Map<string, Level[]>([...places.keys()].map((name) => [name, []]));
  const starts = new Map<Need, number>();
  for (const need of wave.toSorted((a, b) => b.soaked - a.soaked)) {
    const start =
      release === Infinity ? Infinity : earliest(need, release, free(need, release, places, taken));
    starts.set(need, start);
    if (start === Infinity) continue;
    const held = { start, end: start + need.soaked };
    for (const [name, count] of need.places) take(taken.get(name)!, held, count);
  }
  return starts;
}

/** For each capacity that the unit uses, the times in which it still has places enough. */
function free(
  need: Need,
  release: number,
  places: ReadonlyMap<string, number>,
  taken: ReadonlyMap<string, readonly Level[]>,
): Interval[][] {
  return [...need.places].map(([name, count]) => room(taken.get(name)!, places.get(name)! - count, release));
}

/** Moves on until every step and every capacity agrees; each move is to a start that one of them needs. */
function earliest({ steps, soaked }: Need, release: number, capacities: readonly Interval[][]): number {
  for (let start = release; ;) {
    const wanted = [
      ...steps.map(({ length, permitted }) =>
        permitted ? nextFit(permitted, { start, end: start + length }) : start,
      ),
      ...capacities.map((times) => nextFit(times, { start, end: start + soaked })),
    ];
    const next = Math.max(...wanted);
    if (next === start || next === Infinity) return next;
    start = next;
  }
}

function needsOf(plan: PlanRequest, waves: Sequence['waves']): Need[][] {
  const known = new Map(plan.steps.map((step, i) => [step.id, { step, permitted: permittedOf(step, i) }]));
  return waves.map((wave, i) =>
    wave.map((unit) => {
      const members = unit.steps.map((id) => known.get(id)!);
      const uses = grouped(
        members.flatMap(({ step }) => [...new Set(step.uses)]),
        (name) => name,
      );
      return {
        unit,
        wave: i + 1,
        work: Math.max(...members.map(({ step }) => step.minutes)) * MINUTE,
        soaked: Math.max(...members.map(({ step }) => step.minutes + soakMinutesOf(step, plan))) * MINUTE,
        steps: members.map(({ step, permitted }) => ({
          length: (step.minutes + (step.rollbackMinutes ?? 0)) * MINUTE,
          permitted,
        })),
        places: new Map([...uses].map(([name, all]) => [name, all.length])),
      };
    }),
  );
}

function permittedOf({ permitted }: Step, index: number): Interval[] | undefined {
  return permitted && merge(spans(permitted, `steps[${index}].permitted`));
}

function placed({ unit, wave, work, soaked }: Need, start: number, release: number): Placed {
  const fields = {
    unit: unit.id,
    wave,
    start: isoOrNull(start),
    end: isoOrNull(start + work),
    soaked: isoOrNull(start + soaked),
  };
  if (start !== Infinity) return { ...fields, waitedMinutes: (start - release) / MINUTE };
  const reason =
    release === Infinity
      ? `Wave ${wave - 1} never is done.`
      : 'No permitted time is long enough for all of its steps, or a capacity has fewer places than they use.';
  return { ...fields, waitedMinutes: null, reason };
}

function isoOrNull(at: number): string | null {
  return at === Infinity ? null : iso(at);
}
