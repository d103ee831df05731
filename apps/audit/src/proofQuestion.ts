import { z } from 'zod';
import { Rejected, type Violation } from '#events';
import { openCheckpoint, parseProof, verifyProofFile } from './checkpoint.js';
import { leafHash } from './merkle.js';
import type { Shown } from './proofAnswer.js';
import { formatKey, openNote, parseKey, type Verified } from './note.js';
import { extendsLog, includes } from './verify.js';

const Size = z.int().min(1);
const Hash = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'Expected the base64 of 32 bytes')
  .describe('SHA-256, in base64');
const Entry = z.base64().max(87_380).describe('The entry as it is stored, in base64');
const Note = z.string().min(1).max(500_000).describe('A signed note, byte for byte');
const keys = z.array(z.string().min(1).max(500)).min(1).max(16);
const proof = z.array(Hash).max(63);
const pinned = {
  origin: z.string().min(1).max(500).describe('The log that one means; never taken from what is checked'),
  keys: keys.describe('Its keys: name+id+base64'),
};

/** Something that claims to be proven. */
export const ProofQuestion = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('inclusion'), index: z.int().min(0), size: Size, root: Hash, proof })
      .extend({ leaf: Hash.optional(), entry: Entry.optional() })
      .refine(({ leaf, entry }) => (leaf === undefined) !== (entry === undefined), {
        path: ['leaf'],
        message: 'Expected either leaf (its hash) or entry (its bytes)',
      }),
    z.strictObject({
      kind: z.literal('consistency'),
      from: Size,
      to: Size,
      fromRoot: Hash,
      toRoot: Hash,
      proof,
    }),
    z.strictObject({ kind: z.literal('note'), note: Note, keys }),
    z.strictObject({ kind: z.literal('checkpoint'), note: Note, ...pinned, witnesses: keys.optional() }),
    z.strictObject({ kind: z.literal('proof-file'), file: Note, entry: Entry, ...pinned }),
  ])
  .meta({ id: 'ProofQuestion' });
export type ProofQuestion = z.infer<typeof ProofQuestion>;

/** Whether it holds; if not, why; if it was signed, by whom and what. */
export type Verdict =
  ({ readonly holds: true } & Shown) | { readonly holds: false; readonly violations: readonly Violation[] };

/** Checks a claim. What does not hold is an answer, not a refusal. */
export function verdictOf(question: ProofQuestion): Verdict {
  try {
    return { holds: true, ...shownBy(question) };
  } catch (error) {
    if (error instanceof Rejected) return { holds: false, violations: error.violations };
    throw error;
  }
}

/** What the claim shows, or `Rejected` with the reason for which it shows nothing. */
function shownBy(question: ProofQuestion): Shown {
  switch (question.kind) {
    case 'inclusion': {
      const { index, size, leaf, entry = '' } = question;
      const hash = leaf === undefined ? leafHash(bytes(entry)) : bytes(leaf);
      const path = { index, size, leaf: hash, root: bytes(question.root), proof: question.proof.map(bytes) };
      return held(includes(path), { leaf: hash.toString('base64') });
    }
    case 'consistency': {
      const older = { size: question.from, root: bytes(question.fromRoot) };
      const newer = { size: question.to, root: bytes(question.toRoot) };
      return held(extendsLog(older, newer, question.proof.map(bytes)));
    }
    case 'note': {
      const { text, verified } = openNote(question.note, question.keys.map(parseKey));
      return { text, signatures: verified.map(signature) };
    }
    case 'checkpoint': {
      const { note, origin, witnesses = [] } = question;
      const opened = openCheckpoint(note, origin, question.keys.map(parseKey), witnesses.map(parseKey));
      const { size, root } = opened.checkpoint;
      return { origin, size, root: root.toString('base64'), witnesses: opened.witnesses.map(signature) };
    }
    case 'proof-file': {
      const { file, entry, origin } = question;
      const holds = verifyProofFile(file, bytes(entry), origin, question.keys.map(parseKey));
      return held(holds, { index: parseProof(file).index });
    }
  }
}

function held(holds: boolean, shown: Shown = {}): Shown {
  if (holds) return shown;
  throw new Rejected('PROOF_DOES_NOT_HOLD', 'The hashes do not lead to the root.', 'AUD-02.3');
}

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

const signature = ({ key, time }: Verified) => ({
  key: formatKey(key),
  // In seconds since 1970, as witnesses state it: not every such number is a date.
  ...(time !== undefined && { time }),
});
