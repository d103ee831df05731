import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { type Database, type EventStore, Wakeup } from '#events';
import type { Clock } from '#service/clock';
import type { Log } from '#service/log';
import { extent, sequence, signHead } from './ledger.js';
import type { NoteSigner } from './note.js';

interface Parts {
  readonly store: EventStore;
  readonly db: Database;
  readonly signer: NoteSigner;
  readonly now: Clock;
  readonly log: Log;
}

/** News is signed within this time, in milliseconds; where there is none, a fresh time is signed every hour. */
const SIGN_EVERY = 500;
const RESIGN_EVERY = 3_600_000;
const PAUSE = 1_000;

/**
 * Brings everything that is stored into the ledger, in the order of the log, and signs its heads. It reads the log itself
 * and not the bus: what the auditor sees must not depend on what a carrier delivered.
 */
export class Sequencer implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #parts: Parts;
  readonly #stop = new AbortController();
  readonly #news = new Wakeup();
  #loops: Promise<void>[] = [];
  #trouble?: string;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Why the ledger does not get on at the moment; undefined when it does. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  onApplicationBootstrap(): void {
    this.#loops = [this.#keepOn(() => this.#sequence()), this.#keepOn(() => this.#sign())];
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
    const { db, signer, now } = this.#parts;
    await signHead(db, signer, now()).catch((error: unknown) => this.#tell(error));
  }

  async #keepOn(run: () => Promise<void>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await run();
      } catch (error) {
        this.#tell(error);
        await new Wakeup().after(0, this.#stop.signal, PAUSE);
      }
    }
  }

  #tell(error: unknown): void {
    this.#trouble = error instanceof Error ? error.message : String(error);
    this.#parts.log.error({ err: error }, 'The ledger is in trouble and will try again.');
  }

  async #sequence(): Promise<void> {
    const { store, db } = this.#parts;
    const { position: after } = await extent(db);
    for await (const { events, position } of store.batches({ after, signal: this.#stop.signal })) {
      await sequence(db, events, position);
      this.#trouble = undefined;
      this.#news.wake();
    }
  }

  async #sign(): Promise<void> {
    const { db, signer, now } = this.#parts;
    let signedAt = 0;
    while (!this.#stop.signal.aborted) {
      const seen = this.#news.ticket();
      const again = now().getTime() - signedAt >= RESIGN_EVERY;
      if (await signHead(db, signer, now(), again)) signedAt = now().getTime();
      await new Wakeup().after(0, this.#stop.signal, SIGN_EVERY);
      await this.#news.after(seen, this.#stop.signal, RESIGN_EVERY - SIGN_EVERY);
    }
  }
}
