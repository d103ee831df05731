import { Controller, Get, Param } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConcurrentWrite, MemoryEventStore, QuarantineDiscarded, StoreUnavailable } from '#events';
import { MeasuredStore } from './measuredStore.js';
import { createMetrics } from './metrics.js';
import { Public } from './permit.js';
import { type Finding, Readiness } from './readiness.js';
import { type RunningEdge, startEdge } from './testEdge.js';

@Controller('things')
@Public()
class Things {
  @Get(':id')
  read(@Param('id') id: string): object {
    return { id };
  }
}

const fine: Finding = { ok: true, detail: 'answers' };
const broken: Finding = { ok: false, detail: 'ECONNREFUSED' };
const start = Date.parse('2031-05-06T10:00:00Z');
let clock = start;
let edge: RunningEdge;
const readiness = new Readiness();
let database = fine;
let kafka = fine;

beforeAll(async () => {
  readiness.register('database', async () => database);
  readiness.register('kafka', async () => kafka, false);
  edge = await startEdge({ controllers: [Things], readiness, now: () => new Date(clock) });
});
afterAll(() => edge.app.close());

const ready = async (at: number) => {
  clock = start + at;
  return edge.app.inject({ url: '/health/ready' });
};

describe('readiness', () => {
  test('is there when every part works', async () => {
    const answer = await ready(0);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ ready: true, degraded: [], checks: { database: fine, kafka: fine } });
  });

  test('survives the loss of the broker, and names it', async () => {
    kafka = broken;
    for (const at of [2_000, 60_000]) {
      const answer = await ready(at);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ ready: true, degraded: ['kafka'] });
    }
    kafka = fine;
  });

  test('survives ten seconds without the database, and no more', async () => {
    await ready(100_000);
    database = broken;
    expect((await ready(109_999)).json()).toMatchObject({ ready: true, degraded: ['database'] });
    const answer = await ready(111_000);
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toMatchObject({ ready: false, checks: { database: broken } });
    database = fine;
    expect((await ready(113_000)).statusCode).toBe(200);
  });

  test('is not there before a needed part has worked once', async () => {
    const fresh = new Readiness();
    fresh.register('store', async () => broken);
    expect(await fresh.report(start)).toMatchObject({ ready: false, degraded: ['store'] });
  });

  test('takes a check that throws for one that fails', async () => {
    const fresh = new Readiness();
    fresh.register('store', () => Promise.reject(new Error('gone')));
    expect((await fresh.report(start)).checks).toEqual({ store: { ok: false, detail: 'gone' } });
  });

  test('asks the parts once a second, however many ask it', async () => {
    let asked = 0;
    const fresh = new Readiness();
    fresh.register('store', async () => (asked++, fine));
    await Promise.all(Array.from({ length: 50 }, (_, i) => fresh.report(start + i)));
    expect(asked).toBe(1);
    await fresh.report(start + 1_000);
    expect(asked).toBe(2);
  });

  test('ends with the process, at once', async () => {
    const fresh = new Readiness();
    fresh.register('store', async () => fine);
    expect(await fresh.report(start)).toMatchObject({ ready: true });
    fresh.stop();
    expect(await fresh.report(start)).toMatchObject({ ready: false });
  });

  test('is not life: the process lives without any of its parts', async () => {
    database = broken;
    expect((await edge.app.inject({ url: '/health/live' })).json()).toEqual({ status: 'alive' });
    database = fine;
  });
});

describe('the figures', () => {
  const figures = async (): Promise<string> => (await edge.app.inject({ url: '/metrics' })).body;

  test('count requests by route pattern, so that no id becomes a label', async () => {
    for (let i = 0; i < 30; i++) await edge.app.inject({ url: `/things/${i}` });
    for (let i = 0; i < 30; i++) await edge.app.inject({ url: `/nowhere/${i}` });
    const text = await figures();
    expect(text).toContain(
      'slipway_http_request_duration_seconds_count{method="GET",route="/things/:id",status="200"} 30',
    );
    expect(text).toContain(
      'slipway_http_request_duration_seconds_count{method="GET",route="unmatched",status="404"} 30',
    );
    expect(text).toMatch(/slipway_http_requests_in_flight 1\n/);
    expect(text.match(/_count\{method="GET",route="[^"]*"/g)!.length).toBeLessThan(10);
  });

  test('count refusals by code', async () => {
    await edge.app.inject({ method: 'PUT', url: '/v1/api-keys/alpha001' });
    expect(await figures()).toContain('slipway_access_denied_total{code="TOKEN_MISSING"} 1');
  });

  test('are in the format of Prometheus, with names in its style', async () => {
    const answer = await edge.app.inject({ url: '/metrics' });
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const names = [...answer.body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
    for (const name of names) expect(name).toMatch(/^slipway_[a-z]+(_[a-z]+)*$/);
    expect(names).toEqual(
      expect.arrayContaining([
        'slipway_relay_lag_events',
        'slipway_projection_age_seconds',
        'slipway_timers_overdue',
        'slipway_parked_events',
        'slipway_leases_held',
      ]),
    );
  });

  test('add those of Node where asked for', async () => {
    const { registry } = createMetrics();
    expect(await registry.metrics()).toContain('nodejs_eventloop_lag_seconds');
    registry.clear();
  });
});

describe('a measured store', () => {
  const event = QuarantineDiscarded({
    follower: 'calendar',
    key: 'k',
    discarded: 1,
    by: 'ada',
    reason: 'test',
  });
  const context = { actor: { id: 'ada', kind: 'human', roles: [] } } as const;

  test('times appends by outcome and changes nothing', async () => {
    const metrics = createMetrics(false);
    const store = new MeasuredStore(new MemoryEventStore(), metrics);
    expect(await store.append('parked-1', 0, [event], context)).toEqual({ position: 1, revision: 1 });
    await expect(store.append('parked-1', 0, [event], context)).rejects.toBeInstanceOf(ConcurrentWrite);
    expect(await store.read('parked-1')).toHaveLength(1);
    expect(await store.head()).toBe(1);
    for await (const { position } of store.batches({ after: 0, live: false })) expect(position).toBe(1);
    const gone = new MemoryEventStore();
    gone.append = () => Promise.reject(new StoreUnavailable(new Error('gone')));
    await expect(
      new MeasuredStore(gone, metrics).append('parked-1', 1, [event], context),
    ).rejects.toBeInstanceOf(StoreUnavailable);
    const text = await metrics.registry.metrics();
    for (const outcome of ['stored', 'conflict', 'failed'])
      expect(text).toContain(`slipway_append_duration_seconds_count{outcome="${outcome}"} 1`);
  });
});
