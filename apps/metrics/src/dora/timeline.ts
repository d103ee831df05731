import type { Delivery } from '../delivery.js';
import { MINUTE } from '../delivery/instant.js';
import type { Life } from '../delivery/life.js';
import { reworkOf } from './instability.js';
import { expectedOf, hours } from './leadTime.js';
import { type Scope, cut } from './scope.js';

/** Moments in ascending order, epoch milliseconds. */
export type Moments = Float64Array;

/** Moments with a value each. */
export interface Values {
  readonly at: Moments;
  readonly values: Float64Array;
}

/**
 * What the headlines of one service need and nothing else, over all of time: 8 bytes a deployment and 16 a change, where
 * the delivery record takes thousands. Every moment is the end of the deployment that the thing is counted with.
 */
export interface Timeline {
  readonly life?: Life | undefined;
  readonly toldOfFailure: boolean;
  readonly deployed: Moments;
  /** Deployments that should deliver changes, and those of them of which it is known what they do. */
  readonly expected: Moments;
  readonly covered: Moments;
  /** Changes, and those of them whose lead time is known, in hours. */
  readonly credited: Moments;
  readonly measured: Values;
  /** Failed deployments, and those that were recovered from, in minutes. */
  readonly failed: Moments;
  readonly recovered: Values;
  readonly reworked: Moments;
}

const EVER = { from: -Infinity, to: Infinity, zone: 'UTC', days: Infinity };

/** Lays out what a delivery record says of one service. Linear. */
export function timelineOf(delivery: Delivery, service: string): Timeline {
  const scope = cut(delivery, EVER, service);
  const { counted, credits, failures, life } = scope;
  const expecting = expectedOf(counted);
  const timed = credits.filter(({ leadTime }) => leadTime !== undefined);
  const deployed = momentsOf(counted);
  const expected = among(deployed, expecting);
  const credited = momentsOf(credits.map(({ deployment }) => deployment));
  const measured = among(
    credited,
    timed.map(({ deployment }) => deployment),
  );
  return {
    life,
    toldOfFailure: delivery.toldOfFailure,
    deployed,
    expected,
    covered: among(
      expected,
      expecting.filter((d) => delivery.covered.has(d)),
    ),
    credited,
    measured: { at: measured, values: Float64Array.from(timed, hours) },
    failed: momentsOf(failures.map(({ deployment }) => deployment)),
    recovered: recoveredIn(scope),
    reworked: momentsOf(reworkOf(scope)),
  };
}

function recoveredIn({ recoveries }: Scope): Values {
  const over = recoveries.filter(({ fault, restoredAt }) => !fault && restoredAt !== undefined);
  return {
    at: momentsOf(over.map(({ deployment }) => deployment)),
    values: Float64Array.from(over, ({ restoredAt, failureStart }) => (restoredAt! - failureStart) / MINUTE),
  };
}

interface Ended {
  readonly endedAt: number;
}

function momentsOf(deployments: readonly Ended[]): Moments {
  return Float64Array.from(deployments, ({ endedAt }) => endedAt);
}

/** The moments of some of those whose moments these are: the very same ones where they are all of them. */
function among(all: Moments, some: readonly Ended[]): Moments {
  return some.length === all.length ? all : momentsOf(some);
}
