import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** Where a piece of work belongs: its W3C trace (hexadecimal ids), and the correlation id that lives as long as the matter. */
export interface Trace {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly sampled: boolean;
  readonly correlationId: string;
}

/** The headers a trace is read from. */
export type TraceHeaders = Readonly<Record<string, string | string[] | undefined>>;

const storage = new AsyncLocalStorage<Trace>();

/** The trace of the work that runs here; none outside of requests and followers. */
export const currentTrace = (): Trace | undefined => storage.getStore();

/** Runs work inside a trace: its log lines carry the ids. */
export const withTrace = <T>(trace: Trace, work: () => T): T => storage.run(trace, work);

/** Version 00 has exactly four parts; later versions may have more behind them; ff is none; ids are not all zero. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads a `traceparent` (W3C Trace Context, level 1); undefined when it is none, which means to start a new trace. */
export function parseTraceparent(
  header: unknown,
): Pick<Trace, 'traceId' | 'parentId' | 'sampled'> | undefined {
  const match = typeof header === 'string' && header.length <= 512 ? TRACEPARENT.exec(header) : null;
  if (!match || (match[1] === '00' && match[5] !== undefined)) return undefined;
  return { traceId: match[2]!, parentId: match[3]!, sampled: (Number.parseInt(match[4]!, 16) & 1) === 1 };
}

/** Letters, digits and `._:-`, so that it is harmless in headers, logs and file names. */
const CORRELATION = /^[A-Za-z0-9._:-]{1,128}$/;

/** The trace of a request: a new span in the caller's trace, or a new trace; the caller's correlation id, or the trace's. */
export function traceOf(headers: TraceHeaders): Trace {
  const parent = parseTraceparent(headers['traceparent']);
  const traceId = parent?.traceId ?? randomBytes(16).toString('hex');
  const named = headers['correlation-id'];
  const correlationId = typeof named === 'string' && CORRELATION.test(named) ? named : traceId;
  const spanId = randomBytes(8).toString('hex');
  return { sampled: true, ...parent, traceId, spanId, correlationId };
}

/** The `traceparent` to send on, and to keep with events. */
export const traceparentOf = ({ traceId, spanId, sampled }: Trace): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
