import { z } from 'zod';
import { Violation } from '#events';

const Hash = z.string().describe('SHA-256, in base64');
const signatures = z.array(
  z.object({
    key: z.string().describe('name+id+base64'),
    time: z.number().optional().describe('When a witness says it saw the text, in seconds since 1970'),
  }),
);

const Holding = z
  .object({
    holds: z.literal(true),
    leaf: Hash.optional().describe('Of an inclusion: the hash of the entry'),
    text: z.string().optional().describe('Of a note: what was signed'),
    signatures: signatures.optional().describe('Of a note: those of the keys that were given'),
    origin: z.string().optional().describe('Of a checkpoint'),
    size: z.int().min(0).optional().describe('Of a checkpoint'),
    root: Hash.optional().describe('Of a checkpoint'),
    witnesses: signatures.optional().describe('Of a checkpoint'),
    index: z.int().min(0).optional().describe('Of a proof file: the place of the entry'),
  })
  .meta({ id: 'ProofHolds' });

/** What a claim shows that holds. */
export type Shown = Omit<z.infer<typeof Holding>, 'holds'>;

const Refuted = z
  .object({ holds: z.literal(false), violations: z.array(Violation).describe('Why not') })
  .meta({ id: 'ProofRefuted' });

/** What is answered to a claim. What does not hold is an answer, not a refusal. */
export const ProofAnswer = z.discriminatedUnion('holds', [Holding, Refuted]).meta({ id: 'ProofAnswer' });
