import { canonical, InvalidJson, parseStrict } from '#json';
import type { z } from 'zod';
import { contents, type ContentOf, Envelope, isUseful, type UsefulKind } from './cdeventSchema.js';
import { CDEVENTS_DRAFT_VERSIONS, CDEVENTS_VERSIONS, readType } from './cdeventTypes.js';
import { quoted, readJson, refusal, type Refusal } from './reason.js';
import { instantOf } from './timestamp.js';

/** A CDEvent as its producer wrote it, members unknown to us included. */
export type Cdevent = z.infer<typeof Envelope>;

/** What makes an external fact the same fact again, for ever: the producer and its id for the event. */
export interface CdeventKey {
  readonly source: string;
  readonly id: string;
}

/** A CDEvent that can be stored. */
export interface AcceptedCdevent {
  readonly ok: true;
  /** The very value that was read, unchanged. */
  readonly event: Cdevent;
  readonly key: CdeventKey;
  /** `<subject>.<predicate>`; undefined for custom events. */
  readonly kind: string | undefined;
  /** When it happened. */
  readonly occurredAt: Date;
  /** Older than 7 days: it updates records and metrics but fires no live trigger. */
  readonly backfill: boolean;
  /** Whether something here is computed from it; if not it is only kept and passed on. */
  readonly useful: boolean;
}

/** A CDEvent that cannot be stored. */
export interface RefusedCdevent extends Refusal {
  /** Well-formed but not to be believed or not understood yet: keep it aside, it may be right another day. */
  readonly quarantine: boolean;
  /** As far as it can be read. */
  readonly key: Partial<CdeventKey>;
  /** What was read, if it was JSON at all. */
  readonly value?: unknown;
}

export type CdeventReading = AcceptedCdevent | RefusedCdevent;

export interface ReadOptions {
  /** Also take the events of the 0.6 draft. */
  readonly drafts?: boolean;
}

const FUTURE_MS = 5 * 60_000;
const BACKFILL_MS = 7 * 24 * 3_600_000;

/**
 * Reads one CDEvent of 0.3.0 to 0.5.1 (LIB-09; the specification's schemas). Refusals name the field and the rule:
 * `MISSING_FIELD`, `INVALID_FIELD`, or a code of `InvalidJson` for what canonical JSON cannot hold. To be
 * quarantined: `FUTURE_TIME` (more than 5 minutes ahead of `now`), `UNKNOWN_SPEC_VERSION`, `UNKNOWN_TYPE`,
 * `UNKNOWN_TYPE_VERSION`.
 */
export function readCdevent(value: unknown, now: Date, options: ReadOptions = {}): CdeventReading {
  try {
    parseStrict(canonical(value));
  } catch (error) {
    if (error instanceof InvalidJson) return refused(refusal(error.code, error.field, error.message), value);
    throw error;
  }
  return readParsedCdevent(value, now, options);
}

/** The same from JSON text, the fast way for a line of a stream or a message. */
export function readCdeventText(text: string | Buffer, now: Date, options: ReadOptions = {}): CdeventReading {
  const json = readJson(text);
  return json.ok ? readParsedCdevent(json.value, now, options) : refused(json);
}

/** The same for a value that `parseStrict` has let through. */
export function readParsedCdevent(
  value: unknown,
  now: Date,
  { drafts = false }: ReadOptions = {},
): CdeventReading {
  const envelope = Envelope.safeParse(value);
  if (!envelope.success) return refused(firstFault(envelope.error, value, []), value);
  const event = value as Cdevent;
  const version = faultOfVersion(event, drafts);
  if (version) return refused(version, value, version.reason.code !== 'MISSING_FIELD');
  const type = readType(event.context.type, drafts);
  if (!type.ok) return refused(type, value, type.reason.code !== 'INVALID_FIELD');
  const { kind } = type;
  const useful = isUseful(kind);
  const content = useful ? faultOfContent(event, kind) : undefined;
  return content ? refused(content, value) : inTime(event, kind, useful, now);
}

/** The content of a useful event, typed; it was checked when the event was read. */
export function contentOf<Kind extends UsefulKind>(event: Cdevent, _kind: Kind): ContentOf<Kind> {
  return event.subject.content as ContentOf<Kind>;
}

/** The commits that an `artifact.packaged` event says its artifact delivers first; undefined where it says nothing. */
export function deliveredCommits({ customData }: Cdevent): readonly string[] | undefined {
  const commits = typeof customData === 'object' ? customData['commits'] : undefined;
  return Array.isArray(commits) && commits.every((commit) => typeof commit === 'string')
    ? commits
    : undefined;
}

/** A reading of what was already refused on the way in, so that every item gets the same kind of answer. */
export function refused(no: Refusal, value?: unknown, quarantine = false): RefusedCdevent {
  const key = keyOf(member(value, 'context'));
  return { ...no, quarantine, key, ...(value !== undefined && { value }) };
}

/** The key of an event or of the CloudEvent around it, as far as it can be read. */
export function keyOf(context: unknown): Partial<CdeventKey> {
  const [source, id] = [member(context, 'source'), member(context, 'id')];
  return { ...(typeof source === 'string' && { source }), ...(typeof id === 'string' && { id }) };
}

function inTime(event: Cdevent, kind: string | undefined, useful: boolean, now: Date): CdeventReading {
  const { source, id, timestamp } = event.context;
  const at = instantOf(timestamp) as number;
  const age = now.getTime() - at;
  if (age < -FUTURE_MS) return refused(future(timestamp), event, true);
  return {
    ok: true,
    event,
    key: { source, id },
    kind,
    occurredAt: new Date(at),
    backfill: age > BACKFILL_MS,
    useful,
  };
}

function future(timestamp: string): Refusal {
  const message = `context.timestamp ${timestamp} is more than 5 minutes in the future.`;
  return refusal('FUTURE_TIME', 'context.timestamp', message);
}

function faultOfVersion({ context }: Cdevent, drafts: boolean): Refusal | undefined {
  const version = context.specversion ?? context.version;
  const field =
    context.specversion === undefined && version !== undefined ? 'context.version' : 'context.specversion';
  if (version === undefined)
    return refusal(
      'MISSING_FIELD',
      field,
      `${field} is missing; it must name the CDEvents version, such as 0.5.1.`,
    );
  const versions = drafts ? [...CDEVENTS_VERSIONS, ...CDEVENTS_DRAFT_VERSIONS] : CDEVENTS_VERSIONS;
  if (versions.includes(version)) return undefined;
  return refusal(
    'UNKNOWN_SPEC_VERSION',
    field,
    `CDEvents ${versions.join(', ')} are read, not ${quoted(version)}.`,
  );
}

function faultOfContent(event: Cdevent, kind: UsefulKind): Refusal | undefined {
  const content = contents[kind].safeParse(event.subject.content);
  return content.success ? undefined : firstFault(content.error, event, ['subject', 'content']);
}

function firstFault(error: z.ZodError, value: unknown, prefix: readonly PropertyKey[]): Refusal {
  const issue = error.issues[0] as z.core.$ZodIssue;
  const path = [...prefix, ...issue.path];
  const field = written(path);
  const missing = path.reduce(member, value) === undefined;
  const message = `${field || 'A CDEvent'} ${missing ? 'is missing; it ' : ''}${issue.message}.`;
  return refusal(missing ? 'MISSING_FIELD' : 'INVALID_FIELD', field, message);
}

function member(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}

function written(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? String(key) : `.${String(key)}`))
    .join('');
}
