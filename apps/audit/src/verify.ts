import { isUtf8 } from 'node:buffer';
import { createPublicKey, hash, verify as verifyEd25519 } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * The offline verifier of a ledger export: one file, Node and nothing else, no network. It shares no code with the
 * service that writes the ledger, on purpose: it is a second implementation of the same public rules (RFC 8785, RFC 6962,
 * RFC 9162, C2SP signed-note, tlog-checkpoint, tlog-cosignature), so a mistake has to be made twice to go unnoticed.
 *
 *   node verify.js <export.ndjson | -> [--key vkey]… [--policy file] [--earlier note-file]…
 *
 * Exit 0: verified. 1: not verified, one line per problem. 2: the input cannot be used.
 *
 * An export is NDJSON. First a header `{format, origin, checkpoint, earlier, vkey, from: 0, size}`: `checkpoint` is a signed
 * note, `earlier` lists notes that were signed before (or `{checkpoint, proof}`). Then a line an entry, in order: the whole
 * log as `{index, entry}`, or some of it as `{index, entry, proof}`. `entry` is the base64 of the stored bytes; `leaf`,
 * where given, that of their stored leaf hash, so that a changed entry can be named. Which log it is, origin and keys, is
 * said by whoever verifies and never learnt from the export.
 */

export const FORMAT = 'slipway-ledger-export@1';

/** What the person who verifies trusts and demands. */
export interface Policy {
  readonly origin: string;
  /** Keys of the log; more than one while they are rotated. */
  readonly keys: readonly string[];
  readonly witnesses?: readonly string[];
  /** How many of the witnesses must have cosigned, and how long ago at most. */
  readonly quorum?: number;
  readonly maxAgeSeconds?: number;
  /** How far clocks may differ before time counts as running backwards; 600 unless stated. */
  readonly toleranceSeconds?: number;
}

export interface Options {
  readonly now: Date;
  /** Without one the contents are held against the export's own key, and the verdict is "not verified". */
  readonly policy?: Policy | undefined;
  /** Signed checkpoints kept from earlier visits. */
  readonly earlier?: readonly string[];
  readonly progress?: (entries: number) => void;
}

export type Check =
  'policy' | 'signature' | 'witness' | 'record' | 'leaf' | 'root' | 'earlier' | 'stream' | 'time' | 'meaning';

/** What is wrong, and at which position of the log where it has one. */
export interface Problem {
  readonly check: Check;
  readonly index?: number | undefined;
  readonly message: string;
}

export interface Verdict {
  readonly verified: boolean;
  /** The first hundred. */
  readonly problems: readonly Problem[];
  readonly count: number;
  readonly origin: string;
  /** Entries in the signed log, in the export, and starts of deployments that were decided again. */
  readonly size: number;
  readonly entries: number;
  readonly starts: number;
  /** Whether the whole log was there; otherwise entries were proven one by one and no start was judged. */
  readonly whole: boolean;
}

/** Something is not as it must be. Thrown by `verifyExport` when the input is no export, or a policy or key is unsound. */
export class Unusable extends Error {}

type Json = Record<string, unknown>;
type Found = ReturnType<typeof findings>;
type Print = (line: string) => void;
type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const LISTED = 100;
const MAX_LINE = 4 * 1024 * 1024;
const MAX_ENTRY = 65_535;
const MAX_SIGNATURES = 16;
const HOUR = 3_600_000;

/**
 * Verifies an export, given as bytes in any pieces. What is kept in memory grows with streams and open deployments, not
 * with entries.
 * @throws Unusable
 */
export async function verifyExport(bytes: Pieces, options: Options): Promise<Verdict> {
  const found = findings();
  let walk: Walk | undefined;
  for await (const lines of linesIn(bytes)) {
    for (const line of lines)
      if (walk === undefined) walk = begin(line, options, found);
      else step(walk, line, found);
    options.progress?.(walk?.entries ?? 0);
  }
  need(walk !== undefined, 'The export is empty.');
  end(walk, found);
  const { entries, starts, whole = true } = walk;
  const { origin, size } = walk.head;
  const { problems, count } = found;
  return { verified: count === 0, problems, count, origin, size, entries, starts, whole };
}

function findings() {
  const problems: Problem[] = [];
  const report = (check: Check, message: string, index?: number) => {
    if (++found.count <= LISTED) problems.push({ check, index, message });
  };
  const attempt = <T>(check: Check, look: () => T, index?: number): T | undefined => {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      report(check, error.message, index);
      return undefined;
    }
  };
  const found = { problems, count: 0, report, attempt };
  return found;
}

async function* linesIn(bytes: Pieces): AsyncGenerator<Buffer[]> {
  let rest: Uint8Array = Buffer.alloc(0);
  for await (const piece of bytes) {
    const all = Buffer.concat([rest, piece]);
    const lines: Buffer[] = [];
    let from = 0;
    for (let to = all.indexOf(10); to !== -1; from = to + 1, to = all.indexOf(10, from))
      if (to > from) lines.push(all.subarray(from, to));
    rest = all.subarray(from);
    need(rest.length <= MAX_LINE, `A line is longer than ${MAX_LINE} bytes.`);
    yield lines;
  }
  if (rest.length > 0) yield [Buffer.from(rest)];
}

/** How far the verification has come. */
interface Walk {
  /** The root is empty where the checkpoint is not to be believed. */
  readonly head: Head;
  readonly tolerance: number;
  /** When the newest witness saw the log, in epoch milliseconds. */
  readonly seen: number;
  readonly earlier: Earlier[];
  whole?: boolean;
  /** Lines, the position that comes next, leaves, and the roots of the complete subtrees that these consist of. */
  entries: number;
  next: number;
  leaves: number;
  readonly roots: Buffer[];
  readonly revisions: Map<string, number>;
  latest: number;
  readonly dossiers: Map<unknown, Dossier>;
  readonly freezes: Map<unknown, Json>;
  starts: number;
}

const nothingYet = () => ({ entries: 0, next: 0, leaves: 0, roots: [], latest: -Infinity, starts: 0 });
const maps = () => ({ revisions: new Map(), dossiers: new Map(), freezes: new Map() });

/** Policy and keys, signatures, cosignatures: everything about the header. */
function begin(line: Buffer, { policy, now, earlier: kept = [] }: Options, found: Found): Walk {
  const header = headerIn(line);
  const trusted = trust(policy ?? { origin: header.origin, keys: [header.vkey] });
  const { origin, tolerance } = trusted;
  if (policy === undefined)
    found.report('policy', 'No key of the log was given: authenticity was not checked.');
  if (header.origin !== origin)
    found.report('policy', `The export is of ${header.origin}, not of ${origin}.`);
  const opened = found.attempt('signature', () => openNote(header.checkpoint, trusted));
  const { head, times } = opened ?? { head: { origin, size: header.size, root: Buffer.alloc(0) }, times: [] };
  if (head.size !== header.size)
    found.report('root', `The header says ${header.size} entries, the checkpoint ${head.size}.`);
  if (head.size === 0) found.report('root', 'The log is empty: nothing is proven.');
  found.attempt('witness', () => needWitnesses(times, trusted, now.getTime()));
  const earlier = [...header.earlier, ...kept.map((checkpoint) => ({ checkpoint, proof: undefined }))]
    .map(
      ({ checkpoint, proof }) =>
        [found.attempt('earlier', () => openNote(checkpoint, trusted)), proof] as const,
    )
    .flatMap(([before, proof]) => (before === undefined ? [] : [{ ...before.head, proof }]))
    .sort((a, b) => a.size - b.size);
  return { head, tolerance, seen: Math.max(...times), earlier, ...nothingYet(), ...maps() };
}

/** One entry: its form, its leaf, its place, its stream and time, and what it means. */
function step(walk: Walk, line: Buffer, found: Found): void {
  walk.entries++;
  const read = found.attempt('record', () => entryIn(line, walk.entries + 1));
  if (read === undefined) return;
  const { index, bytes, leaf: stored } = read;
  const record = found.attempt('record', () => recordIn(bytes), index);
  const leaf = leafHash(bytes);
  if (stored?.equals(leaf) === false)
    found.report('leaf', 'This is not the entry that was hashed into the log.', index);
  found.attempt('root', () => place(walk, read, leaf), index);
  meetEarlier(walk, found);
  if (record === undefined) return;
  found.attempt('stream', () => needRevision(walk, record), index);
  found.attempt('time', () => needTime(walk, record), index);
  if (walk.whole) for (const fault of judge(walk, record)) found.report('meaning', fault, index);
}

function place(walk: Walk, { index, proof }: Entry, leaf: Buffer): void {
  const { head, next, whole = proof === undefined } = walk;
  walk.whole = whole;
  walk.next = index + 1;
  if (whole) append(walk, leaf);
  need(whole === (proof === undefined), 'Entries with and without proofs do not mix.');
  need(whole ? index === next : index >= next, `Entry ${next} is expected here.`);
  if (proof === undefined || head.root.length === 0) return;
  need(includes({ ...head, index, leaf, proof }), 'The inclusion proof does not hold.');
}

/** Holds what was signed before against the tree of the same size. */
function meetEarlier({ earlier, roots, leaves, whole }: Walk, found: Found): void {
  while (whole && earlier[0] !== undefined && earlier[0].size <= leaves) {
    const { size, root } = earlier.shift()!;
    if (root.equals(rootOf(size === 0 ? [] : roots))) continue;
    found.report('earlier', `The ${size} entries signed before were others: history was rewritten.`);
  }
}

/** The root, and what was signed before. */
function end({ head, earlier, entries, leaves, roots, whole = true }: Walk, found: Found): void {
  const known = head.root.length > 0;
  const proofs = new Map(earlier.map(({ size, proof }) => [proof && size, proof]));
  for (const before of earlier) {
    const { size } = before;
    if (size > head.size)
      found.report('earlier', `${size} entries were signed before; now there are ${head.size}.`);
    else if (!whole && known && !extendsLog(before, head, proofs.get(size) ?? []))
      found.report('earlier', `Nothing proves that this log extends the ${size} entries signed before.`);
  }
  if (entries === 0) found.report('root', 'The export holds no entry.');
  else if (whole && leaves !== head.size)
    found.report('root', `${head.size} entries were signed; ${leaves} are here.`);
  else if (whole && known && !rootOf(roots).equals(head.root))
    found.report('root', 'Other entries were signed than these.');
}

/* Records. */

interface Recorded {
  readonly eventId: string;
  readonly eventType: string;
  readonly streamId: string;
  readonly streamRevision: number;
  readonly recordedAt: string;
  readonly occurredAt: string;
  readonly actor: Json;
  readonly data: Json;
}

/** Reads stored bytes, which must be the one canonical form (RFC 8785) of an event. Exported for its own test. */
export function recordIn(bytes: Buffer): Recorded {
  need(bytes.length <= MAX_ENTRY && isUtf8(bytes), `An entry is UTF-8 of at most ${MAX_ENTRY} bytes.`);
  const text = bytes.toString();
  const record = objectIn(bytes);
  need(record !== undefined, 'The entry is not a JSON object.');
  need(canonical(record) === text, 'The entry is not canonical JSON (order, spacing, a name twice…).');
  const { eventId, eventType, streamId, streamRevision, recordedAt, occurredAt, actor, data } = record;
  const named = [eventId, eventType, streamId].every(isText) && isCount(streamRevision);
  const dated = !Number.isNaN(instant(recordedAt) + instant(occurredAt));
  need(named && dated && isObject(actor) && isObject(data), 'The entry is not an event.');
  return record as unknown as Recorded;
}

function canonical(value: unknown, depth = 0): string {
  need(depth <= 128, 'The entry is nested too deeply.');
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(',')}]`;
  if (typeof value === 'string') return quoted(value);
  const large = typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;
  need(!large, 'The entry holds a number beyond 2^53 - 1.');
  if (!isObject(value)) return JSON.stringify(value);
  need(!Object.hasOwn(value, '__proto__'), 'The entry has a member named __proto__.');
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${quoted(name)}:${canonical(value[name], depth + 1)}`).join(',')}}`;
}

/** What needs no escape and no closer look. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Only a lone surrogate makes JSON.stringify write \ud…, so only then is a closer look needed. */
function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  const json = JSON.stringify(text);
  need(!json.includes('\\ud') || Buffer.from(text).toString() === text, 'The entry holds half a character.');
  return json;
}

function needRevision({ revisions, whole }: Walk, { streamId, streamRevision }: Recorded): void {
  const last = revisions.get(streamId) ?? 0;
  revisions.set(streamId, streamRevision);
  const follows = whole ? streamRevision === last + 1 : streamRevision > last;
  need(follows, `${streamId} goes from revision ${last} to ${streamRevision}.`);
}

/** Acts that are recorded as they happen, so that another stated time is a claim about the past. */
const DATED_BY_US = /^(Approval|ChangeAuthorised|EmergencyAuthorised|BreakGlassActivated|DeploymentStarted)/;

function needTime(walk: Walk, { eventType, recordedAt, occurredAt }: Recorded): void {
  const { latest, tolerance, seen } = walk;
  const at = instant(recordedAt);
  const backdated = at - instant(occurredAt);
  walk.latest = Math.max(latest, at);
  need(at >= latest - tolerance, 'It was recorded before entries that stand in front of it.');
  need(seen === -Infinity || at <= seen + tolerance, 'It was recorded after the witnesses saw it.');
  const honest = !DATED_BY_US.test(eventType) || (backdated <= HOUR && backdated >= -tolerance);
  need(honest, `${eventType} states another time than that of its recording.`);
}

/* Meaning: every start is decided again, from the log alone. */

/** What the log has said about one deployment so far. */
interface Dossier {
  requestedBy?: unknown;
  authors: unknown[];
  kind?: unknown;
  planHash?: unknown;
  round?: { planHash: unknown; quorum: unknown; until: number };
  /** The last vote of each person: whether a human being approved. */
  votes: Map<unknown, boolean>;
  grant?: { planHash: unknown; approvers: unknown[]; voted: boolean; at: number } | undefined;
  slot?: { planHash: unknown; from: number; until: number } | undefined;
}
type Rule = (dossier: Dossier, data: Json, record: Recorded) => void;

const request: Rule = (dossier, { requestedBy, planHash, authors, plan }) => {
  Object.assign(dossier, { requestedBy, planHash, authors: list(authors) });
  dossier.kind = isObject(plan) ? plan['kind'] : undefined;
  dossier.grant = undefined;
  dossier.slot = undefined;
};
const round: Rule = (dossier, { planHash, quorum, expiresAt, requestedBy, authors }) => {
  dossier.round = { planHash, quorum, until: expiresAt === undefined ? Infinity : instant(expiresAt) };
  dossier.authors = [...dossier.authors, ...list(authors), requestedBy];
  dossier.votes = new Map();
  dossier.grant = undefined;
};
const vote: Rule = ({ round, votes }, { planHash, person, vote }, { actor }) => {
  const counts = planHash === undefined || planHash === round?.planHash;
  if (counts) votes.set(person, vote === 'approve' && actor['kind'] === 'human');
};
const grant =
  (voted: boolean): Rule =>
  (dossier, { planHash, approvers }, { recordedAt }) => {
    dossier.grant = { planHash, approvers: list(approvers), voted, at: instant(recordedAt) };
  };
const withdraw: Rule = (dossier, { planHash }) => {
  if (planHash === undefined || planHash === dossier.grant?.planHash) dossier.grant = undefined;
};
const slot: Rule = (dossier, { planHash, start, graceUntil }) => {
  dossier.slot = { planHash, from: instant(start), until: instant(graceUntil) };
};
const unslot: Rule = (dossier) => {
  dossier.slot = undefined;
};

/** What each event does to the dossier of its deployment. Events that are not named here change nothing. */
const RULES = new Map<string, Rule>([
  ['DeploymentRequested', request],
  ['DeploymentApprovalInvalidated', request],
  ['ApprovalRequested', round],
  ['ApprovalVoteCast', vote],
  ['ApprovalGranted', grant(true)],
  ['ChangeAutoAuthorised', grant(false)],
  ['EmergencyAuthorised', grant(false)],
  ['BreakGlassActivated', grant(false)],
  ['ApprovalRejected', withdraw],
  ['ApprovalExpired', withdraw],
  ['ApprovalRevoked', withdraw],
  ['ApprovalSuperseded', withdraw],
  ['DeploymentScheduled', slot],
  ['DeploymentRescheduled', slot],
  ['DeploymentStartMissed', unslot],
  ['DeploymentUnscheduled', unslot],
]);

/** After these a deployment cannot start any more, and its dossier is closed. */
const OVER = /^Deployment(Succeeded|Failed|RolledBack|Cancelled)$/;

function judge(walk: Walk, record: Recorded): string[] {
  const { dossiers, freezes } = walk;
  const { eventType, data } = record;
  const { deploymentId: id, freezeId } = data;
  if (eventType === 'FreezeDeclared') freezes.set(freezeId, data);
  if (eventType === 'FreezeLifted') freezes.delete(freezeId);
  if (OVER.test(eventType)) dossiers.delete(id);
  const dossier = dossiers.get(id) ?? { authors: [], votes: new Map() };
  const rule = RULES.get(eventType);
  if (rule !== undefined) dossiers.set(id, dossier);
  rule?.(dossier, data, record);
  if (eventType !== 'DeploymentStarted') return [];
  walk.starts++;
  const faults = approvalFaults(dossier, data).concat(calendarFaults(dossier, record, [...freezes.values()]));
  return faults.map((fault) => `${String(id)} was started though ${fault}.`);
}

/** Whether this very plan was approved, by enough of the right persons, and is started by the right one. */
function approvalFaults({ grant, round, votes, ...dossier }: Dossier, data: Json): string[] {
  const { planHash, startedBy, environment, environmentClass } = data;
  if (dossier.requestedBy === undefined) return ['nobody had asked for it'];
  if (planHash === undefined || grant?.planHash !== planHash || (dossier.planHash ?? planHash) !== planHash)
    return ['this very plan had no approval in force'];
  const approvers = [...votes].filter(([, approves]) => approves).map(([person]) => person);
  const barred = [dossier.requestedBy, ...dossier.authors];
  const apart = approvers.filter((person) => !barred.includes(person));
  const production = environmentClass === 'PROD' || environment === 'production';
  const alone = production && [...approvers, ...grant.approvers].includes(startedBy);
  const faults = alone ? ['the one who started it had approved it'] : [];
  if (!grant.voted) return faults;
  if (round?.planHash !== planHash || !isCount(round?.quorum) || round.quorum === 0)
    return [...faults, 'no round of approval had been opened for this plan'];
  const { quorum, until } = round;
  const unvoted = grant.approvers.some((person) => !approvers.includes(person));
  if (apart.length < quorum) faults.push(`${apart.length} eligible persons had approved and ${quorum} must`);
  if (apart.length < approvers.length) faults.push('its requester or an author had approved');
  if (unvoted) faults.push('its grant names one who had not voted for it');
  if (!(grant.at <= until)) faults.push('its round of approval had expired before the grant');
  return faults;
}

/** Whether it had a slot, kept to it, and no freeze was in force; going back is always allowed. */
function calendarFaults({ slot, kind }: Dossier, { data, recordedAt }: Recorded, freezes: Json[]): string[] {
  const at = instant(data['startedAt'] ?? recordedAt);
  const frozen = kind !== 'ROLLBACK' && freezes.some((freeze) => freezesAt(freeze, data, kind, at));
  const faults = frozen ? ['a freeze was in force'] : [];
  if (slot === undefined || slot.planHash !== data['planHash'])
    return [...faults, 'it had no slot in the calendar'];
  return at >= slot.from && at < slot.until ? faults : [...faults, 'it was not the time of its slot'];
}

/** A freeze covers what matches every list of its scope; no list covers everything. */
function freezesAt(freeze: Json, data: Json, kind: unknown, at: number): boolean {
  const { mode, start, end, allowedKinds, scope } = freeze;
  const { services, environments, environmentClasses } = isObject(scope) ? scope : {};
  const within = at >= instant(start) && at < instant(end);
  const covers = (wanted: unknown, had: unknown[]) =>
    wanted === undefined || had.some((one) => list(wanted).includes(one));
  const reached =
    covers(services, list(data['services'])) &&
    covers(environments, [data['environment']]) &&
    covers(environmentClasses, [data['environmentClass']]);
  return mode !== 'soft' && within && reached && !list(allowedKinds).includes(kind);
}

/* Keys, signed notes, checkpoints. */

interface Key {
  readonly name: string;
  readonly id: string;
  readonly type: number | undefined;
  readonly bytes: Buffer;
}
interface Trust extends Required<Pick<Policy, 'origin' | 'quorum'>> {
  readonly keys: readonly Key[];
  readonly witnesses: readonly Key[];
  readonly maxAge: number;
  readonly tolerance: number;
}
interface Tree {
  readonly size: number;
  readonly root: Buffer;
}
interface Head extends Tree {
  readonly origin: string;
}
interface Earlier extends Head {
  readonly proof?: readonly Buffer[] | undefined;
}

function trust(policy: Policy): Trust {
  const { origin, quorum = 0, maxAgeSeconds = Infinity, toleranceSeconds = 600 } = policy;
  const [keys, witnesses] = [policy.keys.map(keyIn), (policy.witnesses ?? []).map(keyIn)];
  const distinct = new Set(witnesses.map(({ bytes }) => bytes.toString('hex'))).size === witnesses.length;
  const logs = isText(origin) && keys.length > 0 && keys.every(({ type }) => type === 1);
  need(logs, 'A policy names the origin of the log and Ed25519 keys of it.');
  const cosigners = distinct && witnesses.every(({ type }) => type === 4);
  need(cosigners, 'Witnesses are cosignature keys, each another one.');
  const enough = quorum <= witnesses.length && quorum > 0 === witnesses.length > 0;
  need(isCount(quorum) && enough, 'quorum is from 1 to the number of witnesses.');
  need(maxAgeSeconds > (quorum > 0 ? 0 : Number.MAX_VALUE), 'maxAgeSeconds is above 0, and needs witnesses.');
  need(toleranceSeconds >= 0, 'toleranceSeconds is 0 or more.');
  const [maxAge, tolerance] = [maxAgeSeconds * 1000, toleranceSeconds * 1000];
  return { origin, keys, witnesses, quorum, maxAge, tolerance };
}

/** Name, id, and the base64 of 33 bytes. */
const VKEY = /^([^\p{White_Space}+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u;

function keyIn(vkey: string): Key {
  const [, name = '', id = '', base64 = ''] = VKEY.exec(vkey) ?? [];
  const material = Buffer.from(base64, 'base64');
  const digest = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), material]));
  need(digest.slice(0, 8) === id, `"${vkey}" is not a key (name+id+base64).`);
  return { name, id, type: material[0], bytes: material.subarray(1) };
}

/** A checkpoint, and when each witness saw it (epoch milliseconds); a fault where it is not what is trusted. */
function openNote(note: string, { origin, keys, witnesses }: Trust): { head: Head; times: number[] } {
  const gap = note.lastIndexOf('\n\n');
  const lines = note.slice(gap + 2).split('\n');
  const clean = !/[^\n\P{Cc}\x7f-\x9f]/u.test(note);
  need(gap !== -1 && lines.pop() === '' && clean, 'A checkpoint is a signed note.');
  need(lines.length <= MAX_SIGNATURES, `${lines.length} signatures are more than ${MAX_SIGNATURES}.`);
  const text = note.slice(0, gap + 1);
  const times = new Map<Key, number>();
  let signed = false;
  for (const line of lines) {
    const [, name, base64 = ''] = /^— (\P{White_Space}+) (\S+)$/u.exec(line) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    need(bytes.length > 4 && bytes.toString('base64') === base64, 'A signature line cannot be read.');
    const id = bytes.toString('hex', 0, 4);
    const key = [...keys, ...witnesses].find((one) => one.name === name && one.id === id);
    if (key === undefined) continue;
    need(bytes.length === (key.type === 4 ? 76 : 68), `The signature of ${name} has a wrong length.`);
    const time = key.type === 4 ? bytes.readBigUInt64BE(4) : undefined;
    const message = time === undefined ? text : `cosignature/v1\ntime ${time}\n${text}`;
    need(holds(key, message, bytes.subarray(-64)), `The signature of ${name} does not hold.`);
    if (time === undefined) signed = true;
    else times.set(key, Number(time) * 1000);
  }
  need(signed, 'No key that is trusted for this log has signed the checkpoint.');
  const head = headIn(text);
  need(head.origin === origin, `The checkpoint is of ${head.origin}, not of ${origin}.`);
  return { head, times: [...times.values()] };
}

function holds({ bytes }: Key, message: string, signature: Buffer): boolean {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes]);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  return verifyEd25519(null, Buffer.from(message), key, signature);
}

function headIn(text: string): Head {
  const [origin = '', digits = '', base64 = '', ...rest] = text.split('\n');
  const root = hashIn(base64);
  need(rest.pop() === '' && !rest.includes(''), 'A checkpoint is origin, size and root, each on its line.');
  const size = /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : NaN;
  need(isCount(size), 'The size of a checkpoint is a plain number.');
  return { origin, size, root };
}

function needWitnesses(times: number[], { quorum, maxAge, tolerance }: Trust, now: number): void {
  const newest = times.toSorted((a, b) => b - a);
  need(newest.length >= quorum, `${newest.length} of the ${quorum} witnesses needed have cosigned.`);
  need(!((newest[0] ?? 0) > now + tolerance), 'A witness states a time that has not come yet.');
  const age = now - (newest[quorum - 1] ?? now);
  need(!(age > maxAge), 'The cosignatures are too old: this may be an old copy.');
}

/* Lines. */

interface Header extends Omit<Head, 'root'> {
  readonly checkpoint: string;
  readonly vkey: string;
  readonly earlier: readonly { readonly checkpoint: string; readonly proof: readonly Buffer[] | undefined }[];
}

function headerIn(line: Buffer): Header {
  const { format, origin, checkpoint, vkey, size, from = 0, earlier = [] } = objectIn(line) ?? {};
  need(format === FORMAT, `The first line is not the header of a ${FORMAT}.`);
  need(isText(origin) && isText(checkpoint) && isText(vkey), 'A header has origin, checkpoint and vkey.');
  need(isCount(size) && from === 0, 'A header has a size, and starts from 0.');
  need(Array.isArray(earlier), 'A header lists earlier checkpoints.');
  const before = earlier.map((one: unknown) => {
    const { checkpoint, proof } = isObject(one) ? one : { checkpoint: one };
    need(isText(checkpoint), 'An earlier checkpoint is a signed note, or {checkpoint, proof}.');
    return { checkpoint, proof: proof === undefined ? undefined : hashesIn(proof) };
  });
  return { origin, checkpoint, vkey, size, earlier: before };
}

type Entry = ReturnType<typeof entryIn>;

function entryIn(line: Buffer, number: number) {
  const { index, entry, leaf, proof } = objectIn(line) ?? {};
  need(isCount(index) && isText(entry), `Line ${number} is not an entry: {index, entry}.`);
  const bytes = Buffer.from(entry, 'base64');
  need(bytes.toString('base64') === entry, `The entry on line ${number} is not base64.`);
  const stored = leaf === undefined ? undefined : hashIn(leaf);
  return { index, bytes, leaf: stored, proof: proof === undefined ? undefined : hashesIn(proof) };
}

function objectIn(bytes: Buffer): Json | undefined {
  try {
    const value: unknown = isUtf8(bytes) ? JSON.parse(bytes.toString()) : undefined;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function hashIn(base64: unknown): Buffer {
  const bytes = Buffer.from(isText(base64) ? base64 : '', 'base64');
  need(bytes.length === 32 && bytes.toString('base64') === base64, 'A hash is the base64 of 32 bytes.');
  return bytes;
}

function hashesIn(proof: unknown): Buffer[] {
  need(Array.isArray(proof) && proof.length < 65, 'A proof is a list of at most 64 hashes.');
  return proof.map(hashIn);
}

function need(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Unusable(message);
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;
const instant = (value: unknown): number => (isText(value) && ISO.test(value) ? Date.parse(value) : NaN);

/* RFC 6962 hashes, and the verification algorithms of RFC 9162 section 2.1. */

const single = Buffer.alloc(1 + MAX_ENTRY);
const pair = Buffer.alloc(65, 1);
const half = (n: number) => Math.floor(n / 2);

function leafHash(entry: Buffer): Buffer {
  const prefixed = entry.length > MAX_ENTRY ? Buffer.alloc(entry.length + 1) : single;
  entry.copy(prefixed, 1);
  return Buffer.from(hash('sha256', prefixed.subarray(0, entry.length + 1), 'binary'), 'binary');
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  left.copy(pair, 1);
  right.copy(pair, 33);
  return Buffer.from(hash('sha256', pair, 'binary'), 'binary');
}

/** Adds a leaf: two complete subtrees of one size become one of twice that. */
function append(walk: Walk, leaf: Buffer): void {
  let root = leaf;
  for (let size = walk.leaves; size % 2 === 1; size = half(size)) root = nodeHash(walk.roots.pop()!, root);
  walk.roots.push(root);
  walk.leaves++;
}

function rootOf(roots: readonly Buffer[]): Buffer {
  if (roots.length === 0) return Buffer.from(hash('sha256', ''), 'hex');
  return roots.reduceRight((right, left) => nodeHash(left, right));
}

interface Inclusion extends Tree {
  readonly index: number;
  readonly leaf: Buffer;
  readonly proof: readonly Buffer[];
}

/** RFC 9162 section 2.1.3.2. */
export function includes({ index, size, leaf, proof, root }: Inclusion): boolean {
  if (index >= size) return false;
  let [fn, sn, r] = [index, size - 1, leaf];
  for (const p of proof) {
    if (sn === 0) return false;
    const left = fn % 2 === 1 || fn === sn;
    r = left ? nodeHash(p, r) : nodeHash(r, p);
    for (; left && fn % 2 === 0 && fn !== 0; fn = half(fn)) sn = half(sn);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && r.equals(root);
}

/** RFC 9162 section 2.1.4.2. Every log extends the empty one, and nothing needs to prove it. */
export function extendsLog(first: Tree, second: Tree, proof: readonly Buffer[]): boolean {
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root);
  if (first.size === 0 || first.size > second.size) return first.size === 0 && proof.length === 0;
  let [fn, sn] = [first.size - 1, second.size - 1];
  for (; fn % 2 === 1; fn = half(fn)) sn = half(sn);
  const [seed, ...steps] = fn === 0 ? [first.root, ...proof] : proof;
  if (seed === undefined) return false;
  let [fr, sr] = [seed, seed];
  for (const c of steps) {
    if (sn === 0) return false;
    const left = fn % 2 === 1 || fn === sn;
    if (left) fr = nodeHash(c, fr);
    sr = left ? nodeHash(c, sr) : nodeHash(sr, c);
    for (; left && fn % 2 === 0 && fn !== 0; fn = half(fn)) sn = half(sn);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && fr.equals(first.root) && sr.equals(second.root);
}

/* The command. */

const USAGE = 'node verify.js <export.ndjson | -> [--key vkey]… [--policy file] [--earlier note-file]…';

/** Runs the command and returns its exit code. Lines for people go to `out`, progress and misuse to `err`. */
export async function main(args: string[], out: Print, err: Print): Promise<number> {
  try {
    const { file, ...options } = optionsIn(args);
    const input = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
    const verdict = await verifyExport(input, { ...options, progress: everySecond(err) });
    for (const line of linesOf(verdict)) out(line);
    return verdict.verified ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Unusable) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    err((error as Error).message);
    return 2;
  }
}

/** The verdict for people: what was shown, or a line per problem with its position. */
export function linesOf(verdict: Verdict): string[] {
  const { verified, problems, count, origin, size, entries, starts, whole } = verdict;
  const judged = whole ? `${starts} starts decided again` : 'each proven by itself, no start judged';
  const place = (index?: number) => (index === undefined ? '' : ` at ${index}`);
  const first = verified ? `verified: ${entries} of ${size} entries of ${origin}` : `not verified: ${origin}`;
  const lines = problems.map(({ check, index, message }) => `${check}${place(index)}: ${message}`);
  const more = count > lines.length ? [`and ${count - lines.length} more`] : [];
  return [`${first}, ${verified ? judged : `${count} problems`}`, ...lines, ...more];
}

const many = { type: 'string', multiple: true, default: [] as string[] } as const;
const OPTIONS = { key: many, policy: { type: 'string' }, earlier: many } as const;

function optionsIn(args: string[]): Options & { file: string } {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [file, ...more] = positionals;
  need(file !== undefined && more.length === 0, `Usage: ${USAGE}`);
  const { key: keys, policy: policyFile } = values;
  const named = keys[0] === undefined ? undefined : { origin: keyIn(keys[0]).name, keys };
  const policy = policyFile === undefined ? named : policyIn(readFileSync(policyFile), keys);
  return { file, now: new Date(), policy, earlier: values.earlier.map((note) => readFileSync(note, 'utf8')) };
}

/** What a policy file may say. Other fields are refused: a misspelt demand is no demand. */
const texts = (value: unknown) => Array.isArray(value) && value.every(isText);
const POLICY = new Map<string, (value: unknown) => boolean>([
  ['origin', isText],
  ['keys', texts],
  ['witnesses', texts],
  ['quorum', isCount],
  ['maxAgeSeconds', isCount],
  ['toleranceSeconds', isCount],
]);

function policyIn(bytes: Buffer, keys: readonly string[]): Policy {
  const policy = objectIn(bytes) ?? {};
  const sound = Object.entries(policy).every(([name, value]) => POLICY.get(name)?.(value));
  need(sound, `A policy is a JSON object of ${[...POLICY.keys()].join(', ')}.`);
  return { ...(policy as unknown as Policy), keys: [...list(policy['keys']).filter(isText), ...keys] };
}

/** Tells progress to people, a line a second at most; `clock` in milliseconds. Exported for its own test. */
export function everySecond(err: Print, clock = Date.now): (entries: number) => void {
  let last = clock();
  return (entries) => {
    const now = clock();
    if (now - last < 1000) return;
    last = now;
    err(`${entries} entries`);
  };
}

/** What Node was started with, by whatever path or link. */
const [, script = ''] = process.argv;
const started = existsSync(script) ? realpathSync(script) : '';
if (import.meta.url === pathToFileURL(started).href)
  process.exitCode = await main(process.argv.slice(2), console.log, console.error);
