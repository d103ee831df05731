import { createMetrics } from '#service/metrics';
import { sample } from '#service/gauges';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Slipway, startSlipway } from './support/slipway.js';

let slipway: Slipway;
beforeAll(async () => {
  slipway = await startSlipway();
});
afterAll(() => slipway.close());

test('the figures tell of lag, overdue timers and parked messages', async () => {
  const { platform } = slipway.running;
  const scheduler = platform.followings.find(({ service }) => service === 'scheduler')!;
  await scheduler.db.query(
    `insert into parked (follower, key, source, at, reason, detail, entry) values ('deployment', 'k', 'log', 1, 'R', 'd', '')`,
  );
  const metrics = createMetrics(false);
  await vi.waitFor(async () => {
    await sample(platform, metrics);
    expect(await metrics.registry.metrics()).toContain(
      'slipway_follower_lag_events{follower="deployment"} 0',
    );
  });
  const text = await metrics.registry.metrics();
  expect(text).toContain('slipway_parked_events{follower="deployment"} 1');
  expect(text).toContain('slipway_parked_events{follower="freeze_period"} 0');
  expect(text).toMatch(/slipway_timers_overdue\{service="approvals"\} 0/);
});
