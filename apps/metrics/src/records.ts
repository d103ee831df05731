import type { Database } from '#events';
import { changesSince, type Changes, factsAbout } from './deliveries.js';
import { assemble, type Delivery } from './delivery.js';
import { instant } from './delivery/instant.js';

/** A record that is kept: good for every moment from its last fact on, until something about the service changes. */
interface Kept {
  readonly record: Delivery;
  readonly keys: ReadonlySet<string>;
  readonly facts: number;
  /** Up to which nothing new is known of it. */
  readonly snapshot: string;
  /** When the last of its facts was recorded, in milliseconds. */
  readonly last: number;
}

/** Facts of all kept records together: about 200 MB, at 650 bytes a fact (measured over 600,000). */
const MOST_FACTS = 300_000;

/**
 * The delivery records of services, each assembled once and kept in memory until the read model says anything new about its
 * service. What changed is asked of the database before every answer, so that a record is never older than its rows.
 */
export class Records {
  readonly #db: Database;
  readonly #most: number;
  /** The one asked for last is the last. */
  readonly #kept = new Map<string, Kept>();
  #facts = 0;

  /** @param most facts to keep, of all services together */
  constructor(db: Database, most = MOST_FACTS) {
    this.#db = db;
    this.#most = most;
  }

  /**
   * The record of a service as known at `asOf`, an RFC 3339 instant.
   * @throws Rejected `INVALID_TIME`, naming `asOf`
   */
  async of(service: string, asOf: string): Promise<Delivery> {
    const now = instant(asOf, 'asOf');
    const kept = this.#kept.get(service);
    if (kept === undefined || kept.last > now) return this.#assembled(service, asOf);
    const { snapshot, ...changes } = await changesSince(this.#db, kept.snapshot);
    if (concerns(changes, service, kept.keys)) return this.#assembled(service, asOf);
    this.#keep(service, { ...kept, snapshot });
    return { ...kept.record, asOf: now };
  }

  async #assembled(service: string, asOf: string): Promise<Delivery> {
    const { facts, keys, snapshot } = await factsAbout(this.#db, service);
    const record = assemble(facts, { asOf });
    const last = facts.reduce(
      (latest, { recordedAt }) => Math.max(latest, Date.parse(recordedAt)),
      -Infinity,
    );
    if (facts.length > 0 && last <= record.asOf)
      this.#keep(service, { record, keys, facts: facts.length, snapshot, last });
    return record;
  }

  #keep(service: string, kept: Kept): void {
    this.#drop(service);
    this.#kept.set(service, kept);
    this.#facts += kept.facts;
    for (const oldest of this.#kept.keys()) if (this.#facts > this.#most) this.#drop(oldest);
  }

  #drop(service: string): void {
    this.#facts -= this.#kept.get(service)?.facts ?? 0;
    this.#kept.delete(service);
  }
}

function concerns({ rows, all }: Omit<Changes, 'snapshot'>, service: string, keys: ReadonlySet<string>) {
  return all || rows.some((row) => row.services.includes(service) || row.keys.some((key) => keys.has(key)));
}
