import { type EventStore, execute, PostgresEventStore } from '#events';
import type { Following } from '#service/following';
import { deployment, request } from '../apps/scheduler/src/deployment.js';
import { planHash } from '../apps/scheduler/src/planHash.js';
import type { Bench } from './bench.js';
import { context as by, fact, NOW, planOf } from './facts.js';
import { startProduct } from './product.js';
import { compete, type Figures, figure } from './round.js';
import { alone, beside, percentile } from './row.js';

const EVERY = 10;

export const bench: Bench = {
  goal: 'P7',
  title: 'from a command to its read model, at 100 commands a second',
  meaning:
    'The whole product runs in one process, and a hundred deployments a second are asked for. Measured is the time from the acknowledgement of a command until the calendar holds it; beside it a follower that only hears of an append and does nothing.',
  async run(context) {
    const url = await context.database();
    const product = context.use(await startProduct(url, context.folder), ({ running }) => running.stop());
    const following = product.running.platform.followings.find(({ service }) => service === 'scheduler')!;
    const store = new PostgresEventStore({ url: await context.database() });
    const heard = context.use(listen(store), (it) => it.stop());
    let n = 0;
    const many = (warm: boolean) => (warm ? 100 : context.scale < 0.1 ? 200 : 500);
    const results = await compete(
      {
        slipway: (warm) => steady(many(warm), () => askedFor(product.store, following, n++)),
        wake: (warm) => steady(many(warm), () => heard.append(n++)),
      },
      context.rounds,
      context.say,
    );
    const peer = (name: string) => ({ what: 'in-process wake-up', values: figure(results.wake, name) });
    const over = (name: string) => figure(results.slipway, name);
    return [
      beside('read model after acknowledgement, p50', 'ms', over('p50'), peer('p50')),
      alone('read model after acknowledgement, p50', 'ms', over('p50'), { atMost: 5 }),
      beside('read model after acknowledgement, p99', 'ms', over('p99'), peer('p99')),
      alone('read model after acknowledgement, p99', 'ms', over('p99'), { atMost: 25 }),
    ];
  },
};

/** Does something every ten milliseconds, whatever became of the one before; each answers how long it took. */
async function steady(times: number, act: () => Promise<number>): Promise<Figures> {
  const began = performance.now();
  const acts: Promise<number>[] = [];
  while (acts.length < times) {
    const took = act();
    took.catch(() => {}); // told of when all have answered
    acts.push(took);
    const wait = began + acts.length * EVERY - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  const took = await Promise.all(acts);
  return { p50: percentile(took, 50), p99: percentile(took, 99) };
}

async function askedFor(store: EventStore, following: Following, n: number): Promise<number> {
  const plan = planOf(n);
  const asked = { plan, planHash: planHash(plan), requestedBy: 'ana', authors: ['carl'], conflicts: [] };
  const { position } = await execute(store, deployment, `p7-${n}`, request(`p7-${n}`, asked, NOW), by);
  const acknowledged = performance.now();
  const { reached } = await following.reach('deployment', position, 10_000);
  if (!reached) throw new Error(`The calendar did not reach position ${position} within 10 s.`);
  return performance.now() - acknowledged;
}

/** A follower without effect, and appends that wait until it has heard of them. */
function listen(store: EventStore) {
  const stop = new AbortController();
  const waiting = new Map<number, () => void>();
  let reached = 0;
  const loop = (async () => {
    for await (const { position } of store.batches({ after: 0, signal: stop.signal })) {
      reached = position;
      for (const [at, resolve] of waiting) if (at <= position && waiting.delete(at)) resolve();
    }
  })();
  return {
    async append(n: number): Promise<number> {
      const { position } = await store.append(`deployment-wake-${n}`, 0, [fact], by);
      const acknowledged = performance.now();
      if (position > reached) await new Promise<void>((resolve) => waiting.set(position, resolve));
      return performance.now() - acknowledged;
    },
    async stop() {
      stop.abort();
      await loop;
      await store.close();
    },
  };
}
