import { behindOf, type BrokerLog, type Cursor, type PartitionBatch, type Subscription } from './broker.js';
import type { Handover } from './consumption.js';
import { Wakeup } from './wakeup.js';

/** What a membership needs of the client that holds it. */
export interface Controls {
  /** The first offset each partition of a topic still has, and the one its next record will get. */
  ends(topic: string): Promise<readonly { partition: number; low: bigint; high: bigint }[]>;
  /** Fetch nothing of these until they are started. */
  hold(topic: string, partitions: readonly number[]): void;
  start(topic: string, partition: number, offset: bigint): void;
}

/** A batch as the client fetched it. `last` is the last offset it covers, `end` where the partition ends. */
export interface Fetched extends PartitionBatch {
  readonly last: bigint;
  readonly end: bigint;
}

const HEARTBEAT = 1_000;
/** A caller may hold a batch this long; then its member is let go rather than kept alive by a timer. */
const LONGEST_HOLD = 300_000;

/** The partitions of one member: placed at the caller's checkpoints, handed over in order, one batch at a time. */
export class Membership {
  readonly #rechecked = new Map<string, bigint>();
  #generation = 0;
  #placed = false;

  constructor(
    private readonly controls: Controls,
    private readonly subscription: Subscription,
    private readonly cursors: Map<string, Cursor>,
    private readonly handover: Handover,
    private readonly log: BrokerLog,
    /** Milliseconds for which a rebalance waits for the batch in the caller's hands. */
    private readonly grace: number,
  ) {}

  /** The group gave this member its partitions. Nothing of them is fetched before the caller's checkpoints are known. */
  assigned(assignment: Readonly<Record<string, readonly number[]>>): void {
    const generation = ++this.#generation;
    this.#placed = false;
    this.cursors.clear();
    const topics = Object.entries(assignment);
    for (const [topic, partitions] of topics) this.controls.hold(topic, partitions);
    this.#place(topics, generation).catch((error: unknown) => this.handover.fail(error));
  }

  async #place(topics: [string, readonly number[]][], generation: number): Promise<void> {
    await this.handover.idle(); // else the batch in the caller's hands would come again
    const places: Cursor[] = [];
    for (const [topic, partitions] of topics) {
      const ends = await this.controls.ends(topic);
      for (const { partition, low, high } of ends.filter((end) => partitions.includes(end.partition)))
        places.push({ topic, partition, next: await this.#wanted(topic, partition, low, high), end: high });
    }
    if (generation !== this.#generation) return;
    this.#placed = true;
    for (const cursor of places) {
      this.cursors.set(nameOf(cursor), cursor);
      this.controls.start(cursor.topic, cursor.partition, cursor.next);
    }
  }

  /** The caller's checkpoint, as far as the partition has it. */
  async #wanted(topic: string, partition: number, low: bigint, high: bigint): Promise<bigint> {
    const wanted = await this.subscription.from(topic, partition).catch((error: unknown) => {
      this.handover.fail(error, true);
      throw error;
    });
    if (wanted >= low && wanted <= high) return wanted;
    const fields = { topic, partition, wanted: `${wanted}`, low: `${low}`, high: `${high}` };
    if (wanted > high)
      this.log.warn(fields, 'A topic ends before the checkpoint; it is read from its start.');
    else if (wanted > 0n) this.log.warn(fields, 'A topic no longer has what follows the checkpoint.');
    return low;
  }

  /** Hands a batch over and stays a member meanwhile. Resolves to the offset to go on from, none if it did not count. */
  async deal(fetched: Fetched, heartbeat: () => Promise<void>): Promise<bigint | undefined> {
    const cursor = this.cursors.get(nameOf(fetched));
    if (!cursor || this.#jumps(fetched, cursor)) return undefined;
    cursor.end = fetched.end;
    const { topic, partition } = fetched;
    const messages = fetched.messages.filter(({ offset }) => offset >= cursor.next);
    const done = messages.length === 0 || this.handover.offer({ topic, partition, messages });
    const counts = await this.#held(done, heartbeat);
    if (!counts || this.cursors.get(nameOf(fetched)) !== cursor) return undefined;
    if (cursor.next <= fetched.last) cursor.next = fetched.last + 1n;
    return cursor.next;
  }

  /** A batch from beyond the cursor may be a stale fetch, so it is fetched again; the second time the log has a gap. */
  #jumps({ topic, partition, messages }: Fetched, { next }: Cursor): boolean {
    const name = nameOf({ topic, partition });
    const first = messages[0]!.offset;
    if (first <= next) return false;
    if (this.#rechecked.get(name) === next) {
      this.log.debug({ topic, partition, next: `${next}`, first: `${first}` }, 'A partition has a gap.');
      return false;
    }
    this.#rechecked.set(name, next);
    this.controls.start(topic, partition, next);
    return true;
  }

  /** Waits for the caller. A rebalance waits a little for it too, then the batch is left to the caller's checkpoint. */
  async #held(done: boolean | Promise<boolean>, heartbeat: () => Promise<void>): Promise<boolean> {
    const settled = new Wakeup();
    let answer: boolean | undefined;
    void Promise.resolve(done).then((value) => {
      answer = value;
      settled.wake();
    });
    const within = async (ms: number) => {
      await settled.after(0, undefined, ms);
      return answer !== undefined;
    };
    for (let held = 0; !(await within(HEARTBEAT)) && held < LONGEST_HOLD; held += HEARTBEAT) {
      try {
        await heartbeat();
      } catch (error) {
        if (await within(this.grace)) break;
        throw error;
      }
    }
    return done;
  }

  /** How many records wait; undefined while this member has not been placed. */
  async behind(): Promise<bigint | undefined> {
    for (const topic of this.subscription.topics)
      for (const { partition, high } of await this.controls.ends(topic)) {
        const cursor = this.cursors.get(nameOf({ topic, partition }));
        if (cursor) cursor.end = high;
      }
    if (!this.#placed) return undefined;
    return [...this.cursors.values()].map(behindOf).reduce((sum, behind) => sum + behind, 0n);
  }
}

const nameOf = ({ topic, partition }: { topic: string; partition: number }) => `${topic}/${partition}`;
