import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { occurrences } from './expand.js';
import { merge } from './intervals.js';
import { prepare } from './prepared.js';
import { permitted, restricted } from './resolve.js';
import { DAY, HOUR, MINUTE, type Wall, wallText } from './wall.js';

/** A change of the offset of a zone. */
interface Transition {
  readonly zone: string;
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

const FROM = Temporal.Instant.from('2020-01-01T00:00Z');
const TO = Date.UTC(2036, 0, 1);

function transitionsOf(zone: string): Transition[] {
  const found: Transition[] = [];
  let last = FROM.toZonedDateTimeISO(zone);
  for (;;) {
    const next = last.getTimeZoneTransition('next');
    if (!next || next.epochMilliseconds >= TO) return found;
    const [before, after] = [last.offsetNanoseconds / 1e6, next.offsetNanoseconds / 1e6];
    found.push({ zone, at: next.epochMilliseconds, before, after });
    last = next;
  }
}

/** Every transition of every zone from 2020 to 2035. */
const transitions = Intl.supportedValuesOf('timeZone').flatMap(transitionsOf);
const named = ({ zone, at }: Transition) => `${zone} ${new Date(at).toISOString()}`;

/** What the clocks show around a transition. */
const reading = ({ at, before, after }: Transition, instant: number): Wall =>
  instant + (instant < at ? before : after);

/** The wall-clock times at, before, inside and after the hour that is left out or comes twice. */
function walls({ at, before, after }: Transition): Wall[] {
  const [low, high] = [at + Math.min(before, after), at + Math.max(before, after)];
  return [low - 30 * MINUTE, low, low + MINUTE, high - MINUTE, high, high + 30 * MINUTE];
}

/** The instants, minute by minute, at which clocks around the transition show the wall-clock time. */
function instantsOf(transition: Transition, wall: Wall): number[] {
  const { at, before, after } = transition;
  return [wall - before, wall - after]
    .toSorted((a, b) => a - b)
    .filter((instant, i, all) => reading(transition, instant) === wall && instant !== all[i - 1])
    .filter((instant) => Math.abs(instant - at) < 2 * DAY);
}

describe(`over the ${transitions.length} transitions of all zones from 2020 to 2035`, () => {
  test('there are gaps and overlaps, of an hour, of half an hour and of two', () => {
    const shifts = new Set(transitions.map(({ before, after }) => (after - before) / MINUTE));
    expect(shifts).toEqual(new Set([60, -60, 30, -30, 120, -120, ...shifts]));
    expect(transitions.length).toBeGreaterThan(4_000);
  });

  test('a permit interval lasts exactly as long as asked, from its first reading or by the offset before the gap', () => {
    for (const transition of transitions)
      for (const wall of walls(transition)) {
        const [first = wall - transition.before] = instantsOf(transition, wall);
        const interval = permitted(transition.zone, wall, 3 * HOUR);
        if (interval.start !== first || interval.end !== first + 3 * HOUR)
          expect([named(transition), wallText(wall), interval]).toEqual([
            named(transition),
            wallText(wall),
            { start: first, end: first + 3 * HOUR },
          ]);
      }
  });

  test('a restrict interval covers every wall-clock minute it names, as often as it comes, and starts and ends by the rules', () => {
    for (const transition of transitions) {
      const points = walls(transition);
      for (const start of points)
        for (const end of points.filter((one) => one > start)) {
          const expected = restrictedSlowly(transition, start, end);
          const interval = restricted(transition.zone, start, end);
          if (interval?.start !== expected?.start || interval?.end !== expected?.end)
            expect([named(transition), wallText(start), wallText(end), interval]).toEqual([expected]);
          for (
            let instant = transition.at - 4 * HOUR;
            instant < transition.at + 4 * HOUR;
            instant += MINUTE
          ) {
            const wall = reading(transition, instant);
            const isNamed = start <= wall && wall < end;
            if (isNamed && !(interval && interval.start <= instant && instant < interval.end))
              expect.fail(
                `${named(transition)}: ${wallText(wall)} is not in ${wallText(start)} to ${wallText(end)}`,
              );
          }
        }
    }
  });

  test('what overlaps [a, c) is what overlaps [a, b) or [b, c)', () => {
    for (const [i, transition] of transitions.entries()) {
      const { zone, at, before } = transition;
      const middle = at + ((i % 3) - 1) * 5 * MINUTE;
      const start = wallText(at + before - 3 * DAY - 10 * MINUTE).slice(0, 16);
      const end = wallText(at + before - 3 * DAY + 20 * MINUTE).slice(0, 16);
      const rule = 'FREQ=DAILY';
      const schedules = [
        prepare({ kind: 'permit', zone, start, rule, duration: 'PT45M' }),
        prepare({ kind: 'restrict', zone, start, rule, end }),
      ];
      for (const schedule of schedules) {
        const [a, c] = [at - 2 * DAY, at + 2 * DAY];
        const whole = occurrences(schedule, { start: a, end: c });
        const parts = [
          ...occurrences(schedule, { start: a, end: middle }),
          ...occurrences(schedule, { start: middle, end: c }),
        ];
        if (whole.length < 4 || JSON.stringify(merge(whole)) !== JSON.stringify(merge(parts)))
          expect([named(transition), parts]).toEqual([named(transition), whole]);
      }
    }
  });
});

/** LIB-05.3 word by word. */
function restrictedSlowly(transition: Transition, start: Wall, end: Wall) {
  const { at, before } = transition;
  const from = instantsOf(transition, start)[0] ?? at;
  const to = instantsOf(transition, end).at(-1) ?? end - before;
  return from < to ? { start: from, end: to } : undefined;
}
