import { Rejected } from '#events';
import type { z } from 'zod';
import {
  approves,
  ballotsOf,
  type CheckedVote,
  isOpenNow,
  type Outcome,
  stepOf,
  type Tally,
} from './ballots.js';
import { type CheckedRule, type CheckedStep, voters } from './electorate.js';
import { type Demand, type Right, serve } from './matching.js';
import { persons } from './persons.js';
import type { Round } from './round.js';
import { voteViolations } from './voteRules.js';

/** A round that has a rule. */
export type OpenRound = z.output<typeof Round> & { readonly rule: CheckedRule };

/** Edges looked at in all matchings of a round: a second or two of work. */
const MOST_LOOKS = 25_000_000;

/** A round before any vote: already lost when its quorum can never be reached. */
export function opening(round: OpenRound, people = persons(round.electorate.directory)): Tally {
  const { rule, electorate, duties, planHash, openedAt, expiresAt } = round;
  const tally: Tally = {
    rule,
    voters: voters(electorate, duties, people),
    planHash,
    openedAt,
    expiresAt,
    stages: [...new Set(rule.steps.map(({ stage }) => stage))].sort((a, b) => a - b),
    completed: 0,
    ballots: new Map(),
    refusals: [],
    work: { looks: 0 },
  };
  return settle(tally, openedAt);
}

/** Counts one vote: the last of a person counts, and a right is used once whoever uses it. */
export function count(tally: Tally, vote: CheckedVote): Tally {
  const violations = voteViolations(tally, vote);
  if (violations.length > 0) return { ...tally, refusals: [...tally.refusals, { vote, violations }] };
  const step = stepOf(tally.rule, vote)!;
  const { people } = tally.voters;
  const ballot = {
    vote,
    caster: people.of(vote.account),
    holder: people.of(vote.onBehalfOf ?? vote.account),
  };
  const others = ballotsOf(tally, step).filter(
    ({ caster, holder }) => caster !== ballot.caster && holder !== ballot.holder,
  );
  const ballots = new Map(tally.ballots).set(step.name, [...others, ballot]);
  return settle({ ...tally, ballots }, vote.at);
}

/** Completes the stages that can be completed, and ends the round when it is won or lost. */
export function settle(tally: Tally, at: string): Tally {
  if (tally.outcome) return tally;
  if (openSteps(tally).some((step) => isVetoed(tally, step))) return end(tally, 'REJECTED', 'VETO', at);
  let settled = tally;
  while (settled.completed < settled.stages.length && isStageComplete(settled, at)) {
    settled = { ...settled, completed: settled.completed + 1 };
  }
  if (settled.completed === settled.stages.length) return end(settled, 'GRANTED', 'QUORUM_REACHED', at);
  return isPossible(settled, at) ? settled : end(settled, 'REJECTED', 'QUORUM_IMPOSSIBLE', at);
}

/** Rights of the step that nobody has used, with those who could still use them. */
export function unusedRights(tally: Tally, step: CheckedStep, at: string): readonly Right[] {
  const ballots = ballotsOf(tally, step);
  const spent = new Set(ballots.map(({ caster }) => caster));
  const used = new Set(ballots.map(({ holder }) => holder));
  return tally.voters
    .rights(step, new Date(at))
    .filter(({ holder }) => !used.has(holder))
    .map(({ holder, casters }) => ({ holder, casters: casters.filter((caster) => !spent.has(caster)) }))
    .filter(({ casters }) => casters.length > 0);
}

/** Veto groups of the step that have said nothing yet. */
export function silentVetoes(tally: Tally, step: CheckedStep): readonly string[] {
  if (!step.awaitVeto) return [];
  const holders = ballotsOf(tally, step).map(({ holder }) => holder);
  return step.veto.filter((group) => !holders.some((holder) => tally.voters.membersOf(group).has(holder)));
}

/** The persons who serve each step as the votes stand. */
export function serving(tally: Tally): ReadonlyMap<string, readonly string[]> {
  const steps = tally.rule.steps.toSorted((a, b) => a.stage - b.stage);
  return serve(steps.map((step) => demand(step, castRights(tally, step)))).persons;
}

function openSteps(tally: Tally): readonly CheckedStep[] {
  return tally.rule.steps.filter((step) => isOpenNow(tally, step));
}

function isVetoed(tally: Tally, step: CheckedStep): boolean {
  const vetoers = step.veto.map((group) => tally.voters.membersOf(group));
  return ballotsOf(tally, step).some(
    ({ vote, holder }) => vote.decision === 'reject' && vetoers.some((group) => group.has(holder)),
  );
}

/** Complete means: served by the votes cast, and without using up anyone whom a later stage cannot do without. */
function isStageComplete(tally: Tally, at: string): boolean {
  const stage = tally.stages[tally.completed]!;
  const open = openSteps(tally);
  // Seen without a matching, which is most of the work on a large round.
  if (open.some((step) => ballotsOf(tally, step).filter(approves).length < step.quorum)) return false;
  if (open.some((step) => silentVetoes(tally, step).length > 0)) return false;
  return isServed(tally, at, (step) => step.stage > stage);
}

function isPossible(tally: Tally, at: string): boolean {
  const open = tally.stages[tally.completed]!;
  const vetoesCanSpeak = tally.rule.steps.every((step) =>
    silentVetoes(tally, step).every((group) => canSpeak(tally, step, group, at)),
  );
  return vetoesCanSpeak && isServed(tally, at, (step) => step.stage >= open);
}

function canSpeak(tally: Tally, step: CheckedStep, group: string, at: string): boolean {
  const members = tally.voters.membersOf(group);
  return (
    tally.voters.isOpenGroup(group) || unusedRights(tally, step, at).some(({ holder }) => members.has(holder))
  );
}

function isServed(tally: Tally, at: string, mayStillVote: (step: CheckedStep) => boolean): boolean {
  const total = tally.rule.steps.reduce((sum, { quorum }) => sum + quorum, 0);
  const demands = tally.rule.steps.flatMap((step) => {
    if (!mayStillVote(step)) return [demand(step, castRights(tally, step))];
    if (tally.voters.isOpen(step) || isAmple(tally, step, { total, at })) return [];
    return [demand(step, possibleRights(tally, step, at))];
  });
  const { complete, looks } = serve(demands);
  tally.work.looks += looks;
  if (tally.work.looks > MOST_LOOKS) throw tooMuch();
  return complete;
}

/** Each vote may need a matching anew: thousands of them on a round as large as can be would take minutes. */
function tooMuch(): Rejected {
  return new Rejected(
    'QUESTION_TOO_LARGE',
    'votes: too many for so many persons and seats; ask with fewer votes, or for smaller quorums.',
    'APR-04',
  );
}

/** Whoever approved may make room for another; whoever rejected or abstained is spent, and so is the right they used. */
function possibleRights(tally: Tally, step: CheckedStep, at: string): readonly Right[] {
  const [yes, no] = [
    ballotsOf(tally, step).filter(approves),
    ballotsOf(tally, step).filter((each) => !approves(each)),
  ];
  const spent = new Set(no.map(({ caster }) => caster));
  const used = new Set(no.map(({ holder }) => holder));
  const casters = new Map(yes.map(({ holder, caster }) => [holder, new Set([caster])]));
  for (const right of tally.voters.rights(step, new Date(at))) {
    const able = right.casters.filter((caster) => !spent.has(caster));
    if (used.has(right.holder)) continue;
    casters.set(right.holder, new Set([...(casters.get(right.holder) ?? []), ...able]));
  }
  return [...casters].map(([holder, able]) => ({ holder, casters: [...able] }));
}

/**
 * With as many holders left as all steps together need, some remain whatever the other steps take, and the step needs
 * no place in the matching. A ballot spends its caster and its holder.
 */
function isAmple(tally: Tally, step: CheckedStep, { total, at }: { total: number; at: string }): boolean {
  const rights = tally.voters.rights(step, new Date(at));
  const ballots = ballotsOf(tally, step);
  // Seen without looking through them, which is most of the work where there are thousands.
  if (rights.length - 2 * ballots.length >= total) return true;
  const spent = new Set(ballots.flatMap(({ caster, holder }) => [caster, holder]));
  return rights.filter(({ holder }) => !spent.has(holder)).length >= total;
}

function castRights(tally: Tally, step: CheckedStep): readonly Right[] {
  return ballotsOf(tally, step)
    .filter(approves)
    .map(({ holder, caster }) => ({ holder, casters: [caster] }));
}

function demand({ name, quorum, distinct }: CheckedStep, rights: readonly Right[]): Demand {
  return { step: name, quorum, distinct, rights };
}

function end(tally: Tally, state: Outcome['state'], reason: Outcome['reason'], at: string): Tally {
  return { ...tally, outcome: { state, reason, at } };
}
