import { Rejected } from '#events';
import { decide, permittedIn, readWindows, type Sync } from '#time/argocd/decide';
import { activeIn } from '#time/argocd/syncWindow';
import { evaluate } from '#time/evaluate';
import { checkSpan, expandAll, MOST_OCCURRENCES, tzdata } from '#time/expand';
import { decideFreeze, freezesIn, frozenIn, readFreezes } from '#time/gitlab/freezePeriod';
import { readCalendar } from '#time/ical/read';
import { gaps, type Interval } from '#time/intervals';
import type { z } from 'zod';
import { changing } from './changing.js';
import { instant, iso, span } from './instant.js';
import type { ArgoImport, GitLabImport, ICalendarImport, ImportRequest } from './importRequest.js';

const MOST_SCHEDULES = 100;

/**
 * Reads what others keep their windows and freezes in, each by its own rules, and says what was read and, where asked,
 * whether it is open at an instant and when in a range.
 */
export function imported(request: ImportRequest) {
  const range = request.range && checkedSpan(request.range);
  const at = request.at === undefined ? undefined : instant(request.at, 'at');
  switch (request.format) {
    case 'icalendar':
      return { format: request.format, tzdata, ...iCalendar(request, at, range) };
    case 'argocd':
      return { format: request.format, tzdata, ...argo(request, at, range) };
    case 'gitlab':
      return { format: request.format, tzdata, ...gitLab(request, at, range) };
  }
}

function iCalendar({ text, zone }: z.infer<typeof ICalendarImport>, at?: number, range?: Interval) {
  const calendar = readCalendar(text, zone);
  const alive = calendar.entries.filter(({ status }) => status !== 'CANCELLED');
  const ids = alive.flatMap(({ uid, schedules }) => schedules.map(() => uid));
  const schedules = alive.flatMap((entry) => entry.schedules);
  if ((range || at !== undefined) && schedules.length > MOST_SCHEDULES) throw tooMany(schedules.length);
  const seen = at === undefined ? undefined : evaluate(schedules, at);
  const union = range && expandAll(schedules, range);
  return {
    ...calendar,
    ...(seen && {
      open: seen.open,
      because: seen.because.map(({ schedule, occurrence }) => ({
        uid: ids[schedule]!,
        ...spelled(occurrence),
      })),
      ...changing(seen),
    }),
    ...(union && {
      intervals: union.intervals.map(spelled),
      occurrences: union.expansions.flatMap(({ occurrences }, place) =>
        occurrences.map((occurrence) => ({ uid: ids[place]!, ...spelled(occurrence) })),
      ),
    }),
  };
}

function argo(request: z.infer<typeof ArgoImport>, at?: number, range?: Interval) {
  const read = readWindows(request.windows, request.application);
  const { runningSince, sync: asked = 'automatic' } = request;
  const sync: Sync =
    runningSince === undefined ? asked : { runningSince: instant(runningSince, 'runningSince') };
  const seen = at === undefined ? undefined : decide(read, at, sync);
  const occurrences = (within: Interval) =>
    read.windows.flatMap((window) =>
      activeIn(window, within).map((active) => ({
        window: window.place,
        kind: window.source.kind,
        ...spelled(active),
      })),
    );
  return {
    windows: read.windows.map(({ place }) => place),
    ...(seen && {
      open: seen.open,
      rule: seen.rule,
      why: seen.why,
      because: seen.because.map(({ interval, ...reason }) => ({ ...reason, ...spelled(interval) })),
      ...changing(seen),
    }),
    ...(range && {
      intervals: permittedIn(read, range, sync).map(spelled),
      occurrences: few(occurrences(range)),
    }),
  };
}

function gitLab({ periods }: z.infer<typeof GitLabImport>, at?: number, range?: Interval) {
  const read = readFreezes(periods);
  const seen = at === undefined ? undefined : decideFreeze(read, at);
  const occurrences = (within: Interval) =>
    read.flatMap((one, period) => freezesIn(one, within).map((freeze) => ({ period, ...spelled(freeze) })));
  return {
    ...(seen && {
      open: seen.open,
      why: seen.why,
      because: seen.because.map(({ interval, period }) => ({ period, ...spelled(interval) })),
      ...changing(seen),
    }),
    ...(range && {
      intervals: gaps(frozenIn(read, range), range).map(spelled),
      occurrences: few(occurrences(range)),
    }),
  };
}

function few<T>(occurrences: T[]): T[] {
  if (occurrences.length <= MOST_OCCURRENCES) return occurrences;
  throw new Rejected(
    'EXPANSION_TOO_LARGE',
    `range: more than ${MOST_OCCURRENCES} occurrences; ask for a part of it.`,
    'LIB-05.8',
  );
}

function tooMany(count: number): Rejected {
  const message = `text: ${count} schedules; at and range are answered for ${MOST_SCHEDULES} at most.`;
  return new Rejected('EXPANSION_TOO_LARGE', message, 'LIB-05.8');
}

function checkedSpan(asked: { start: string; end: string }): Interval {
  const range = span(asked, 'range');
  checkSpan(range);
  return range;
}

const spelled = ({ start, end }: Interval) => ({ start: iso(start), end: iso(end) });
