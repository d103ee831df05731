import { z } from 'zod';
import { alternatives } from './conflict/alternatives.js';
import { ConflictCode, ConflictFound } from './conflict/answer.js';
import { Candidate, Instant, Span } from './conflict/candidate.js';
import { differences, evaluate } from './conflict/conflicts.js';
import { prepare } from './conflict/prepare.js';
import { notEvaluated } from './conflict/rules.js';
import { Snapshot } from './conflict/snapshot.js';

/** A deployment, the world that it asks for a place in, and the moment; formulas 4.4. */
export const ConflictQuestion = z
  .strictObject({
    candidate: Candidate,
    snapshot: Snapshot,
    now: Instant.optional().describe('The moment of the evaluation; the present if not given'),
    previous: z.array(ConflictFound).max(10_000).optional().describe('Conflicts of an earlier evaluation'),
  })
  .meta({ id: 'ConflictQuestion' });
export type ConflictQuestion = z.infer<typeof ConflictQuestion>;

const found = z.array(ConflictFound);

/** What is answered to it. */
export const ConflictAnswer = z
  .object({
    now: Instant,
    conflicts: found.describe('By severity, then rule, then counterpart'),
    notEvaluated: z
      .array(ConflictCode)
      .describe('Rules that lack a list of the snapshot: not known is not free'),
    alternatives: z
      .array(z.object({ ...Span, conflicts: found }))
      .optional()
      .describe(
        'If something blocks: up to five starts at which nothing does, and what they would still warn of',
      ),
    differences: z
      .object({ detected: found, resolved: found, changed: found })
      .optional()
      .describe('Against `previous`, by fingerprint; `changed` has another severity'),
  })
  .meta({ id: 'ConflictAnswer' });

/** All conflicts of the candidate, and what else helps to decide: SCH-04.1 to SCH-04.5. */
export function answer({ candidate, snapshot, previous }: ConflictQuestion, now: Date) {
  const world = prepare(snapshot);
  const conflicts = evaluate(candidate, world, now);
  const blocked = conflicts.some(({ severity }) => severity === 'BLOCKER');
  return {
    now: now.toISOString(),
    conflicts,
    notEvaluated: notEvaluated(snapshot),
    ...(blocked && { alternatives: alternatives(candidate, world, now) }),
    ...(previous && { differences: differences(previous, conflicts) }),
  };
}
