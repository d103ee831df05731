import { Rejected } from '#events';
import { type Checkpoint, decimal, hashIn, openCheckpoint, parseCheckpoint } from './checkpoint.js';
import { EMPTY_ROOT } from './merkle.js';
import { type NoteKey, type NoteSigner, parseNote, signatureLine } from './note.js';
import { verifyConsistency } from './proof.js';

/**
 * A witness (c2sp.org/tlog-witness): it keeps the last head it saw of each log, and cosigns a new one only when the log
 * proves that it extends that. Whoever is shown a head without its cosignature has been shown another history.
 */

/** The last head that this witness cosigned. */
export type Head = Pick<Checkpoint, 'size' | 'root'>;

/** Where a witness keeps its heads. It must survive a crash. */
export interface HeadStore {
  latest(origin: string): Promise<Head | undefined>;
  /**
   * Stores `next` if the stored head is still `expected`, durably and in one step; false if it is not. Two requests that
   * were both found consistent must not both store: the later one would roll the witness back.
   */
  swap(origin: string, expected: Head | undefined, next: Head): Promise<boolean>;
}

/** What an answer is, in the protocol's own terms. `body` ends in a newline where the protocol asks for one. */
export interface Answer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly body: string;
  /** text/x.tlog.size where `body` is the witness's own size. */
  readonly type?: 'text/x.tlog.size';
}

interface Request {
  readonly old: number;
  readonly proof: readonly Buffer[];
  readonly note: string;
}

/** Hashes in a request at most: no tree that can be counted needs more. */
const MAX_PROOF = 63;
const EMPTY: Head = { size: 0, root: EMPTY_ROOT };

const conflict = (size: number): Answer => ({ status: 409, body: `${size}\n`, type: 'text/x.tlog.size' });

/**
 * Answers one `add-checkpoint` request. `logs` holds the keys trusted for each origin; `now` is the time that the
 * cosignature will state.
 */
export async function addCheckpoint(
  body: string,
  logs: ReadonlyMap<string, readonly NoteKey[]>,
  heads: HeadStore,
  { signer, now }: { signer: NoteSigner; now: Date },
): Promise<Answer> {
  const read = readRequest(body, logs);
  if ('status' in read) return read;
  const { origin, ...next } = read.checkpoint;
  const latest = await heads.latest(origin);
  const refused = judge(read, latest ?? EMPTY);
  if (refused !== undefined) return refused;
  if (!(await heads.swap(origin, latest, { size: next.size, root: next.root })))
    return conflict((await heads.latest(origin))?.size ?? 0);
  return { status: 200, body: signatureLine(parseNote(read.note).text, signer, now) };
}

/** The request and the checkpoint in it, or why it goes no further: 400, 404 unknown log, 403 not signed by it. */
function readRequest(
  body: string,
  logs: ReadonlyMap<string, readonly NoteKey[]>,
): (Request & { checkpoint: Checkpoint }) | Answer {
  try {
    const request = parseRequest(body);
    const { origin } = parseCheckpoint(parseNote(request.note).text);
    const keys = logs.get(origin);
    if (keys === undefined) return { status: 404, body: 'This witness does not follow that log.\n' };
    return { ...request, checkpoint: openCheckpoint(request.note, origin, keys).checkpoint };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const unsigned = ['NOTE_UNSIGNED', 'NOTE_BAD_SIGNATURE'].includes(error.code);
    return { status: unsigned ? 403 : 400, body: `${error.message}\n` };
  }
}

/**
 * Takes a request body apart: an old size, hashes, an empty line, a signed checkpoint.
 * @throws Rejected REQUEST_MALFORMED, CHECKPOINT_MALFORMED
 */
export function parseRequest(body: string): Request {
  const gap = body.indexOf('\n\n');
  const [old, ...hashes] = body.slice(0, Math.max(gap, 0)).split('\n');
  if (!old?.startsWith('old ') || hashes.length > MAX_PROOF)
    throw new Rejected(
      'REQUEST_MALFORMED',
      `A request is an old size, at most ${MAX_PROOF} hashes, and a checkpoint.`,
      'AUD-02.2',
    );
  return { old: decimal(old.slice(4), 'old size'), proof: hashes.map(hashIn), note: body.slice(gap + 2) };
}

/** What a log sends to a witness. */
export function formatRequest(old: number, proof: readonly Buffer[], note: string): string {
  return [`old ${old}`, ...proof.map((hash) => hash.toString('base64')), '', note].join('\n');
}

/** Why the checkpoint is not cosigned, given the last head; nothing when it extends that. */
function judge(
  { old, proof, checkpoint }: Request & { checkpoint: Checkpoint },
  latest: Head,
): Answer | undefined {
  const { size, root } = checkpoint;
  if (old > size) return { status: 400, body: 'The old size must not exceed that of the checkpoint.\n' };
  if (old !== latest.size) return conflict(latest.size);
  if (old === size && !root.equals(latest.root)) return conflict(latest.size);
  const extended =
    old === 0
      ? proof.length === 0
      : verifyConsistency({ from: old, to: size, fromRoot: latest.root, toRoot: root, proof });
  return extended ? undefined : { status: 422, body: 'The consistency proof does not hold.\n' };
}
