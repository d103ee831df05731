import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkVote, decide, type Round, satisfiable, type Vote } from './quorum.js';

/** A small world: eight people, each with two merged accounts, and a rule of up to three steps. */
interface World {
  readonly steps: readonly { members: number[]; quorum: number; distinct: boolean; stage: number }[];
  readonly barred: readonly number[];
  readonly recused: readonly number[];
  readonly lent: readonly (readonly [number, number])[];
  readonly votes: readonly { step: number; caster: number; holder: number; yes: boolean; account: string }[];
}
type Pair = readonly [holder: number, caster: number];

const person = fc.integer({ min: 0, max: 7 });
const account = fc.constantFrom('p', 'q');
const world: fc.Arbitrary<World> = fc.record({
  steps: fc.array(
    fc.record({
      members: fc.uniqueArray(person, { minLength: 1, maxLength: 5 }),
      quorum: fc.integer({ min: 1, max: 3 }),
      distinct: fc.boolean(),
      stage: fc.integer({ min: 1, max: 2 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  barred: fc.uniqueArray(person, { maxLength: 2 }),
  recused: fc.uniqueArray(person, { maxLength: 1 }),
  lent: fc.array(fc.tuple(person, person), { maxLength: 2 }),
  votes: fc.array(
    fc
      .record({
        step: fc.nat(2),
        caster: person,
        lent: fc.boolean(),
        holder: person,
        yes: fc.boolean(),
        no: fc.boolean(),
        account,
      })
      .map(({ lent, holder, caster, yes, no, ...rest }) => ({
        ...rest,
        caster,
        holder: lent ? holder : caster,
        yes: yes || !no,
      })),
    { maxLength: 14 },
  ),
});

const planHash = 'h1';
const openedAt = '2027-03-01T09:00:00.000Z';
const expiresAt = '2027-03-04T09:00:00.000Z';
const at = new Date('2027-03-01T10:00:00Z');

function roundOf({ steps, barred, recused, lent }: World): Round {
  const people = [...Array(8).keys()];
  return {
    rule: {
      id: 'r',
      version: '1',
      steps: steps.map(({ quorum, distinct, stage }, i) => ({
        name: `s${i}`,
        groups: [`g${i}`],
        quorum,
        distinct,
        stage,
      })),
    },
    planHash,
    openedAt,
    expiresAt,
    electorate: {
      groups: Object.fromEntries(
        steps.map(({ members }, i) => [
          `g${i}`,
          { members: members.map((n) => `${(n + i) % 2 ? 'p' : 'q'}${n}`) },
        ]),
      ),
      directory: { merged: people.map((n): [string, string] => [`p${n}`, `q${n}`]) },
      delegations: lent.map(([from, to]) => ({
        from: `q${from}`,
        to: `p${to}`,
        start: openedAt,
        end: expiresAt,
      })),
      recusals: recused.map((n) => ({ account: `q${n}` })),
    },
    duties: {
      environmentClass: 'PROD',
      regulated: false,
      acts: barred.map((n) => ({ duty: 'author', account: `p${n}`, evidence: `commit ${n}` })),
    },
  };
}

function votesOf({ votes }: World): Vote[] {
  return votes.map(({ step, caster, holder, yes, account: prefix }) => ({
    step: `s${step}`,
    account: `${prefix}${caster}`,
    ...(holder !== caster && { onBehalfOf: `p${holder}` }),
    decision: yes ? 'approve' : 'abstain',
    planHash,
    at: '2027-03-01T09:30:00Z',
  }));
}

/** Tries every assignment of pairs to seats, one after the other: slow, and obviously right. */
function exhaustive(
  steps: readonly { quorum: number; distinct: boolean; pairs: readonly Pair[] }[],
): boolean {
  const seat = (
    s: number,
    from: number,
    taken: readonly Pair[],
    everywhere: ReadonlySet<number>,
  ): boolean => {
    if (s === steps.length) return true;
    const { quorum, distinct, pairs } = steps[s]!;
    if (taken.length === quorum) return seat(s + 1, 0, [], everywhere);
    return pairs.some(([holder, caster], i) => {
      if (i < from || taken.some(([h, c]) => h === holder || c === caster)) return false;
      if (distinct && everywhere.has(caster)) return false;
      const seated = distinct ? new Set([...everywhere, caster]) : everywhere;
      return seat(s, i + 1, [...taken, [holder, caster]], seated);
    });
  };
  return seat(0, 0, [], new Set());
}

/** All pairs that could ever vote in a step: members for themselves, and those they lend to. */
function pairsOf({ steps, barred, recused, lent }: World, s: number): readonly Pair[] {
  const out = new Set([...barred, ...recused]);
  const members = steps[s]!.members.filter((n) => !out.has(n));
  const own = members.map((n): Pair => [n, n]);
  const borrowed = lent.filter(([from, to]) => from !== to && members.includes(from) && !out.has(to));
  return [...own, ...borrowed];
}

/** The rules of a round once more, told as simply as they can be and with exhaustive search only. */
function reference(given: World): { state: string; counted: number } {
  const stages = [...new Set(given.steps.map(({ stage }) => stage))].sort((a, b) => a - b);
  const ballots: { step: number; holder: number; caster: number; yes: boolean }[] = [];
  let done = 0;
  let counted = 0;
  const cast = (s: number) =>
    ballots.filter(({ step, yes }) => step === s && yes).map((b): Pair => [b.holder, b.caster]);
  const possible = (s: number) => {
    const no = ballots.filter(({ step, yes }) => step === s && !yes);
    return pairsOf(given, s).filter(
      ([h, c]) => !no.some(({ holder, caster }) => holder === h || caster === c),
    );
  };
  const works = (mayStillVote: (stage: number) => boolean) =>
    exhaustive(
      given.steps.map((step, s) => ({ ...step, pairs: mayStillVote(step.stage) ? possible(s) : cast(s) })),
    );
  const settle = () => {
    while (done < stages.length && works((stage) => stage > stages[done]!)) done++;
    if (done === stages.length) return 'GRANTED';
    return works((stage) => stage >= stages[done]!) ? 'PENDING' : 'REJECTED';
  };
  let state = settle();
  for (const vote of given.votes) {
    if (state !== 'PENDING' || given.steps[vote.step]?.stage !== stages[done]) continue;
    if (!pairsOf(given, vote.step).some(([h, c]) => h === vote.holder && c === vote.caster)) continue;
    const kept = ballots.filter(
      (b) => b.step !== vote.step || (b.caster !== vote.caster && b.holder !== vote.holder),
    );
    ballots.splice(0, ballots.length, ...kept, vote);
    counted++;
    state = settle();
  }
  return { state, counted };
}

describe('the engine agrees with an exhaustive matching over up to 8 people', () => {
  test('on whether a rule can be satisfied at all', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { rule, electorate, duties } = roundOf(given);
        const expected = exhaustive(given.steps.map((step, s) => ({ ...step, pairs: pairsOf(given, s) })));
        expect(satisfiable({ rule: rule!, electorate, duties, at: openedAt }).satisfiable).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test('on what any votes come to, and on which of them count', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(world, (given) => {
        const votes = votesOf(given);
        const decision = decide(roundOf(given), votes, at);
        const expected = reference(given);
        seen.add(expected.state);
        expect(decision.state).toBe(expected.state);
        expect(votes.length - decision.refusals.length).toBe(expected.counted);
      }),
      { numRuns: 2_000 },
    );
    expect([...seen].sort()).toEqual(['GRANTED', 'PENDING', 'REJECTED']);
  });

  test('on whether somebody is left to operate', () => {
    fc.assert(
      fc.property(world, fc.uniqueArray(person, { minLength: 1, maxLength: 3 }), (given, operators) => {
        const { rule, electorate, duties } = roundOf(given);
        const groups = { ...electorate.groups, ops: { members: operators.map((n) => `q${n}`) } };
        const answer = satisfiable({
          rule: rule!,
          electorate: { ...electorate, groups },
          duties,
          at: openedAt,
          operatorGroups: ['ops'],
        });
        const without = (n: number) => ({ ...given, barred: [...given.barred, n] });
        const expected = operators.some((n) =>
          exhaustive(given.steps.map((step, s) => ({ ...step, pairs: pairsOf(without(n), s) }))),
        );
        expect(answer.satisfiable).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('for any round', () => {
  test('a grant rests on different persons who were all allowed to approve', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { state, steps } = decide(roundOf(given), votesOf(given), at);
        if (state !== 'GRANTED') return;
        steps.forEach(({ approvers, needed }, s) => {
          expect(needed).toBe(0);
          expect(approvers).toHaveLength(given.steps[s]!.quorum);
          expect(new Set(approvers).size).toBe(approvers.length);
          for (const name of approvers) expect(given.barred).not.toContain(Number(name.slice(1)));
        });
        const distinct = steps
          .filter((_, s) => given.steps[s]!.distinct)
          .flatMap(({ approvers }) => approvers);
        expect(new Set(distinct).size).toBe(distinct.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test('a vote that may be cast counts, and one that may not does not', () => {
    fc.assert(
      fc.property(world, (given) => {
        const votes = votesOf(given);
        const last = votes.pop();
        if (!last) return;
        const round = roundOf(given);
        const before = decide(round, votes, at).refusals.length;
        const after = decide(round, [...votes, last], at).refusals.length;
        const objections = checkVote(round, votes, last).filter(
          ({ code }) => code !== 'DUAL_APPROVAL_SAME_PERSON',
        );
        expect(after - before).toBe(objections.length === 0 ? 0 : 1);
      }),
      { numRuns: 500 },
    );
  });

  test('the same vote twice adds nothing', () => {
    fc.assert(
      fc.property(world, (given) => {
        const votes = votesOf(given);
        const { state, steps } = decide(roundOf(given), votes, at);
        const again = decide(
          roundOf(given),
          votes.flatMap((vote) => [vote, vote]),
          at,
        );
        expect([again.state, again.steps]).toEqual([state, steps]);
      }),
      { numRuns: 500 },
    );
  });

  test('one more member never makes a rule unsatisfiable', () => {
    fc.assert(
      fc.property(world, person, (given, extra) => {
        const grown = {
          ...given,
          steps: given.steps.map((step) => ({ ...step, members: [...new Set([...step.members, extra])] })),
        };
        const can = (of: World) => {
          const { rule, electorate, duties } = roundOf(of);
          return satisfiable({ rule: rule!, electorate, duties, at: openedAt }).satisfiable;
        };
        expect(!can(given) || can(grown)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
