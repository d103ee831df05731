import { z } from 'zod';
import { doraAs } from './definitions.js';
import { PeerName } from './definitions/answer.js';
import { assemble, type Delivery } from './delivery.js';
import { type Query, type Question, type Summary, summarise } from './dora.js';
import { EDITIONS, figuresOf, nearestCluster } from './editions.js';
import { quickCheckOf } from './editions/quickCheck.js';
import type { Fact } from './fact.js';

/** How figures are to be looked at beside our own way. */
export const Views = {
  definition: PeerName.optional().describe('Compute them by this peer’s definitions too'),
  edition: z.coerce
    .number()
    .pipe(z.literal(EDITIONS.map(({ year }) => year)))
    .optional()
    .describe('Place them in the report of this year: nearest cluster and the metrics that disagree'),
};
export type Views = { readonly [K in keyof typeof Views]?: z.infer<(typeof Views)[K]> };

/** A summary, and what was asked for beside it. */
export type Answer = Summary & {
  readonly peer?: ReturnType<typeof doraAs>;
  readonly standing?: ReturnType<typeof nearestCluster>;
  readonly quickCheck?: ReturnType<typeof quickCheckOf>;
};

/**
 * The five metrics; by `edition` also where a report of that year would put them, with the Quick Check score where the
 * edition has one.
 * @throws Rejected as `summarise`
 */
export function answer(record: Delivery, question: Question, { edition }: Pick<Views, 'edition'>): Answer {
  const summary = summarise(record, question);
  return {
    ...summary,
    ...(edition !== undefined && { standing: nearestCluster(figuresOf(summary), edition) }),
    ...((edition === 2024 || edition === 2025) && { quickCheck: quickCheckOf(summary, edition) }),
  };
}

/**
 * The same from facts; by `definition` also as a peer computes them, which takes more than a record holds.
 * @throws Rejected as `dora`
 */
export function answerFrom(facts: readonly Fact[], query: Query, { definition, edition }: Views): Answer {
  return {
    ...answer(assemble(facts, query), query, { edition }),
    ...(definition !== undefined && { peer: doraAs(definition, facts, query) }),
  };
}
