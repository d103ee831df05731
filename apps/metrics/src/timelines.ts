import { setTimeout } from 'node:timers/promises';
import { type Database, Rejected } from '#events';
import { changesSince, factsAbout, servicesKnown, servicesNaming } from './deliveries.js';
import { assemble } from './delivery.js';
import type { Fact } from './fact.js';
import type { Known } from './dora/comparison.js';
import { type Timeline, timelineOf } from './dora/timeline.js';

/** Changes that are looked at one by one; after more, every service is read again. */
const MOST_CHANGES = 20_000;

/** What is on record is known, whatever clock recorded it. */
const EVER = '9999-12-31T23:59:59.999Z';

/**
 * A timeline of every service, read once and kept in memory (some 60 MB for a million deployments of three changes each)
 * until the read model says anything new about the service. What changed is asked of the database before every answer, so
 * that no timeline is older than its rows; one that has to be read takes as long as the record of its service, and is not
 * waited for without end.
 */
export class Timelines {
  readonly #db: Database;
  readonly #kept = new Map<string, Timeline>();
  /** Why services have none: one whose facts are refused does not keep the others from being shown. */
  readonly #refused = new Map<string, string>();
  /** Services to be read, each with the number of its last change: one that changes while it is read is read again. */
  readonly #stale = new Map<string, number>();
  #changes = 0;
  /** Up to which every change has been looked at. */
  #snapshot: string | undefined;
  #reading: Promise<void> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * The timelines of all services. What is not read in time is being read when the answer is given.
   * @param patience milliseconds to wait for timelines that have to be read
   */
  async all(patience: number): Promise<Known> {
    await this.#look();
    const over = new AbortController();
    const enough = setTimeout(patience, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([this.#read(), enough]).finally(() => over.abort());
    return {
      timelines: byName(this.#kept),
      pending: [...this.#stale.keys()].sort(),
      refused: byName(this.#refused),
    };
  }

  /** Finds out of which services something new is known: their own rows, and those that name the same things. */
  async #look(): Promise<void> {
    if (this.#snapshot === undefined) return this.#lookAtAll();
    const { rows, all, snapshot } = await changesSince(this.#db, this.#snapshot, MOST_CHANGES);
    if (all) return this.#lookAtAll();
    const keys = new Set(rows.flatMap((row) => row.keys));
    const naming = keys.size > 0 ? await servicesNaming(this.#db, [...keys]) : [];
    this.#forget([...rows.flatMap(({ services }) => services), ...naming], snapshot);
  }

  async #lookAtAll(): Promise<void> {
    const { services, snapshot } = await servicesKnown(this.#db);
    this.#forget([...services, ...this.#kept.keys()], snapshot);
  }

  #forget(services: readonly string[], snapshot: string): void {
    for (const service of services) {
      this.#kept.delete(service);
      this.#refused.delete(service);
      this.#stale.delete(service); // One that changes all the time is read after the others.
      this.#stale.set(service, ++this.#changes);
    }
    this.#snapshot = snapshot;
  }

  /** Whoever asks while others wait waits for the same reading. */
  #read(): Promise<void> {
    this.#reading ??= this.#readStale().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readStale(): Promise<void> {
    for (let next = first(this.#stale); next !== undefined; next = first(this.#stale)) {
      const [service, change] = next;
      const { facts } = await factsAbout(this.#db, service);
      if (this.#stale.get(service) !== change) continue;
      if (facts.length > 0) this.#lay(service, facts);
      this.#stale.delete(service);
    }
  }

  #lay(service: string, facts: readonly Fact[]): void {
    try {
      this.#kept.set(service, timelineOf(assemble(facts, { asOf: EVER }), service));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      this.#refused.set(service, error.message);
    }
  }
}

const byName = <Value>(all: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
  new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));

const first = <Entry>(entries: Iterable<Entry>): Entry | undefined => entries[Symbol.iterator]().next().value;
