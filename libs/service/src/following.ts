import type { OnApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import {
  BrokerUnavailable,
  checkpointOf,
  type Database,
  type Due,
  type EventStore,
  fireDue,
  follow,
  type Follower,
  type Observer,
  ownerOf,
  type ServiceName,
  type Source,
  Wakeup,
} from '#events';
import { NotYet } from './minPosition.js';
import type { Loop } from './platform.js';

/** What a service follows with, and what it does when deadlines come. */
export interface FollowingOptions {
  readonly service: ServiceName;
  readonly db: Database;
  readonly store: EventStore;
  readonly followers: readonly Follower[];
  /** Loops to run: each source with the followers that read it. */
  readonly sources: readonly { readonly source: Source; readonly followers: readonly Follower[] }[];
  /** What else runs for the service for as long as it runs. */
  readonly loops?: readonly Loop[];
  readonly fire?: (due: Due) => Promise<void>;
  /** Whether events of other services come by a carrier. */
  readonly carried?: boolean;
  readonly observer: Observer;
  readonly onTrouble: (loop: string, error: unknown) => void;
}

/** A loop that is not getting on: since when, and why. */
export interface Trouble {
  readonly since: Date;
  readonly error: string;
}

/** A follower's loop over the log, and the one over topics. */
const loopOf = (follower: string, carried: boolean): string => (carried ? `${follower} carried` : follower);

const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 30_000;
const LONGEST_SLEEP = 1_000;

/** Runs all loops of one service: from the start of the application until its orderly stop. */
export class Following implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #options: FollowingOptions;
  readonly #stop = new AbortController();
  readonly #news = new Wakeup();
  readonly #positions = new Map<string, number>();
  readonly #troubles = new Map<string, Trouble>();
  #loops: Promise<void>[] = [];

  constructor(options: FollowingOptions) {
    this.#options = options;
  }

  get service(): ServiceName {
    return this.#options.service;
  }

  get db(): Database {
    return this.#options.db;
  }

  get followers(): readonly Follower[] {
    return this.#options.followers;
  }

  /** Loops in trouble at this moment, by name. */
  get troubles(): ReadonlyMap<string, Trouble> {
    return this.#troubles;
  }

  onApplicationBootstrap(): void {
    const { sources, db, fire, observer, loops = [] } = this.#options;
    const watched: Observer = {
      parked: observer.parked,
      applied: (follower, batch) => {
        const carried = batch.source.includes('/');
        if (!carried) this.#positions.set(follower, batch.position);
        this.#troubles.delete(loopOf(follower, carried));
        this.#news.wake();
        observer.applied(follower, batch);
      },
    };
    this.#loops = sources.flatMap(({ source, followers }) =>
      followers.map((follower) =>
        this.#keepOn(loopOf(follower.name, source.repeats), () =>
          follow(db, source, follower, watched, this.#stop.signal),
        ),
      ),
    );
    for (const { name, run } of loops)
      this.#loops.push(
        this.#keepOn(name, () => run(this.#stop.signal, () => void this.#troubles.delete(name))),
      );
    if (fire) this.#loops.push(this.#keepOn(`${this.service} timers`, () => this.#fire(db, fire)));
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }

  /** Repeats a loop until the stop. Trouble is told, and the pause grows with it. */
  async #keepOn(name: string, run: () => Promise<void>): Promise<void> {
    for (let pause = FIRST_PAUSE; !this.#stop.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const began = performance.now();
      try {
        await run();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        // A carrier that does not answer was waited for long enough; readiness tells of it by itself.
        const carrier = error instanceof BrokerUnavailable;
        if (carrier || performance.now() - began > LONGEST_PAUSE) pause = FIRST_PAUSE;
        const since = this.#troubles.get(name)?.since ?? new Date();
        if (!carrier)
          this.#troubles.set(name, { since, error: error instanceof Error ? error.message : String(error) });
        this.#options.onTrouble(name, error);
        await this.#pause(pause * (0.75 + Math.random() / 2));
      }
    }
  }

  async #fire(db: Database, fire: (due: Due) => Promise<void>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const seen = this.#news.ticket();
      const next = await fireDue(db, fire);
      this.#troubles.delete(`${this.service} timers`);
      if (next > 0) await this.#news.after(seen, this.#stop.signal, Math.min(next, LONGEST_SLEEP));
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Wakeup().after(0, this.#stop.signal, milliseconds);
  }

  /**
   * Waits until a read model holds everything up to a position of the log; says how far it is when that takes too long.
   * @param within milliseconds
   */
  async reach(
    follower: string,
    position: number,
    within = 2_000,
  ): Promise<{ reached: boolean; position: number }> {
    const deadline = performance.now() + within;
    for (;;) {
      const seen = this.#news.ticket();
      const at = this.#positions.get(follower) ?? (await checkpointOf(this.db, follower, 'log'));
      const reached = at >= position && (await this.#hasCarried(follower, position));
      const rest = deadline - performance.now();
      if (reached || rest <= 0) return { reached, position: Math.min(at, reached ? at : position - 1) };
      await this.#news.after(seen, this.#stop.signal, Math.min(rest, 50));
      if (this.#stop.signal.aborted) return { reached: false, position: at };
    }
  }

  /** Whether what stands at a position has come to a follower, where it comes by a carrier and not from the log. */
  async #hasCarried(name: string, position: number): Promise<boolean> {
    const { carried, store, service, followers } = this.#options;
    if (!carried || position === 0) return true;
    const types = followers.find((follower) => follower.name === name)?.types;
    for await (const { events } of store.batches({ after: position - 1, live: false, limit: 1 })) {
      const [event] = events;
      if (!event || ownerOf(event.type) === service || !types?.has(event.type)) return true;
      const seen = 'select 1 from seen where follower = $1 and stream = $2 and revision >= $3';
      return (await this.db.query(seen, [name, event.stream, event.revision])).length > 0;
    }
    return true;
  }

  /** As `reach`, for a request: a read model that is too far behind is said to be so. @throws NotYet */
  async reachOrRefuse(follower: string, position: number | undefined): Promise<void> {
    if (position === undefined) return;
    const { reached, position: at } = await this.reach(follower, position);
    if (!reached) throw new NotYet(position, at);
  }

  /** Brings a read model up to the present head of the log, for a decision that must not rest on an older one. */
  async reachHead(follower: string): Promise<void> {
    await this.reachOrRefuse(follower, await this.#options.store.head());
  }
}
