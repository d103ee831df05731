import type {
  AllStreamResolvedEvent,
  BinaryEventData,
  CurrentStreamState,
  ReadPosition,
  RegexFilter,
  ResolvedEvent,
  StreamState,
} from '@kurrent/kurrentdb-client';
import { v5 as uuidv5 } from 'uuid';
import { type Entry, recordedOf, TooLarge } from './envelope.js';
import type { Recorded } from './event.js';
import { ConcurrentWrite, StoreUnavailable } from './store.js';

/** KurrentDB names the last event of a stream, from 0; we count its events, so an empty stream is 0 here. */
export const stateOf = (revision: number): StreamState =>
  revision === 0 ? 'no_stream' : BigInt(revision - 1);

/** How many events a stream holds, from what KurrentDB says it is at. */
export const revisionOf = (state: CurrentStreamState): number =>
  state === 'no_stream' ? 0 : Number(state) + 1;

/** Where to read from so that what comes after a position comes. A position is one this store gave out, or 0. */
export const placeAfter = (position: number): ReadPosition =>
  position === 0 ? 'start' : { commit: BigInt(position), prepare: BigInt(position) };

/**
 * A commit position as a number: ordered and never given twice, but an offset in bytes, so with gaps.
 * @throws RangeError past 2^53, which is 9 petabytes of log
 */
export function positionOf(commit: bigint | undefined): number {
  if (commit !== undefined && commit >= 0n && commit <= BigInt(Number.MAX_SAFE_INTEGER))
    return Number(commit);
  throw new RangeError(`KurrentDB gave the position ${commit}, which is not a safe integer.`);
}

/** Everything but the server's own events, whose types begin with a dollar sign: statistics, metadata, links. */
export const OURS: RegexFilter = { filterOn: 'eventType', regex: '^[^$].*', checkpointInterval: 1 };

/**
 * An entry as KurrentDB takes it: our canonical bytes, as they are. Its id there follows from these bytes and not from
 * our event id: KurrentDB acknowledges a known id behind the stream's end without storing anything, and our ids follow
 * from the command, so a reused command id with other content would be acknowledged and lost.
 */
export function proposalOf({ type, bytes }: Entry): BinaryEventData {
  const id = uuidv5(bytes, NAMESPACE);
  return { id, type, contentType: 'application/octet-stream', data: bytes, metadata: undefined };
}

/** The namespace of ids that follow from stored bytes; any fixed UUID serves. */
const NAMESPACE = '0d9b6a52-7c0f-5f0e-8a3e-6b1f4c2d9e75';

/** Something in KurrentDB was not written by this product. */
export class ForeignEvent extends Error {
  constructor(stream: string, revision: bigint) {
    super(
      `Event ${revision} of ${stream} in KurrentDB is not Slipway's; give Slipway a KurrentDB of its own.`,
    );
    this.name = 'ForeignEvent';
  }
}

/** Reads a stored event back, its bytes as they were appended. @throws ForeignEvent */
export function recordedIn(resolved: ResolvedEvent | AllStreamResolvedEvent): Recorded {
  const { event } = resolved;
  const data = event?.data;
  if (!event || !(data instanceof Uint8Array))
    throw new ForeignEvent(event?.streamId ?? '?', event?.revision ?? 0n);
  const position = positionIn(resolved);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const recorded = read(position, bytes);
  if (recorded?.stream === event.streamId && recorded.revision === revisionOf(event.revision))
    return recorded;
  throw new ForeignEvent(event.streamId, event.revision);
}

/** The place of an event in the log. */
export const positionIn = ({ event, commitPosition }: ResolvedEvent | AllStreamResolvedEvent): number =>
  positionOf(event?.position?.commit ?? commitPosition);

function read(position: number, bytes: Buffer): Recorded | undefined {
  try {
    return recordedOf(position, bytes);
  } catch {
    return undefined;
  }
}

const STATED = new Set(
  'access-denied stream-deleted stream-tombstoned invalid-argument invalid-transaction unsupported'
    .split(' ')
    .concat('missing-required-metadata-property', 'append-record-size-exceeded', 'user-not-found'),
);

interface KurrentError {
  readonly type?: string;
  readonly actualState?: CurrentStreamState;
  readonly maxAppendSize?: number;
}

/** What the client's error means to our port. All that the server did not state leaves the outcome unknown. */
export function storeError(error: unknown, append?: { stream: string; expected: number }): unknown {
  const { type = '', actualState, maxAppendSize } = error as KurrentError;
  if (type === 'wrong-expected-version' && append && actualState !== undefined)
    return new ConcurrentWrite(append.stream, append.expected, revisionOf(actualState));
  if (type === 'maximum-append-size-exceeded') return tooMuch(maxAppendSize);
  return isStated(error) ? error : new StoreUnavailable(error);
}

/** Whether the server stated it about the call itself; all else is a matter of the moment. */
export const isStated = (error: unknown): boolean => STATED.has((error as KurrentError).type ?? '');

/** Whether it was the wrong node that was asked, which now knows the right one; it stored nothing. */
export const isNotLeader = (error: unknown): boolean => (error as KurrentError).type === 'not-leader';

function tooMuch(most: number | string = 'number of'): TooLarge {
  const message = `The events of one command take more than the ${most} bytes that KurrentDB appends at once.`;
  return new TooLarge('EVENT_TOO_LARGE', message, 'LIB-01.5');
}
