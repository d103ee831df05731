import assert from 'node:assert/strict';
import { canonical } from '#json';
import type { Event } from './event.js';
import type { Decision, Entity } from './execute.js';
import { Rejected } from './rejected.js';

/** What may be expected of a decision. */
interface Expectations<E extends Event> {
  /** These facts in this order, compared as they would be stored. */
  emits(...facts: readonly E[]): void;
  /** Refused, with exactly these codes in this order. */
  isRejected(...codes: readonly string[]): void;
  /** There is nothing left to do. */
  doesNothing(): void;
  /** Made again after its own facts, the decision adds nothing (house rule for every decision). */
  settles(): void;
}

/**
 * Domain specs in one line, without a store: `given(freeze, FreezeDeclared(terms)).when(lift(…)).emits(FreezeLifted(…))`.
 * The facts given are folded as they are.
 */
export function given<State, E extends Event>(entity: Entity<State, E>, ...history: readonly NoInfer<E>[]) {
  const decideAfter = (decide: Decision<State, E>, facts: readonly E[]) =>
    decide(facts.reduce<State>(entity.evolve, entity.initialState));
  return {
    when(decide: Decision<State, E>): Expectations<E> {
      const made = () => decideAfter(decide, history);
      return {
        emits: (...facts) => assert.deepEqual(stored(made()), stored(facts)),
        isRejected: (...codes) => assert.deepEqual(codesOf(made), codes),
        doesNothing: () => assert.deepEqual(stored(made()), []),
        settles: () => assert.deepEqual(stored(decideAfter(decide, [...history, ...made()])), []),
      };
    },
  };
}

const stored = (facts: readonly Event[]): unknown => JSON.parse(canonical(facts));

function codesOf(made: () => readonly Event[]): readonly string[] {
  try {
    const facts = made().map(({ type }) => type);
    assert.fail(`The decision was not rejected; it gave [${facts.join(', ')}].`);
  } catch (error) {
    if (error instanceof Rejected) return error.violations.map(({ code }) => code);
    throw error;
  }
}
