import { Rejected } from '#events';
import { HASH, leafHash } from './merkle.js';
import { type NoteKey, type Verified, openNote } from './note.js';
import { verifyConsistency, verifyInclusion } from './proof.js';

/** The head of a log as it is signed (c2sp.org/tlog-checkpoint), and proof files (c2sp.org/tlog-proof@v1). */

export interface Checkpoint {
  /** Which log; never taken from the note that is being checked. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  /** Further lines, opaque. We write none. */
  readonly extensions?: readonly string[];
}

const malformed = (message: string) => new Rejected('CHECKPOINT_MALFORMED', message, 'AUD-02.2');

/** The text to be signed: origin, size, root, each on its line. */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  const text = [origin, size, root.toString('base64'), ...extensions, ''].join('\n');
  parseCheckpoint(text);
  return text;
}

/**
 * Reads the text of a checkpoint.
 * @throws Rejected CHECKPOINT_MALFORMED
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  const end = rest.pop();
  if (origin === '' || end !== '' || rest.includes(''))
    throw malformed('A checkpoint is three or more lines, none of them empty.');
  return {
    origin,
    size: decimal(size, 'size'),
    root: hashIn(root),
    ...(rest.length > 0 && { extensions: rest }),
  };
}

/** A number as all these formats write it: no sign, no leading zero. */
export function decimal(digits: string, what: string): number {
  const number = Number(digits);
  if (/^(0|[1-9]\d{0,15})$/.test(digits) && Number.isSafeInteger(number)) return number;
  throw malformed(`The ${what} is a decimal number without leading zeroes, at most 2^53 - 1.`);
}

/** A hash as all these formats write it: base64 of 32 bytes. */
export function hashIn(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === HASH && bytes.toString('base64') === base64) return bytes;
  throw malformed('A hash is the base64 of 32 bytes.');
}

export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Witnesses whose cosignatures hold, each once, with the time they state. */
  readonly witnesses: readonly Verified[];
}

/**
 * Opens a signed checkpoint of a log whose origin and keys the caller pins, and names the witnesses that cosigned it.
 * @throws Rejected those of `openNote`; CHECKPOINT_MALFORMED, CHECKPOINT_FOREIGN, CHECKPOINT_UNSIGNED (by the log)
 */
export function openCheckpoint(
  note: string | Buffer,
  origin: string,
  logKeys: readonly NoteKey[],
  witnessKeys: readonly NoteKey[] = [],
): OpenedCheckpoint {
  const { text, verified } = openNote(note, [...logKeys, ...witnessKeys]);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== origin)
    throw new Rejected(
      'CHECKPOINT_FOREIGN',
      `This checkpoint is of ${checkpoint.origin}, not of ${origin}.`,
      'AUD-02.2',
    );
  if (!verified.some(({ key }) => logKeys.includes(key)))
    throw new Rejected('CHECKPOINT_UNSIGNED', `No key of ${origin} has signed this checkpoint.`, 'AUD-02.2');
  return { checkpoint, witnesses: verified.filter(({ key }) => !logKeys.includes(key) && key.type === 4) };
}

/**
 * The signer's rule: a log signs nothing that does not extend what it signed before.
 * @throws Rejected CHECKPOINT_INCONSISTENT
 */
export function refuseFork(before: Checkpoint, next: Checkpoint, proof: readonly Buffer[]): void {
  const extended = verifyConsistency({
    from: before.size,
    to: next.size,
    fromRoot: before.root,
    toRoot: next.root,
    proof,
  });
  if (before.origin === next.origin && (extended || (before.size === 0 && proof.length === 0))) return;
  throw new Rejected(
    'CHECKPOINT_INCONSISTENT',
    `The tree of ${next.size} does not extend the signed one of ${before.size}; nothing may be signed until this is explained.`,
    'AUD-02.2',
  );
}

export interface ProofFile {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  /** The signed checkpoint, as it was issued. */
  readonly checkpoint: string;
  /** Opaque and not authenticated. */
  readonly extra?: Buffer;
}

const PROOF = 'c2sp.org/tlog-proof@v1';

/** The file that proves one entry offline (extension `.tlog-proof`). */
export function formatProof({ index, hashes, checkpoint, extra }: ProofFile): string {
  const lines = [
    PROOF,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
    '',
  ];
  return `${lines.join('\n')}\n${checkpoint}`;
}

/**
 * Reads a proof file without believing it.
 * @throws Rejected PROOF_MALFORMED, CHECKPOINT_MALFORMED
 */
export function parseProof(file: string): ProofFile {
  const gap = file.indexOf('\n\n');
  const [first, ...lines] = file.slice(0, Math.max(gap, 0)).split('\n');
  const extra = lines[0]?.startsWith('extra ') ? lines.shift()!.slice(6) : undefined;
  const index = lines.shift();
  if (first !== PROOF || !index?.startsWith('index ') || lines.length > 63)
    throw new Rejected(
      'PROOF_MALFORMED',
      `A proof file starts with ${PROOF}, an index line, and at most 63 hashes.`,
      'AUD-02.3',
    );
  const bytes = Buffer.from(extra ?? '', 'base64');
  if (extra !== undefined && bytes.toString('base64') !== extra)
    throw new Rejected('PROOF_MALFORMED', 'The extra line of a proof file is base64.', 'AUD-02.3');
  return {
    index: decimal(index.slice(6), 'index'),
    hashes: lines.map(hashIn),
    checkpoint: file.slice(gap + 2),
    ...(extra !== undefined && { extra: bytes }),
  };
}

/**
 * Whether a proof file shows that this entry is in the log that the caller pins.
 * @throws Rejected those of `parseProof` and `openCheckpoint`
 */
export function verifyProofFile(
  file: string,
  entry: Uint8Array,
  origin: string,
  logKeys: readonly NoteKey[],
): boolean {
  const { index, hashes, checkpoint: note } = parseProof(file);
  const { size, root } = openCheckpoint(note, origin, logKeys).checkpoint;
  return verifyInclusion({ index, size, root, leaf: leafHash(entry), proof: hashes });
}
