import type { Observer } from '#events';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';

/** What the loops tell becomes figures and lines of the log. */
export function watch(metrics: Metrics, log: Log): Observer {
  return {
    applied(follower, { events }) {
      const last = events.at(-1);
      if (last) metrics.projectionAgeSeconds.set({ projection: follower }, ageOf(last.recordedAt));
    },
    parked(follower, { key, type }, error) {
      log.error({ follower, key, type, err: error }, 'A message cannot be handled; its key is parked.');
    },
  };
}

const ageOf = (instant: string): number => Math.max(0, (Date.now() - Date.parse(instant)) / 1000);
