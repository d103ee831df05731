import { Rejected } from '#events';
import type { Delivery } from '../delivery.js';
import type { Failure } from '../delivery/attribution.js';
import type { Credit } from '../delivery/credit.js';
import type { Life } from '../delivery/life.js';
import type { Counted, Excluded } from '../delivery/population.js';
import type { Recovery } from '../delivery/recovery.js';
import { type Exclusion, tally } from './metric.js';
import { type Window, windowOf } from './window.js';

/** What is asked: one service (or, blended, all of them), a window and a zone. */
export interface Question {
  readonly service?: string;
  /** An instant with an offset, or a date, which begins at midnight in the zone. */
  readonly from: string;
  readonly to: string;
  /** IANA zone; `UTC` if left out. */
  readonly zone?: string;
}

/** The part of a delivery record that a question is about. */
export interface Scope {
  readonly delivery: Delivery;
  readonly window: Window;
  readonly service?: string;
  readonly counted: readonly Counted[];
  readonly excluded: readonly Excluded[];
  readonly exclusions: readonly Exclusion[];
  readonly credits: readonly Credit[];
  readonly failures: readonly Failure[];
  readonly recoveries: readonly Recovery[];
  /** When the service existed, or any of them; `undefined` if nothing is known of it. */
  readonly life?: Life;
}

/**
 * Cuts a delivery record to a question: deployments by when they ended, changes by when they were live.
 * @throws Rejected `UNKNOWN_ZONE`, `INVALID_TIME`, `INVALID_WINDOW`, `INVALID_SERVICE`, naming the field.
 */
export function scopeOf(delivery: Delivery, { service, from, to, zone = 'UTC' }: Question): Scope {
  if (service !== undefined && (typeof service !== 'string' || service === ''))
    throw new Rejected(
      'INVALID_SERVICE',
      'service must be the id of a service, or be left out for all of them.',
    );
  return cut(delivery, windowOf(from, to, zone), service);
}

/** The part of a delivery record in a window, of one service or of all. */
export function cut(delivery: Delivery, window: Window, service?: string): Scope {
  const mine = (one: string | undefined) => service === undefined || one === service;
  const within = (at: number) => at >= window.from && at < window.to;
  const ended = (d: Counted) => mine(d.service) && within(d.endedAt);
  const counted = delivery.deployments.filter(ended);
  const excluded = delivery.excluded.filter((e) => mine(e.service) && within(e.at));
  return {
    delivery,
    window,
    service,
    counted,
    excluded,
    exclusions: tally(excluded.map(({ reason }) => reason)),
    credits: counted.flatMap((d) => delivery.credits.get(d) ?? []),
    failures: delivery.failures.filter(({ deployment }) => ended(deployment)),
    recoveries: delivery.recoveries.filter(({ deployment }) => ended(deployment)),
    life: service === undefined ? lifeOfAll([...delivery.lives.values()]) : delivery.lives.get(service),
  };
}

/** From when the first of them existed until the last of them did; `undefined` without any. */
export function lifeOfAll(all: readonly Life[]): Life | undefined {
  if (all.length === 0) return undefined;
  const from = all.reduce((first, life) => Math.min(first, life.from), Infinity);
  const to = all.reduce((last, life) => Math.max(last, life.to ?? Infinity), -Infinity);
  return to === Infinity ? { from } : { from, to };
}
