import type { BrokerLog, PartitionBatch } from './broker.js';
import { BrokerUnavailable } from './transient.js';
import { Wakeup } from './wakeup.js';

/** One membership in a consumer group. */
export interface Session {
  /** How many records wait that this member should have had; undefined while it has no part in the group yet. */
  behind(): Promise<bigint | undefined>;
  close(): Promise<void>;
}

/** How long a consumer may stand still while records wait before it is made anew, and how often that is tried. */
export interface Patience {
  /** Milliseconds without progress after which the consumer is replaced. */
  readonly stall: number;
  /** Milliseconds of replacing without any success after which it is given up. */
  readonly budget: number;
}

const LOOK_EVERY = 5_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

/** Where a client hands over batches, one at a time, and says when it cannot go on. */
export class Handover {
  readonly news = new Wakeup();
  failure?: { readonly error: unknown; readonly callers: boolean };
  #ended = false;
  #offers: { batch: PartitionBatch; settle: (done: boolean) => void }[] = [];
  #held?: { done: Promise<unknown>; settle: (done: boolean) => void };

  /** Resolves to true when the batch is dealt with, to false when it no longer matters. */
  offer(batch: PartitionBatch): Promise<boolean> {
    if (this.#ended) return Promise.resolve(false);
    return new Promise((settle) => {
      this.#offers.push({ batch, settle });
      this.news.wake();
    });
  }

  take(): PartitionBatch | undefined {
    const offer = this.#offers.shift();
    if (!offer) return undefined;
    let settle!: (done: boolean) => void;
    const done = new Promise<boolean>((resolve) => (settle = resolve));
    void done.then(offer.settle);
    this.#held = { done, settle };
    return offer.batch;
  }

  /** The batch in the caller's hands is dealt with. */
  release(done = true): void {
    this.#held?.settle(done);
    this.#held = undefined;
  }

  /** Resolves when no batch is in the caller's hands. */
  async idle(): Promise<void> {
    await this.#held?.done;
  }

  /** The session is lost. `callers` says that the error is the caller's own, which only the caller can judge. */
  fail(error: unknown, callers = false): void {
    this.failure ??= { error, callers };
    this.news.wake();
  }

  /** No batch of this session matters any more. */
  end(): void {
    this.#ended = true;
    this.release(false);
    for (const { settle } of this.#offers.splice(0)) settle(false);
  }
}

/**
 * Hands over batches, and replaces a session that failed or stands still, with growing pauses, until there was no success
 * for the whole budget. Progress is judged by positions, not by whether the client seems alive.
 * @throws BrokerUnavailable, or what the caller's own `from` threw
 */
export async function* consume(
  open: (handover: Handover) => Promise<Session>,
  patience: Patience,
  log: BrokerLog,
  signal: AbortSignal,
): AsyncGenerator<PartitionBatch> {
  let progress = performance.now();
  let pause = FIRST_PAUSE;
  const advanced = () => {
    progress = performance.now();
    pause = FIRST_PAUSE;
  };
  while (!signal.aborted) {
    const handover = new Handover();
    let session: Session | undefined;
    try {
      session = await open(handover);
      yield* handed(handover, session, { stall: patience.stall, advanced, log, signal });
    } catch (error) {
      if (handover.failure?.callers) throw error;
      if (performance.now() - progress > patience.budget) throw new BrokerUnavailable(error);
      log.warn({ err: error }, 'The consumer is made anew.');
    } finally {
      handover.end();
      await session?.close();
    }
    await new Wakeup().after(0, signal, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

interface Watch {
  readonly stall: number;
  readonly advanced: () => void;
  readonly log: BrokerLog;
  readonly signal: AbortSignal;
}

/** The batches of one session, until it is over. */
async function* handed(
  handover: Handover,
  session: Session,
  { stall, advanced, log, signal }: Watch,
): AsyncGenerator<PartitionBatch> {
  let moved = performance.now();
  let looked = moved;
  const move = () => {
    moved = performance.now();
    advanced();
  };
  for (;;) {
    const seen = handover.news.ticket();
    if (signal.aborted) return;
    if (handover.failure) throw handover.failure.error;
    const batch = handover.take();
    if (batch) {
      yield batch;
      handover.release();
      move();
      continue;
    }
    const now = performance.now();
    if (now - moved > stall) throw new Error(`No progress for ${stall} ms while messages wait.`);
    if (now - looked > LOOK_EVERY) {
      looked = now;
      session.behind().then(
        (behind) => behind === 0n && move(),
        (error: unknown) => log.debug({ err: error }, 'The broker does not say how far its topics reach.'),
      );
    }
    await handover.news.after(seen, signal, Math.min(LOOK_EVERY, stall));
  }
}
