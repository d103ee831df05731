import { type Outlook, outlook } from '../cron/outlook.js';
import { interval, type Interval, intersect, merge, subtract } from '../intervals.js';
import { DAY } from '../wall.js';
import { type Application, applies } from './applies.js';
import {
  activeIn,
  isActive,
  MOST_OPENINGS,
  type ReadWindow,
  readWindow,
  type SyncWindow,
} from './syncWindow.js';

/** What is asked: whether to start a sync, automatic or by hand, or to let one go on that runs since an instant. */
export type Sync = 'automatic' | 'manual' | { readonly runningSince: number };

/** Why a sync may or may not be. */
export const rules = {
  UNRESTRICTED: 'No window concerns it, or only deny windows that are not active.',
  ALLOWED: 'An allow window is active and no deny window is.',
  DENIED: 'A deny window is active.',
  OUTSIDE: 'There are allow windows, and none of them is active.',
  EXEMPT:
    'It would be forbidden, but every window that forbids makes an exception (manualSync, syncOverrun).',
} as const;

/** What the windows say of one instant. */
export interface SyncDecision extends Outlook {
  readonly rule: keyof typeof rules;
  readonly why: string;
  /** The windows that are active, by their place among those asked about, with how long they are. */
  readonly because: readonly {
    readonly window: number;
    readonly kind: SyncWindow['kind'];
    readonly interval: Interval;
  }[];
}

/** Sync windows of a project, read: all of them, or those that concern an application. */
export interface SyncWindows {
  readonly windows: readonly (ReadWindow & { readonly place: number })[];
}

/** Reads the windows of a project. @throws Rejected as `readWindow` does */
export function readWindows(windows: readonly SyncWindow[], application?: Application): SyncWindows {
  const read = windows.map((window, place) => ({ ...readWindow(window, `windows[${place}]`), place }));
  return { windows: read.filter(({ source }) => !application || applies(source, application)) };
}

/**
 * When a sync may be, within a range (`CanSync` of Argo CD): never while a deny window is active; if there are allow windows,
 * only while one is. By hand, also where every active deny window, or else every allow window, has `manualSync`. A sync that
 * was permitted when it began goes on in the same way by `syncOverrun`.
 */
export function permittedIn({ windows }: SyncWindows, range: Interval, sync: Sync = 'automatic'): Interval[] {
  interval(range.start, range.end, 'range');
  const [allows, denies] = [ofKind(windows, 'allow'), ofKind(windows, 'deny')];
  let left = MOST_OPENINGS;
  const active = (some: readonly ReadWindow[]) => {
    const found = some.flatMap((window) => {
      const openings = activeIn(window, range, left);
      left -= openings.length;
      return openings;
    });
    return merge(found);
  };
  const isExempt = exemption(windows, sync);
  const always = allows.every(isExempt) ? [range] : [];
  const open = merge([...active(allows), ...always, ...active(denies.filter(isExempt))]);
  return subtract(open, active(denies.filter((window) => !isExempt(window))));
}

/** What the windows say of a sync at an instant, past or to come, why, and when that changes. */
export function decide(read: SyncWindows, instant: number, sync: Sync = 'automatic'): SyncDecision {
  const seen = outlook((range) => permittedIn(read, range, sync), instant);
  const active = read.windows.filter((window) => isActive(window, instant));
  const rule = ruleOf(read, active, seen.open);
  const because = active.map((window) => ({
    window: window.place,
    kind: window.source.kind,
    interval: around(window, instant),
  }));
  return { ...seen, rule, why: rules[rule], because };
}

function exemption(windows: readonly ReadWindow[], sync: Sync): (window: ReadWindow) => boolean {
  if (sync === 'automatic') return () => false;
  if (sync === 'manual') return ({ source }) => source.manualSync === true;
  const begun = permittedIn(
    { windows: windows.map((window, place) => ({ ...window, place })) },
    instantOf(sync.runningSince),
  );
  return ({ source }) => begun.length > 0 && source.syncOverrun === true;
}

function ruleOf({ windows }: SyncWindows, active: readonly ReadWindow[], open: boolean): keyof typeof rules {
  const denied = ofKind(active, 'deny').length > 0;
  const outside = ofKind(windows, 'allow').length > 0 && ofKind(active, 'allow').length === 0;
  if (open && (denied || outside)) return 'EXEMPT';
  if (denied) return 'DENIED';
  if (outside) return 'OUTSIDE';
  return active.length > 0 ? 'ALLOWED' : 'UNRESTRICTED';
}

function around(window: ReadWindow, instant: number): Interval {
  const near = { start: instant - window.duration - 2 * DAY, end: instant + window.duration + 2 * DAY };
  const [found] = activeIn(window, near).filter((one) => intersect([one], [instantOf(instant)]).length > 0);
  return found!;
}

const ofKind = <Window extends ReadWindow>(windows: readonly Window[], kind: string) =>
  windows.filter(({ source }) => source.kind === kind);

const instantOf = (at: number): Interval => ({ start: at, end: at + 1 });
