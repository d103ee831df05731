import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candidate, Reservation } from './candidate.js';
import { evaluate } from './conflicts.js';
import { MINUTE } from '../instant.js';
import type { Member, Snapshot } from './snapshot.js';
import { anyCandidate, anyNow, anySnapshot, BASE } from './testCases.js';

/*
 * The table of formulas 4.4 told a second time, in its own words and without any interval arithmetic: time is a list
 * of minutes, and what overlaps shares one. PROXIMITY is left to its own specs.
 */
type Minutes = ReadonlySet<number>;
type Asked = Candidate | Reservation;
type Case = { readonly asked: Candidate; readonly snapshot: Snapshot; readonly now: number };

const minuteOf = (instant: string) => (Date.parse(instant) - BASE) / MINUTE;
const from = (start: number, end: number): Minutes =>
  new Set(Array.from({ length: end - start }, (_, i) => start + i));
const union = (spans: readonly { start: string; end: string }[] | undefined): Minutes =>
  new Set(all(spans).flatMap((one) => [...minutesOf(one)]));
const minutesOf = ({ start, end }: { start: string; end: string }) => from(minuteOf(start), minuteOf(end));
const occupied = (one: Asked) =>
  from(minuteOf(one.start) - (one.preBufferMinutes ?? 0), minuteOf(one.end) + (one.soakMinutes ?? 30));
const windowed = (one: Candidate) =>
  from(minuteOf(one.start), minuteOf(one.end) + (one.rollbackMinutes ?? 0));
const shares = (a: Minutes, b: Minutes) => [...a].some((minute) => b.has(minute));
const holds = (a: Minutes, b: Minutes) => [...b].every((minute) => a.has(minute));
const both = (a: Minutes, b: Minutes): Minutes => new Set([...a].filter((minute) => b.has(minute)));
const meet = (a: readonly string[] = [], b: readonly string[] = []) => a.some((one) => b.includes(one));
const all = <T>(list: readonly T[] | undefined) => list ?? [];

const classOf = ({ snapshot }: Case, { environment, environmentClass }: Asked) =>
  environmentClass ?? all(snapshot.environments).find(({ id }) => id === environment)?.class ?? 'PROD';
const inForce = ({ emergency, start }: Candidate) =>
  emergency !== undefined && (emergency.validUntil === undefined || start < emergency.validUntil);
const urgent = (one: Asked, authorised: boolean) =>
  one.changeType === 'EMERGENCY' || (one.kind === 'HOTFIX' && authorised);

/** `unknown` is what a member that nobody states counts as. */
function selected(
  each: Case,
  one: Asked,
  selectors: Member<'windows'>['selectors'],
  unknown: boolean,
  only?: string,
) {
  const regions = only ? [only] : all(one.regions);
  return (service: string) => {
    const stated = all(each.snapshot.services).find(({ id }) => id === service);
    return selectors.some(
      (wanted) =>
        (!wanted.services || wanted.services.includes(service)) &&
        (!wanted.tiers || (stated?.tier ? wanted.tiers.includes(stated.tier) : unknown)) &&
        (!wanted.environments || wanted.environments.includes(one.environment)) &&
        (!wanted.environmentClasses || wanted.environmentClasses.includes(classOf(each, one))) &&
        (!wanted.regions || (regions.length > 0 ? meet(wanted.regions, regions) : unknown)) &&
        (!wanted.changeTypes || wanted.changeTypes.includes(one.changeType ?? 'NORMAL')),
    );
  };
}

function freezes(each: Case): string[] {
  const { asked, snapshot } = each;
  return all(snapshot.freezes).flatMap((freeze) => {
    const shared = both(occupied(asked), minutesOf(freeze));
    const excepted = union(
      all(snapshot.exceptions).filter((one) => one.freeze === freeze.id && one.deployment === asked.id),
    );
    const lifted =
      all(freeze.allowedTypes).includes(asked.changeType ?? 'NORMAL') ||
      (inForce(asked) && all(asked.emergency?.freezes).includes(freeze.id)) ||
      holds(excepted, shared);
    const matches = asked.services.some(selected(each, asked, freeze.selectors, true));
    return freeze.state === 'ENDED' || !matches || lifted
      ? []
      : [`${freeze.mode === 'soft' ? 'WARNING' : 'BLOCKER'} FREEZE ${freeze.id}`];
  });
}

function incidents({ asked, snapshot, now }: Case): string[] {
  const start = minuteOf(asked.start);
  const needed = all(snapshot.dependencies)
    .filter(({ consumer, kind }) => kind === 'hard' && asked.services.includes(consumer))
    .map(({ provider }) => provider);
  return all(snapshot.incidents)
    .filter(({ severity }) => severity === 'SEV1' || severity === 'SEV2')
    .filter(
      ({ openedAt, resolvedAt }) =>
        minuteOf(openedAt) <= start && (!resolvedAt || start < minuteOf(resolvedAt)),
    )
    .filter(({ services, environments }) => {
      const there = !environments || environments.includes(asked.environment);
      return (
        (services || environments) && there && (!services || meet(services, [...asked.services, ...needed]))
      );
    })
    .filter(({ id }) => !(all(asked.incidents).includes(id) && (asked.kind === 'HOTFIX' || inForce(asked))))
    .map(({ id }) => `${start - now <= 120 ? 'BLOCKER' : 'WARNING'} INCIDENT ${id}`);
}

function neighbours(each: Case): string[] {
  const { asked, snapshot } = each;
  const exclusive = (id: string) => all(snapshot.resources).find((one) => one.id === id)?.exclusive ?? true;
  return all(snapshot.reservations)
    .filter((other) => shares(occupied(asked), occupied(other)))
    .flatMap((other) => {
      const same = other.environment === asked.environment;
      const near = hops(each, other);
      const plan = asked.plan && asked.plan.id === other.plan?.id && asked.plan.wave !== other.plan.wave;
      return [
        ...(same && meet(asked.services, other.services) ? [`BLOCKER SAME_SERVICE ${other.id}`] : []),
        ...(same && (asked.exclusive || other.exclusive) ? [`BLOCKER SAME_ENVIRONMENT ${other.id}`] : []),
        ...(meet(all(asked.resources).filter(exclusive), other.resources)
          ? [`BLOCKER SHARED_RESOURCE ${other.id}`]
          : []),
        ...(near && !plan && classOf(each, asked) === classOf(each, other)
          ? [`${near} DEPENDENCY_OVERLAP ${other.id}`]
          : []),
      ];
    });
}

/** A hop leads to another service; two hops keep their direction. */
function hops({ asked, snapshot }: Case, other: Asked): 'BLOCKER' | 'WARNING' | undefined {
  const edges = all(snapshot.dependencies);
  const joins = (a: string, b: string) => edges.filter((one) => one.consumer === a && one.provider === b);
  const direct = (a: string, b: string) => [...joins(a, b), ...joins(b, a)];
  const names = [...new Set(edges.flatMap(({ consumer, provider }) => [consumer, provider]))];
  const over = (a: string, b: string) =>
    names.some(
      (between) =>
        (joins(a, between).length > 0 && joins(between, b).length > 0) ||
        (joins(b, between).length > 0 && joins(between, a).length > 0),
    );
  const pairs = asked.services.flatMap((a) =>
    other.services.filter((b) => a !== b).map((b) => [a, b] as const),
  );
  if (pairs.some(([a, b]) => direct(a, b).some(({ kind }) => kind === 'hard'))) return 'BLOCKER';
  return pairs.some(([a, b]) => direct(a, b).length > 0 || over(a, b)) ? 'WARNING' : undefined;
}

function bookings({ asked, snapshot }: Case): string[] {
  return all(snapshot.bookings)
    .filter(({ environment, holder }) => environment === asked.environment && holder !== asked.id)
    .filter((one) => shares(occupied(asked), minutesOf(one)))
    .map(({ id }) => `BLOCKER SAME_ENVIRONMENT ${id}`);
}

/** The minutes in which windows let every service of the deployment work, in one region or in any. */
function open(each: Case, only?: string): Minutes {
  const { asked, snapshot } = each;
  const usable = all(snapshot.windows).filter(
    ({ kind }) => kind !== 'emergency-only' || urgent(asked, inForce(asked)),
  );
  return asked.services
    .map((service) =>
      union(
        usable
          .filter(({ selectors }) => selected(each, asked, selectors, false, only)(service))
          .flatMap(({ occurrences }) => occurrences),
      ),
    )
    .reduce(both);
}

function windows(each: Case): string[] {
  const { asked, snapshot } = each;
  const permitted = open(each);
  if (!snapshot.windows || holds(permitted, windowed(asked))) return [];
  const overrides = union(all(snapshot.overrides).filter(({ deployment }) => deployment === asked.id));
  const overridden = holds(overrides, windowed(asked));
  const production = classOf(each, asked) === 'PROD';
  const touched = shares(permitted, windowed(asked));
  const outside = production && !touched ? 'OFF_HOURS' : 'WINDOW';
  const code = holds(permitted, minutesOf(asked)) ? 'WINDOW_TOO_SHORT' : outside;
  return [`${production && !overridden ? 'BLOCKER' : 'WARNING'} ${code}`];
}

/** The most that run in some minute of those given, each deployment once. */
function busiest(others: readonly Reservation[], minutes: Minutes): number {
  const taken = others.map((other) => ({ id: other.id, minutes: occupied(other) }));
  return [...minutes].reduce(
    (most, minute) =>
      Math.max(most, new Set(taken.filter((one) => one.minutes.has(minute)).map(({ id }) => id)).size),
    0,
  );
}

function capacity(each: Case): string[] {
  const { asked, snapshot } = each;
  const others = all(snapshot.reservations);
  const own = occupied(asked);
  const places =
    all(snapshot.environments).find(({ id }) => id === asked.environment)?.maxParallel ?? Infinity;
  const by = (member: 'environment' | 'team' | 'operator', most: number) =>
    asked[member] !== undefined &&
    busiest(
      others.filter((o) => o[member] === asked[member]),
      own,
    ) >= most
      ? [`BLOCKER CAPACITY ${member} ${asked[member]}`]
      : [];
  return [...by('environment', places), ...by('team', 2), ...by('operator', 1), ...windowCapacity(each)];
}

function windowCapacity(each: Case): string[] {
  const { asked, snapshot } = each;
  const authorised = (one: Asked) => urgent(one, one.emergency !== undefined);
  const uses = (one: Asked, window: Member<'windows'>, isUrgent: boolean) =>
    (window.kind !== 'emergency-only' || isUrgent) &&
    one.services.some(selected(each, one, window.selectors, false));
  if (asked.kind === 'ROLLBACK') return [];
  return all(snapshot.windows).flatMap((window) => {
    if (window.capacity === undefined || !uses(asked, window, urgent(asked, inForce(asked)))) return [];
    const inside = both(union(window.occurrences), occupied(asked));
    const others = all(snapshot.reservations).filter((one) => uses(one, window, authorised(one)));
    const planned = others.filter((one) => !authorised(one));
    const full =
      inside.size > 0 &&
      (busiest(others, inside) >= window.capacity ||
        (!urgent(asked, inForce(asked)) && busiest(planned, inside) >= window.capacity - 1));
    return full ? [`BLOCKER CAPACITY window ${window.id}`] : [];
  });
}

function providers({ asked, snapshot }: Case): string[] {
  if (!snapshot.live) return [];
  return all(asked.requires).flatMap(({ service, version }) => {
    const has = ({ delivers }: Asked) =>
      all(delivers).some((one) => one.service === service && one.version === version);
    const live = snapshot.live!.some(
      (one) =>
        one.service === service && one.environment === asked.environment && one.versions.includes(version),
    );
    const soaked = all(snapshot.reservations).some(
      (one) =>
        has(one) &&
        one.environment === asked.environment &&
        one.state !== 'ROLLING_BACK' &&
        minuteOf(one.end) + (one.soakMinutes ?? 30) <= minuteOf(asked.start),
    );
    return live || has(asked) || soaked ? [] : [`BLOCKER DEPENDENCY_ORDER ${service}@${version}`];
  });
}

function gates({ asked, snapshot, now }: Case): string[] {
  const start = minuteOf(asked.start);
  const state =
    snapshot.readiness?.find(({ environment }) => environment === asked.environment)?.state ?? 'UNKNOWN';
  const soon = start - now < 1_440 ? 'BLOCKER' : start - now <= 2_880 ? 'WARNING' : 'INFO';
  const spent = all(snapshot.budgets).filter(
    (one) => asked.services.includes(one.service) && one.state === 'EXHAUSTED',
  );
  return [
    ...all(snapshot.commitments)
      .filter(({ effect, services }) => effect !== 'INFO' && (!services || meet(services, asked.services)))
      .filter((one) => shares(occupied(asked), minutesOf(one)))
      .map(({ id, effect }) => `${effect === 'BLOCK' ? 'BLOCKER' : 'WARNING'} EXTERNAL_COMMITMENT ${id}`),
    ...(asked.notice &&
    start < minuteOf(asked.notice.earliestStart) &&
    (asked.changeType ?? 'NORMAL') === 'NORMAL'
      ? [`BLOCKER NOTICE_PERIOD ${asked.id}`]
      : []),
    ...(asked.kind === 'HOTFIX' || asked.kind === 'ROLLBACK' || asked.reliability ? [] : spent).map(
      ({ service }) => `BLOCKER ERROR_BUDGET ${service}`,
    ),
    ...(snapshot.readiness && state !== 'READY' ? [`${soon} READINESS ${asked.environment}`] : []),
  ];
}

function people({ asked, snapshot }: Case): string[] {
  const away = (person: string) => union(all(snapshot.absences).filter((one) => one.person === person));
  const missing = (person: string) => shares(away(person), windowed(asked));
  const covered = (service: string): Minutes =>
    new Set(
      all(snapshot.onCall)
        .filter((shift) => shift.service === service)
        .flatMap((shift) => [...minutesOf(shift)].filter((minute) => !away(shift.person).has(minute))),
    );
  return [
    ...asked.services
      .filter((service) => snapshot.onCall && !holds(covered(service), windowed(asked)))
      .map((service) => `BLOCKER PEOPLE on-call ${service}`),
    ...(asked.operator && missing(asked.operator) ? [`WARNING PEOPLE operator ${asked.operator}`] : []),
    ...all(asked.approvers)
      .filter(missing)
      .map((person) => `WARNING PEOPLE approver ${person}`),
  ];
}

function regions(each: Case): string[] {
  const { asked, snapshot } = each;
  if (asked.regionalSplit) return [];
  return all(asked.regions)
    .filter((name) => {
      const stated = all(snapshot.regions).find(({ id }) => id === name);
      const naming = all(asked.regions).some((one) =>
        all(snapshot.windows).some(({ selectors }) => {
          const here = selectors.filter((wanted) => wanted.regions?.includes(one));
          return asked.services.some(selected(each, asked, here, false, one));
        }),
      );
      const hours = !stated || holds(union(stated.permitted), windowed(asked));
      return !hours || (naming && !holds(open(each, name), windowed(asked)));
    })
    .map((name) => `BLOCKER REGION ${name}`);
}

/** What stands below the table: a rollback passes some rules, an authorised emergency eases some to warnings. */
function excepted({ asked }: Case, found: readonly string[]): string[] {
  const passed = /FREEZE|INCIDENT|WINDOW(?!.*CAP)|OFF_HOURS|NOTICE_PERIOD|ERROR_BUDGET/;
  const eased =
    / (WINDOW|WINDOW_TOO_SHORT|OFF_HOURS|CAPACITY|DEPENDENCY_OVERLAP|NOTICE_PERIOD|READINESS|PEOPLE|REGION)\b/;
  return found
    .filter((one) => asked.kind !== 'ROLLBACK' || !passed.test(one))
    .map((one) => (inForce(asked) && eased.test(one) ? one.replace('BLOCKER', 'WARNING') : one));
}

describe('the conflicts of a deployment', () => {
  test('are those that the table of 4.4 names, minute by minute', () =>
    fc.assert(
      fc.property(anyCandidate, anySnapshot, anyNow, (asked, snapshot, now) => {
        const each = { asked, snapshot, now: (now.getTime() - BASE) / MINUTE };
        const rules = [
          freezes,
          incidents,
          neighbours,
          bookings,
          windows,
          capacity,
          providers,
          gates,
          people,
          regions,
        ];
        const expected = excepted(
          each,
          rules.flatMap((rule) => rule(each)),
        );
        const found = evaluate(asked, snapshot, now)
          .filter(({ code }) => code !== 'PROXIMITY')
          .map(({ severity, code, order, counterpart }) =>
            order === 6 ? `${severity} ${code}` : `${severity} ${code} ${counterpart}`,
          );
        expect([...new Set(found)].sort()).toEqual([...new Set(expected)].sort());
      }),
      { numRuns: 400 },
    ));
});
