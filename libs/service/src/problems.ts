/** A kind of problem (RFC 9457): what it means to the caller, and what to do. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
}

/** Every problem this product answers with. `type` is `urn:slipway:problem:<name>`; names are never reused. */
export const problems = {
  malformed: {
    status: 400,
    title: 'The request is malformed',
    meaning: '`errors` names each place at fault, the rule it breaks and what would be accepted.',
  },
  unauthenticated: {
    status: 401,
    title: 'Who is asking is not known',
    meaning:
      'Send `Authorization: Bearer` with a valid token or API key; `code` says what is wrong with this one.',
  },
  forbidden: {
    status: 403,
    title: 'The caller may not do this',
    meaning: 'The caller is known and has none of the roles this needs, which `detail` lists.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    meaning: 'Nothing has this address or this id; ids are compared letter by letter.',
  },
  'not-acceptable': {
    status: 406,
    title: 'No such representation',
    meaning: 'None of the media types in `Accept` can be served here.',
  },
  'concurrent-write': {
    status: 409,
    title: 'Someone else was faster',
    meaning: 'The thing changed while this was decided; look at `currentRevision` and decide again.',
  },
  'stale-revision': {
    status: 412,
    title: 'The revision is not the present one',
    meaning:
      '`If-Match` names another revision than `currentRevision`; read the thing again before deciding.',
  },
  'too-large': {
    status: 413,
    title: 'The content is too large',
    meaning: 'The body, or an event made from it, is over the limit that `detail` names.',
  },
  'address-too-long': {
    status: 414,
    title: 'The address is too long',
    meaning: 'A part of the address is longer than any id.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The media type is not understood',
    meaning: 'Send the `Content-Type` that the operation lists.',
  },
  'rule-violated': {
    status: 422,
    title: 'A rule says no',
    meaning:
      '`violations` lists every broken rule at once: code, sentence, and its place in the specification.',
  },
  'lease-held': {
    status: 423,
    title: 'Another one holds the lease',
    meaning: 'What is to be changed is in the hands of another executor until its lease ends.',
  },
  'not-yet': {
    status: 425,
    title: 'The read model is behind',
    meaning: '`Min-Position` was not reached in two seconds; `reached` says how far it is. Try again.',
  },
  'precondition-required': {
    status: 428,
    title: 'A precondition is required',
    meaning: 'Send `If-Match` with the revision on which you decided.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning: 'Wait as long as `Retry-After` says.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    meaning: 'All headers together may have 16 KiB.',
  },
  internal: {
    status: 500,
    title: 'Something broke here',
    meaning: 'Not your fault. `correlationId` leads to the cause in the logs.',
  },
  unavailable: {
    status: 503,
    title: 'A part of the system does not answer',
    meaning:
      'Nothing was stored, or the outcome is unknown: repeat with the same id or `Idempotency-Key` after `Retry-After`.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemName = keyof typeof problems;

/** The URN of a kind of problem. */
export const typeOf = (name: ProblemName): string => `urn:slipway:problem:${name}`;

/** One place of a request that is at fault; `pointer` is a JSON Pointer into what `in` names. */
export interface FieldError {
  readonly in: 'body' | 'query' | 'path' | 'header';
  readonly pointer: string;
  readonly rule: string;
  readonly detail: string;
}

/** A refusal by the edge itself. The domain throws `Rejected`, which knows nothing of statuses. */
export class HttpProblem extends Error {
  constructor(
    readonly problem: ProblemName,
    readonly detail: string,
    readonly members: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = 'HttpProblem';
  }
}

/** The request does not have the form it must have. */
export class BadInput extends HttpProblem {
  constructor(readonly errors: readonly FieldError[]) {
    super('malformed', errors.map(({ pointer, detail }) => `${pointer || 'body'}: ${detail}`).join(' '), {
      errors,
    });
    this.name = 'BadInput';
  }
}

/** Nobody, or nobody believable: a 401 with the challenge that RFC 6750 asks for. */
export class Unauthenticated extends HttpProblem {
  constructor(
    readonly code: string,
    detail: string,
  ) {
    const error = code === 'TOKEN_MISSING' ? '' : `, error="invalid_token", error_description="${code}"`;
    super('unauthenticated', detail, { code }, { 'www-authenticate': `Bearer realm="slipway"${error}` });
    this.name = 'Unauthenticated';
  }
}
