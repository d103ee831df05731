import type { AllStreamResolvedEvent, KurrentDBClient, ResolvedEvent } from '@kurrent/kurrentdb-client';
import { collect, within } from './bunches.js';
import { isNotLeader, isStated, OURS } from './kurrent.js';

type StreamOptions = NonNullable<Parameters<KurrentDBClient['readStream']>[1]>;
type AllOptions = NonNullable<Parameters<KurrentDBClient['readAll']>[0]>;

/** From the end backwards: the last event alone. */
export const LAST = { direction: 'backwards', maxCount: 1 } as const;

/** Reads of the log that come to an end; errors are the client's. A stream that does not exist is empty. */
export interface KurrentReads {
  stream(name: string, options: StreamOptions): Promise<ResolvedEvent[]>;
  all(options: AllOptions): Promise<AllStreamResolvedEvent[]>;
}

/**
 * Reads through a client of its own. The native part that serves reads does not always mend: after an outage of some
 * seconds it was seen to answer "unavailable" for good. So a client that failed is given up for a new one.
 */
export function kurrentReads(connect: () => KurrentDBClient, patience: number): KurrentReads {
  let client = connect();

  const once = async <T>(read: (from: KurrentDBClient) => AsyncIterable<T>): Promise<T[]> => {
    const used = client;
    try {
      return await within(patience, collect(read(used)));
    } catch (error) {
      if (isMissing(error)) return [];
      if (client === used && !isStated(error)) client = connect();
      throw error;
    }
  };

  const insist = <T>(read: (from: KurrentDBClient) => AsyncIterable<T>): Promise<T[]> =>
    once(read).catch((error: unknown) => {
      if (isNotLeader(error)) return once(read);
      throw error;
    });

  // What a follower has not seen yet must not be taken for what is not there.
  return {
    stream: (name, options) => insist((from) => from.readStream(name, { ...options, requiresLeader: true })),
    all: (options) => insist((from) => from.readAll({ ...options, filter: OURS, requiresLeader: true })),
  };
}

const isMissing = (error: unknown) => (error as { type?: string }).type === 'stream-not-found';
