import { canonicalBytes } from '#json';
import { formatCheckpoint } from './checkpoint.js';
import { entryLine, headerLine } from './export.js';
import { leafHash, leafHashes, rootOf } from './merkle.js';
import { type NoteSigner, formatKey, noteSigner, signNote } from './note.js';
import { consistencySpans, inclusionSpans } from './proof.js';
import { type Options, type Policy, type Verdict, verifyExport } from './verify.js';

/** A ledger for tests: honest events, honest heads, and the means to be dishonest with them. */

export const origin = 'slipway.example/ledger';
export const log = noteSigner(origin, Buffer.alloc(32, 1));
export const witnesses = [2, 3, 4].map((fill) => noteSigner(`w${fill}.example`, Buffer.alloc(32, fill), 4));
export const begin = Date.parse('2027-03-01T08:00:00Z');
export const now = new Date('2027-03-01T20:00:00Z');
export const policy: Policy = { origin, keys: [formatKey(log.key)] };
export const witnessed: Policy = {
  ...policy,
  witnesses: witnesses.map(({ key }) => formatKey(key)),
  quorum: 2,
  maxAgeSeconds: 3_600,
};

export interface Said {
  readonly type: string;
  readonly stream?: string;
  readonly data: Record<string, unknown>;
  readonly by?: string;
  readonly kind?: 'human' | 'service';
}
export type Envelope = Record<string, unknown>;

/** What people said, as the store would have kept it: one event a second, revisions counted per stream. */
export function recorded(said: readonly Said[]): Envelope[] {
  const revisions = new Map<string, number>();
  return said.map(({ type, stream, data, by = 'ana', kind = 'human' }, i) => {
    const streamId = stream ?? `deployment-${String(data['deploymentId'])}`;
    const streamRevision = (revisions.get(streamId) ?? 0) + 1;
    revisions.set(streamId, streamRevision);
    const at = new Date(begin + i * 1_000).toISOString();
    const eventId = `0195-${String(i).padStart(8, '0')}`;
    const actor = { id: by, kind, roles: [] };
    const envelope = { eventId, eventType: type, schemaVersion: 1, occurredAt: at, recordedAt: at };
    return { ...envelope, streamId, streamRevision, correlationId: eventId, actor, data };
  });
}

export const stored = (envelopes: readonly Envelope[]): Buffer[] => envelopes.map(canonicalBytes);

/** A signed head over the first `size` entries; `by` cosign it at `at`. */
export function head(
  entries: readonly Buffer[],
  size = entries.length,
  by: readonly NoteSigner[] = [],
  at = now,
): string {
  const root = rootOf(leafHashes(entries.slice(0, size)));
  return signNote(formatCheckpoint({ origin, size, root }), [log, ...by], at);
}

const rootBetween = (entries: readonly Buffer[], [begin, end]: readonly [number, number]) =>
  rootOf(leafHashes(entries.slice(begin, end)));

export const inclusion = (entries: readonly Buffer[], index: number, size = entries.length) =>
  inclusionSpans(index, size).map((span) => rootBetween(entries, span));

export const consistency = (entries: readonly Buffer[], from: number, to = entries.length) =>
  consistencySpans(from, to).map((span) => rootBetween(entries, span));

interface Shape {
  readonly checkpoint?: string;
  readonly earlier?: readonly { readonly checkpoint: string; readonly proof?: readonly Buffer[] }[];
  readonly size?: number;
  readonly origin?: string;
  readonly leaves?: boolean;
}

export function header(
  entries: readonly Buffer[],
  { checkpoint, earlier, size, ...shape }: Shape = {},
): string {
  return headerLine({
    origin: shape.origin ?? origin,
    checkpoint: checkpoint ?? head(entries),
    earlier,
    vkey: formatKey(log.key),
    size: size ?? entries.length,
  });
}

/** The whole log as an export, line by line. */
export function wholeExport(entries: readonly Buffer[], shape: Shape = {}): string[] {
  const lines = entries.map((entry, index) =>
    entryLine({ index, entry, ...(shape.leaves && { leaf: leafHash(entry) }) }),
  );
  return [header(entries, shape), ...lines];
}

/** Some entries, each with its proof. */
export function partialExport(
  entries: readonly Buffer[],
  indexes: readonly number[],
  shape: Shape = {},
): string[] {
  const lines = indexes.map((index) =>
    entryLine({ index, entry: entries[index]!, proof: inclusion(entries, index) }),
  );
  return [header(entries, shape), ...lines];
}

export function verify(lines: readonly string[], options: Partial<Options> = {}): Promise<Verdict> {
  return verifyExport([Buffer.from(lines.join(''))], { now, policy, ...options });
}

/** The checks that found something, each once. */
export async function checksOf(lines: readonly string[], options: Partial<Options> = {}): Promise<string[]> {
  const { problems, verified } = await verify(lines, options);
  if (verified !== (problems.length === 0)) throw new Error('a verdict and its problems must agree');
  return [...new Set(problems.map(({ check }) => check))];
}

const at = (seconds: number) => new Date(begin + seconds * 1_000).toISOString();

/** One deployment to production as it should go: asked for by ana, voted by ben and eve, started by kim. */
export function deploymentStory(
  id: string,
  over: { readonly [step: string]: Partial<Said> | undefined } = {},
): Said[] {
  const [planHash, deploymentId, changeId] = ['h1', id, id];
  const of = { changeId, deploymentId, planHash };
  const change = { stream: `change-${id}`, kind: 'human' as const };
  const story: Record<string, Said> = {
    request: {
      type: 'DeploymentRequested',
      data: { deploymentId, planHash, plan: { kind: 'PLANNED' }, requestedBy: 'ana', authors: ['dev'] },
    },
    round: {
      ...change,
      type: 'ApprovalRequested',
      data: {
        ...of,
        quorum: 2,
        requestedBy: 'ana',
        authors: ['dev'],
        environmentClass: 'PROD',
        expiresAt: at(36_000),
      },
    },
    vote: { ...change, type: 'ApprovalVoteCast', by: 'ben', data: { ...of, person: 'ben', vote: 'approve' } },
    vote2: {
      ...change,
      type: 'ApprovalVoteCast',
      by: 'eve',
      data: { ...of, person: 'eve', vote: 'approve' },
    },
    grant: { ...change, type: 'ApprovalGranted', by: 'eve', data: { ...of, approvers: ['ben', 'eve'] } },
    slot: {
      type: 'DeploymentScheduled',
      kind: 'service',
      data: {
        deploymentId,
        planHash,
        services: ['shop'],
        start: at(0),
        end: at(36_000),
        graceUntil: at(30_000),
      },
    },
    start: {
      type: 'DeploymentStarted',
      by: 'kim',
      data: {
        deploymentId,
        planHash,
        startedBy: 'kim',
        services: ['shop'],
        environment: 'prod-eu',
        environmentClass: 'PROD',
        startedAt: at(10),
      },
    },
    end: { type: 'DeploymentSucceeded', kind: 'service', data: { deploymentId, planHash, liveAt: at(20) } },
  };
  return Object.entries(story).map(([step, said]) => ({
    ...said,
    ...over[step],
    data: { ...said.data, ...over[step]?.data },
  }));
}
