import { expect, test } from 'vitest';
import { ConflictFound } from './answer.js';
import { evaluate } from './conflicts.js';
import { candidate, NOW, reservation } from './example.js';

/** The longest name that there can be, and others as long. */
const long = (i: number) => `${i}`.padEnd(200, 'n');
const many = Array.from({ length: 1_000 }, (_, i) => long(i));

test('a conflict of the longest names may be handed in again as it was answered', () => {
  const asked = candidate({
    services: many,
    operator: long(1),
    team: long(2),
    environment: long(3),
    requires: [{ service: long(4), version: long(5) }],
  });
  const found = evaluate(
    asked,
    {
      live: [],
      onCall: [],
      policy: { perEnvironment: 1, perTeam: 1, perOperator: 1 },
      reservations: [reservation({ ...asked, id: long(6), state: 'RESERVED' })],
    },
    NOW,
  );
  expect(new Set(found.map(({ code }) => code))).toEqual(
    new Set(['SAME_SERVICE', 'CAPACITY', 'DEPENDENCY_ORDER', 'PEOPLE']),
  );
  expect(found.filter((one) => !ConflictFound.safeParse(one).success).map(({ code }) => code)).toEqual([]);
});

test('a conflict without a counterpart, or with half a character for one, is none', () => {
  const [one] = evaluate(candidate(), { live: [], onCall: [] }, NOW);
  const takes = (counterpart: string) => ConflictFound.safeParse({ ...one, counterpart }).success;
  expect(['a', '', '\ud800', '\u0000', 'a'.repeat(401), 'a'.repeat(402)].map(takes)).toEqual([
    true,
    false,
    false,
    false,
    true,
    false,
  ]);
});
