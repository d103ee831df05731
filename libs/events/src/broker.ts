import { isUtf8 } from 'node:buffer';

/** A record on its way to a topic. Records of one key keep their order; a null value is a record without data. */
export interface Message {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A record as it came. Whatever is wrong with it (size, bytes, headers) is for its reader to say. */
export interface Received extends Message {
  readonly offset: bigint;
}

/** A stretch of one partition, in order. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly Received[];
}

/** A topic to make where it is missing. `config` is the broker's own, as `retention.ms`. */
export interface TopicWish {
  readonly topic: string;
  readonly partitions: number;
  readonly config?: Readonly<Record<string, string>>;
}

/** Who wants which topics, and from where on. */
export interface Subscription {
  readonly topics: readonly string[];
  /** Members of one group share the partitions. What the broker keeps of its offsets is never read. */
  readonly group: string;
  /** The first offset of a partition that is wanted, by the caller's own checkpoint; 0 for all. Asked at each rebalance. */
  readonly from: (topic: string, partition: number) => Promise<bigint>;
  readonly signal: AbortSignal;
}

/** How many records of a partition a group's member here still has before it. */
export interface Lag {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly behind: bigint;
}

/** What is known of one partition: the next offset wanted, and where it ended when last heard of. */
export interface Cursor {
  readonly topic: string;
  readonly partition: number;
  next: bigint;
  end: bigint;
}

/** How many records lie before a cursor. */
export const behindOf = ({ next, end }: Cursor): bigint => (end > next ? end - next : 0n);

/** A carrier between services. It may repeat records and is never the truth: the log is. */
export interface Broker {
  /**
   * Resolves when all in-sync replicas have the messages. A failure may leave some or all of them stored.
   * @throws BrokerUnavailable when it does not answer in time; MessageRefused when it never will take them
   */
  publish(topic: string, messages: readonly Message[]): Promise<void>;
  /** Makes the topics that are missing and leaves the others as they are. @throws BrokerUnavailable */
  ensureTopics(topics: readonly TopicWish[]): Promise<void>;
  /**
   * Batches, one at a time; asking for the next says that the last is dealt with. After a rebalance, and whenever the
   * client must be made anew, a partition starts again at the caller's checkpoint, so messages may come twice.
   * @throws BrokerUnavailable when there was no progress for too long
   */
  batches(subscription: Subscription): AsyncIterable<PartitionBatch>;
  /** What lies before the consumers of this process, as far as is known now. */
  lag(): readonly Lag[];
  /** Whether the broker answered when it was last asked. Consumers ask every few seconds. */
  connected(): boolean;
  /** Ends consumers (their group is left), waits for what is being published, closes all connections. */
  close(): Promise<void>;
}

/** Where a broker's client tells of trouble; a pino logger will do. */
export interface BrokerLog {
  debug(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

/** The broker will never take these messages: too large, or not allowed. Sending them again changes nothing. */
export class MessageRefused extends Error {
  constructor(topic: string, cause: Error) {
    super(`The broker refuses messages for ${topic}: ${cause.message}`, { cause });
    this.name = 'MessageRefused';
  }
}

/** Cuts messages into runs of at most `limit` bytes, in order. A message larger than that is a run of its own. */
export function chunksOf(messages: readonly Message[], limit: number): Message[][] {
  const chunks: Message[][] = [];
  let room = 0;
  for (const message of messages) {
    const size = sizeOf(message);
    if (chunks.length === 0 || size > room) {
      chunks.push([]);
      room = limit;
    }
    chunks.at(-1)!.push(message);
    room -= size;
  }
  return chunks;
}

/** Bytes of a record on the wire, rounded up. */
function sizeOf({ key, value, headers }: Message): number {
  const texts = Object.entries(headers).flat();
  const text = texts.reduce((sum, part) => sum + Buffer.byteLength(part) + 5, 0);
  return 40 + Buffer.byteLength(key ?? '') + (value?.length ?? 0) + text;
}

/**
 * A header as text. What is not UTF-8 begins with NUL, and what was sent more than once is joined by it: a character no
 * reader of headers accepts, so neither is taken for a good one.
 */
export function headerText(value: Buffer | string | readonly (Buffer | string)[] | undefined): string {
  if (Array.isArray(value)) return value.map(headerText).join('\0');
  if (typeof value === 'string') return value;
  const bytes = (value ?? Buffer.of()) as Buffer;
  return isUtf8(bytes) ? bytes.toString() : `\0${bytes.toString('latin1')}`;
}
