import { createHash } from 'node:crypto';
import { AccessDenied, type Actor, type EventStore } from '#events';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';

/** A call that was refused: whose, what it asked for (method and route, never an id), and why. */
export interface Denial {
  readonly subject: Pick<Actor, 'id' | 'kind' | 'roles'>;
  readonly action: string;
  readonly code: string;
}

interface Tally extends Denial {
  readonly minute: string;
  pending: number;
}

/** One who is not known. */
export const NOBODY: Denial['subject'] = { id: 'anonymous', kind: 'service', roles: [] };

const MINUTE = 60_000;

/**
 * Puts refusals on record (`AccessDenied`): the first of a subject, action and minute at once, its repetitions as one
 * further event with their count when the minute is over. What the store does not take now is kept for the next flush.
 */
export class AccessDenials {
  readonly #tallies = new Map<string, Tally>();

  constructor(
    private readonly store: EventStore,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  /** Resolves when a first denial is stored; never throws, for the caller is refused either way. */
  async record(denial: Denial, now: Date): Promise<void> {
    this.metrics.denials.inc({ code: denial.code });
    const minute = new Date(Math.floor(now.getTime() / MINUTE) * MINUTE).toISOString();
    const key = JSON.stringify([denial.subject.id, denial.action, denial.code, minute]);
    const known = this.#tallies.get(key);
    if (known) return void known.pending++;
    const tally: Tally = { ...denial, minute, pending: 1 };
    this.#tallies.set(key, tally);
    await this.#store(tally);
  }

  /** Stores the counts of minutes that are over at `now`; of all minutes when `now` is left out (at the stop). */
  async flush(now?: Date): Promise<void> {
    for (const [key, tally] of this.#tallies) {
      if (now && now.getTime() < Date.parse(tally.minute) + MINUTE) continue;
      if (tally.pending > 0) await this.#store(tally);
      if (tally.pending === 0) this.#tallies.delete(key);
    }
  }

  async #store(tally: Tally): Promise<void> {
    const { subject, action, code, minute, pending: count } = tally;
    tally.pending = 0;
    try {
      const event = AccessDenied({ subject: subject.id, action, code, minute, count });
      await this.store.append(streamOf(subject.id), 'any', [event], { actor: actorOf(subject) });
    } catch (error) {
      tally.pending += count;
      this.log.error({ err: error }, 'a refusal could not be recorded yet');
    }
  }
}

/** A caller knows more of itself than an event keeps. */
const actorOf = ({ id, kind, roles }: Denial['subject']): Actor => ({ id, kind, roles });

/** Subjects may hold any character; names of streams are plain. */
const streamOf = (subject: string): string =>
  `access-${createHash('sha256').update(subject).digest('hex').slice(0, 32)}`;
