import { HttpException } from '@nestjs/common';
import { ConcurrentWrite, isTransient, Rejected, StaleRevision, TooLarge } from '#events';
import { InvalidJson } from '#json';
import { NotYet } from './minPosition.js';
import { BadInput, HttpProblem, type ProblemName, problems } from './problems.js';

/** What the stored facts, rather than the caller, are to blame for. */
const OUR_FAULT = new Set(['CONTRACT_BROKEN', 'FUTURE_VERSION', 'UNKNOWN_TYPE']);

/** Every error as the problem that the caller is told of. What nobody foresaw is `internal`, and says nothing. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InvalidJson) return ofJson(error);
  if (error instanceof Rejected) return ofRejected(error);
  if (error instanceof ConcurrentWrite) return ofRace(error);
  if (error instanceof NotYet)
    return new HttpProblem(
      'not-yet',
      error.message,
      { position: error.position, reached: error.reached },
      { 'retry-after': '1' },
    );
  if (error instanceof HttpException) return ofStatus(error);
  if (error instanceof Error && isTransient(error)) return unavailable();
  return new HttpProblem('internal', 'The request could not be completed.');
}

function unavailable(): HttpProblem {
  const detail = 'The store does not answer; repeat the request with the same id or Idempotency-Key.';
  return new HttpProblem('unavailable', detail, {}, { 'retry-after': '5' });
}

function ofJson({ code, message, field }: InvalidJson): HttpProblem {
  return new BadInput([{ in: 'body', pointer: field, rule: code, detail: message }]);
}

function ofRejected(error: Rejected): HttpProblem {
  const { code, violations } = error;
  if (OUR_FAULT.has(code)) return new HttpProblem('internal', 'The request could not be completed.');
  const name: ProblemName =
    error instanceof TooLarge ? 'too-large' : code === 'LEASE_HELD' ? 'lease-held' : 'rule-violated';
  return new HttpProblem(name, violations.map(({ message }) => message).join(' '), { violations });
}

function ofRace(error: ConcurrentWrite): HttpProblem {
  const stale = error instanceof StaleRevision;
  const detail = stale
    ? `The present revision is ${error.actual}, not ${error.expected}.`
    : `Others changed this at the same time; it is now at revision ${error.actual}.`;
  return new HttpProblem(stale ? 'stale-revision' : 'concurrent-write', detail, {
    currentRevision: error.actual,
  });
}

const byStatus = new Map<number, ProblemName>(
  (Object.keys(problems) as ProblemName[]).map((name) => [problems[name].status, name]),
);

/** What the framework says in place of these is about its own workings. */
const details: Partial<Record<ProblemName, string>> = {
  'unsupported-media-type':
    'Send `Content-Type: application/json`, or another type that the operation lists.',
  'address-too-long': 'A part of the address is longer than 200 characters.',
};

function ofStatus(error: HttpException): HttpProblem {
  const status = error.getStatus();
  const name = byStatus.get(status) ?? (status < 500 ? 'malformed' : 'internal');
  if (name === 'unavailable') return unavailable();
  if (name === 'internal') return new HttpProblem('internal', 'The request could not be completed.');
  const detail = details[name] ?? error.message;
  return name === 'malformed'
    ? new BadInput([{ in: 'body', pointer: '', rule: 'http', detail }])
    : new HttpProblem(name, detail);
}
