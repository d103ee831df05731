import type { Violation } from '#events';
import type { z } from 'zod';
import type { CheckedRule, CheckedStep, Voters } from './electorate.js';
import type { Vote } from './round.js';

export type CheckedVote = z.output<typeof Vote>;

/** A vote that counts: the person who cast it and the person whose right it used. */
export interface Ballot {
  readonly vote: CheckedVote;
  readonly caster: string;
  readonly holder: string;
}

export interface Outcome {
  readonly state: 'GRANTED' | 'REJECTED';
  readonly reason: 'QUORUM_REACHED' | 'VETO' | 'QUORUM_IMPOSSIBLE';
  readonly at: string;
}

export interface RefusedVote {
  readonly vote: CheckedVote;
  readonly violations: readonly Violation[];
}

/** Where a round stands after some votes. */
export interface Tally {
  readonly rule: CheckedRule;
  readonly voters: Voters;
  readonly planHash: string;
  readonly openedAt: string;
  readonly expiresAt: string;
  /** The stages of the rule in order, and how many are complete. */
  readonly stages: readonly number[];
  readonly completed: number;
  readonly ballots: ReadonlyMap<string, readonly Ballot[]>;
  readonly outcome?: Outcome;
  readonly refusals: readonly RefusedVote[];
  /** What all matchings of the round have cost until now. */
  readonly work: { looks: number };
}

export function stepOf(rule: CheckedRule, { step }: Pick<CheckedVote, 'step'>): CheckedStep | undefined {
  if (step === undefined) return rule.steps.length === 1 ? rule.steps[0] : undefined;
  return rule.steps.find(({ name }) => name === step);
}

export function ballotsOf(tally: Tally, step: CheckedStep): readonly Ballot[] {
  return tally.ballots.get(step.name) ?? [];
}

export function isOpenNow(tally: Tally, step: CheckedStep): boolean {
  return step.stage === tally.stages[tally.completed];
}

export function approves({ vote }: Ballot): boolean {
  return vote.decision === 'approve' || vote.decision === 'approve-with-conditions';
}
