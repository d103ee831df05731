import { z } from 'zod';
import { instantOf } from './timestamp.js';

/** The characters of RFC 3986 and whole percent-encodings; which part they stand in is not judged. */
export const URI_REFERENCE = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\dA-Fa-f]{2})+$/;

/** What a CloudEvents attribute cannot hold: control characters, half characters and those that are none. */
const NOT_PRINTABLE = /[\p{Cc}\p{Surrogate}\p{Noncharacter_Code_Point}]/u;

/** Whether a CloudEvents attribute can hold the text. The ASCII test is the quick way for nearly all there are. */
export function isPrintable(value: string): boolean {
  return /^[ -~]*$/.test(value) || !NOT_PRINTABLE.test(value);
}

// Each message completes "<field> ": it is the rule, in words that say what would be accepted.
const text = z.string('must be a string');
const nonEmpty = z.string('must be a non-empty string').min(1, 'must be a non-empty string');

/** Goes into CloudEvents attributes and HTTP headers, which can carry no control character. */
const identifier = z
  .string('must be a non-empty string')
  .max(2000, 'must be a string of at most 2,000 characters')
  .refine(
    (value) => value !== '' && isPrintable(value),
    'must be a non-empty string without control characters',
  );

const uriReference = z
  .string('must be a URI reference')
  .max(2000, 'must be a URI reference of at most 2,000 characters')
  .regex(URI_REFERENCE, 'must be a URI reference; percent-encode other characters');

const timestamp = z
  .string('must be an RFC 3339 date-time with a zone, such as 2026-03-20T14:27:05Z')
  .refine(
    (value) => instantOf(value) !== undefined,
    'must be an RFC 3339 date-time with a zone, such as 2026-03-20T14:27:05Z',
  );

const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape, 'must be an object');

const reference = object({ id: nonEmpty, source: uriReference.optional() });
const event = object({ contextId: nonEmpty });
const tags = anyObject('must be an object').optional();

/** Whatever object; its members are nobody's business here, so they are not walked (`z.record` would). */
function anyObject(error?: string) {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  return z.custom<Record<string, unknown>>(isObject, error);
}

/** Embedded links, 0.4 and later. START is implied by the event itself; it is taken when somebody sends it. */
const link = z.discriminatedUnion(
  'linkType',
  [
    object({ linkType: z.literal('START'), start: event.optional(), tags }),
    object({ linkType: z.literal('PATH'), from: event, tags }),
    object({ linkType: z.literal('END'), from: event.optional(), tags }),
    object({ linkType: z.literal('RELATION'), linkKind: nonEmpty, target: event, tags }),
  ],
  'must be START, PATH, END or RELATION',
);

/** The envelope of every CDEvent, 0.3 to 0.6. Members it does not name are let through untouched. */
export const Envelope = object({
  context: object({
    specversion: nonEmpty.optional(),
    version: nonEmpty.optional(),
    id: identifier,
    source: uriReference,
    type: identifier,
    timestamp,
    schemaUri: nonEmpty.optional(),
    chainId: nonEmpty.optional(),
    links: z.array(link, 'must be an array').optional(),
  }),
  subject: object({
    id: identifier,
    source: uriReference.optional(),
    type: text.optional(),
    content: anyObject('must be an object'),
  }),
  customData: z.union([anyObject(), z.string()], 'must be an object or a base64 string').optional(),
  customDataContentType: text.optional(),
});

const deployed = object({ environment: reference, artifactId: nonEmpty });
const incident = object({
  environment: reference,
  description: text.optional(),
  service: reference.optional(),
  artifactId: nonEmpty.optional(),
});

/** `subject.content` of the events that say something about deliveries; the others are kept and not looked into. */
export const contents = {
  'change.merged': object({ repository: reference.optional() }),
  'artifact.packaged': object({ change: reference, sbom: object({ uri: uriReference }).optional() }),
  'service.deployed': deployed,
  'service.upgraded': deployed,
  'service.rolledback': deployed,
  'service.removed': object({ environment: reference }),
  'incident.detected': incident,
  'incident.reported': incident.extend({ ticketURI: nonEmpty }),
  'incident.resolved': incident,
} as const;

/** The events that are of use here, as `<subject>.<predicate>`. */
export type UsefulKind = keyof typeof contents;

/** What `subject.content` of a useful event holds. */
export type ContentOf<Kind extends UsefulKind> = z.infer<(typeof contents)[Kind]>;

export function isUseful(kind: string | undefined): kind is UsefulKind {
  return kind !== undefined && Object.hasOwn(contents, kind);
}
