import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../conflict/conflicts.js';
import { freeze, reservation, window } from '../conflict/example.js';
import { DAY, HOUR, iso } from '../instant.js';
import { bin, model } from './example.js';
import { candidate, NOW, question } from './testQuestions.js';
import { recommend } from './recommend.js';

const span = fc
  .tuple(fc.integer({ min: 0, max: 6 * 96 }), fc.integer({ min: 1, max: 60 }))
  .map(([from, length]) => {
    const start = NOW.getTime() + DAY + (from * HOUR) / 4;
    return { start: iso(start), end: iso(start + (length * HOUR) / 4) };
  });
const environment = fc.constantFrom('eu', 'us');
const some = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { maxLength });
const anySnapshot = fc.record({
  reservations: some(fc.tuple(span, environment), 6).map((all) =>
    all.map(([when, environment], i) => reservation({ id: `X${i}`, environment, ...when })),
  ),
  freezes: some(fc.tuple(span, fc.constantFrom('soft', 'hard')), 2).map((all) =>
    all.map(([when, mode], i) => freeze({ id: `F${i}`, mode: mode as 'soft', ...when })),
  ),
  windows: some(fc.array(span, { minLength: 1, maxLength: 3 }), 3).map((all) =>
    all.map((occurrences, i) => window({ id: `W${i}`, occurrences })),
  ),
  commitments: some(fc.tuple(span, fc.constantFrom('DEADLINE', 'WARN')), 2).map((all) =>
    all.map(([when, effect], i) => ({ id: `C${i}`, effect: effect as 'WARN', ...when })),
  ),
});
const anyBin = fc
  .tuple(
    fc.integer({ min: 0, max: 30 }),
    fc.integer({ min: 0, max: 30 }),
    fc.option(fc.integer({ min: -2, max: 2 })),
  )
  .map(([one, other, load]) =>
    bin({
      deployments: Math.max(one, other),
      failures: Math.min(one, other),
      load,
      loadPercentile: load === null ? null : (load + 2) / 4,
    }),
  );
const anyModel = fc
  .tuple(fc.array(anyBin, { minLength: 168, maxLength: 168 }), fc.constantFrom('PROMOTED', 'NOT_BETTER'))
  .map(([bins, verdict]) => model({ bins, verdict: verdict as 'PROMOTED' }));
const draft = candidate({ environmentClass: undefined });
const asked = { ...question(), candidate: draft, environments: ['eu', 'us'] };
const rank = (one: { loadPercentile: number | null }) => (one.loadPercentile === null ? 1 : 0);

test('slots are free of blockers, in order, and the same in any order of the input', () => {
  fc.assert(
    fc.property(anySnapshot, anyModel, (snapshot, model) => {
      const answer = recommend({ ...asked, snapshot, model }, NOW);
      expect(answer.slots.length).toBeLessThanOrEqual(5);
      for (const [i, { start, end, environment, warnings, ...slot }] of answer.slots.entries()) {
        const conflicts = evaluate({ ...draft, environment, start, end }, snapshot, NOW);
        expect(warnings).toEqual(conflicts);
        expect(conflicts.filter(({ severity }) => severity === 'BLOCKER')).toEqual([]);
        const before = answer.slots[i - 1];
        if (!before) continue;
        expect(rank(before)).toBeLessThanOrEqual(rank(slot));
        if (rank(before) === rank(slot)) expect(before.cost!).toBeLessThanOrEqual(slot.cost!);
      }
      const turned = {
        ...asked,
        model,
        environments: ['us', 'eu'],
        snapshot: {
          reservations: snapshot.reservations.toReversed(),
          freezes: snapshot.freezes.toReversed(),
          windows: snapshot.windows.toReversed(),
          commitments: snapshot.commitments.toReversed(),
        },
      };
      expect(recommend(turned, NOW)).toEqual(answer);
    }),
    { numRuns: 40 },
  );
});
