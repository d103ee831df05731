import type { LoggerService } from '@nestjs/common';
import pino from 'pino';
import { currentTrace } from './trace.js';

/** The log: one JSON object a line. */
export type Log = pino.Logger;

/** The token of the log in Nest. */
export const LOG = Symbol('LOG');

/** Names of fields that are never written, wherever they stand two levels deep. */
const FIELDS = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey', 'connectionString'];

/**
 * Shapes of secrets in running text: bearer tokens, our keys, signed tokens, passwords in URLs, private keys. Each part is
 * bounded or cannot start inside itself, so hostile text takes linear time.
 */
const SECRETS =
  /(\bBearer\s{1,8})[\w.~+/-]+=*|\bslw_[A-Za-z0-9]+_[A-Za-z0-9]{8,}|(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"]{0,100}:)[^\s"]{1,200}(?=@)|-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[^"]*/gi;

/** A line without the secrets in it. */
export const redacted = (line: string): string =>
  line.replace(SECRETS, (_all, bearer?: string, url?: string) => `${bearer ?? url ?? ''}[redacted]`);

/** Makes the log. Lines of a request carry its trace and correlation ids; secrets are taken out of the finished line. */
export function createLog(level: string, destination?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    mixin: traceIds,
    hooks: { streamWrite: redacted },
  };
  return destination ? pino(options, destination) : pino(options);
}

function traceIds(): object {
  const trace = currentTrace();
  if (!trace) return {};
  return { traceId: trace.traceId, spanId: trace.spanId, correlationId: trace.correlationId };
}

/** Lets Nest write to the same log. Nest passes the context (a class name) last, an error's stack before it. */
export function nestLogger(log: Log): LoggerService {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      const context = rest.length > 0 ? String(rest.at(-1)) : undefined;
      if (message instanceof Error) log[level]({ err: message, context }, message.message);
      else log[level]({ context, ...(rest.length > 1 && { detail: String(rest[0]) }) }, String(message));
    };
  return {
    verbose: at('debug'),
    debug: at('debug'),
    log: at('debug'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  };
}
