import type { Candidate } from './candidate.js';
import { evaluate, prepared } from './conflicts.js';
import { budget, looksOf } from './effort.js';
import type { Conflict, Trial } from './finding.js';
import { iso, MINUTE, moment } from '../instant.js';
import type { Prepared } from './prepare.js';
import { blockers } from './rules.js';
import type { Snapshot } from './snapshot.js';
import { trial, trialAt } from './trial.js';

/** Another time at which nothing blocks, and what it would still warn of. */
export interface Alternative {
  readonly start: string;
  readonly end: string;
  readonly conflicts: readonly Conflict[];
}

/**
 * Up to five (by the policy) other starts free of blockers, soonest first, on whole minutes, the occupied intervals of any two (and
 * of the slot asked for, if that is free) apart; SCH-04.5. Looked for from `earliest` (the start asked for, if not given; never before `now`) to `latest` (the
 * policy's horizon). Each start skipped is one that a rule rules out, so the first one offered is the first there is.
 * @throws Rejected as `evaluate`, EVALUATION_TOO_LARGE also where the search would look at too much
 */
export function alternatives(candidate: Candidate, snapshot: Snapshot | Prepared, now: Date): Alternative[] {
  const world = prepared(snapshot);
  return free(trial(candidate, world, moment(now))).map(({ placed: { work } }) => {
    const slot = { start: iso(work.start), end: iso(work.end) };
    return { ...slot, conflicts: evaluate({ ...candidate, ...slot }, world, now) };
  });
}

function free(asked: Trial): Trial[] {
  const found: Trial[] = [];
  const { first, last } = asked.starts;
  const spend = budget('alternatives');
  const most = asked.world.policy.alternatives;
  for (let start = wholeMinute(first); start <= last && found.length < most;) {
    const next = trialAt(asked, start);
    spend(looksOf(next) + 1);
    const inTheWay = blockers(next);
    const isOther = start !== asked.placed.work.start;
    if (inTheWay.length === 0 && isOther) found.push(next);
    start = wholeMinute(inTheWay.reduce((at, { clearsAt }) => Math.max(at, clearsAt()), start + 1));
    if (inTheWay.length === 0) start = wholeMinute(next.placed.work.start + occupied(next));
  }
  return found;
}

function occupied({ placed }: Trial): number {
  return placed.occupied.end - placed.occupied.start;
}

function wholeMinute(at: number): number {
  return Math.ceil(at / MINUTE) * MINUTE;
}
