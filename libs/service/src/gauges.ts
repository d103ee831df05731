import type { Following } from './following.js';
import type { Metrics } from './metrics.js';
import type { Platform } from './platform.js';

const EVERY = 5_000;

/** Looks every few seconds at what no event tells of: lag, overdue timers, parked messages. Gives the way to stop it. */
export function sampleGauges(
  platform: Platform,
  metrics: Metrics,
  onTrouble: (error: unknown) => void,
): () => void {
  const timer = setInterval(() => void sample(platform, metrics).catch(onTrouble), EVERY).unref();
  return () => clearInterval(timer);
}

/** One look. */
export async function sample({ store, followings }: Platform, metrics: Metrics): Promise<void> {
  const head = await store.head();
  for (const following of followings) await look(following, head, metrics);
}

async function look(following: Following, head: number, metrics: Metrics): Promise<void> {
  const { service, db, followers } = following;
  for (const { name: follower } of followers) {
    const { position } = await following.reach(follower, 0);
    metrics.followerLagEvents.set({ follower }, Math.max(0, head - position));
  }
  const [timers] = await db.query<{ n: number }>(
    'select count(*)::int as n from timer where fired_at is null and due_at < now()',
  );
  metrics.overdueTimers.set({ service }, timers!.n);
  const parked = await db.query<{ follower: string; n: number }>(
    'select follower, count(*)::int as n from parked group by follower',
  );
  const counts = new Map(parked.map(({ follower, n }) => [follower, n]));
  for (const follower of new Set([...followers.map(({ name }) => name), ...counts.keys()]))
    metrics.parkedEvents.set({ follower }, counts.get(follower) ?? 0);
}
