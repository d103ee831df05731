import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import {
  applyBatch,
  contracts,
  type Event,
  LOG,
  logSource,
  PostgresEventStore,
  projector,
  type Recorded,
} from '#events';
import { ServiceDatabase } from '#service/database';
import { startPostgres } from '#service/embedded.postgres';
import { prepareDatabase } from '#service/prepare';
import { deadlines } from '../apps/scheduler/src/deadlines.js';
import { deployments } from '../apps/scheduler/src/deployments.js';
import { freezes } from '../apps/scheduler/src/freezes.js';
import { migrations } from '../apps/scheduler/src/migrations.js';
import { copyIn, copyOut } from './copy.js';
import { readWritten } from './history/write.js';
import { logDatabase } from './log.js';
import { observing } from './notebook.js';

const context = { actor: { id: 'ana', kind: 'human' as const, roles: [] } };
const cleanUp: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const clean of cleanUp.reverse()) await clean();
});

/** What happens to a deployment and a freeze, as first written, for one more of each. */
function events(types: readonly string[], ids: Record<string, string>): Event[] {
  return types.map((type) => {
    const { version } = contracts.get(type)!;
    return { type, version, data: { ...readWritten(type, version).full, ...ids } };
  });
}
const DEPLOYMENT = ['DeploymentRequested', 'DeploymentApproved', 'DeploymentScheduled', 'DeploymentStarted'];

function open(url: string): PostgresEventStore {
  const store = new PostgresEventStore({ url });
  cleanUp.push(() => store.close());
  return store;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  cleanUp.push(() => client.end());
  return client;
}

/** A cluster that has seen nothing yet: no transaction of the first one exists in it. */
async function freshCluster(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-restore-'));
  chmodSync(dataDir, 0o755); // as root the server runs as another user, who must reach it
  const server = await startPostgres({ dataDir, throwaway: true });
  cleanUp.push(async () => {
    await server.stop();
    for (const folder of [dataDir, server.dataDir]) rmSync(folder, { recursive: true, force: true });
  });
  return server.url;
}

/** Every table of the log, as COPY gives it, into another database that has only been prepared. */
async function dumpAndRestore(from: string, to: string): Promise<string[]> {
  const [old, fresh] = [await connect(from), await connect(to)];
  const { rows } = await old.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'log' order by 1`,
  );
  for (const { name } of rows)
    await copyIn(fresh, `copy ${name} from stdin`, await copyOut(old, `copy ${name} to stdout`));
  return rows.map(({ name }) => name);
}

/** The scheduler's read models, replayed from the first event on. */
async function replayed(url: string, store: PostgresEventStore): Promise<Record<string, unknown[]>> {
  const db = await new ServiceDatabase(url, 'scheduler', migrations).open();
  cleanUp.push(() => db.close());
  const models: Record<string, unknown[]> = {};
  for (const follower of [projector(deployments), projector(freezes), projector(deadlines)]) {
    for await (const batch of store.batches({ after: 0, types: follower.types, live: false, limit: 100 }))
      await applyBatch(db, logSource(store), follower, observing().observer, { source: LOG, ...batch });
    models[follower.name] = await db.query(`select * from ${follower.name} order by id`);
    expect(await db.query('select * from parked')).toEqual([]);
  }
  return models;
}

async function everything(store: PostgresEventStore): Promise<Recorded[]> {
  const all: Recorded[] = [];
  for await (const batch of store.batches({ after: 0, live: false })) all.push(...batch.events);
  return all;
}

describe('a log that was dumped and restored into a fresh cluster', () => {
  test('is the same log, goes on, and replays to the same read models', { timeout: 120_000 }, async () => {
    const { url } = await logDatabase('dumped');
    const store = open(url);
    for (let i = 0; i < 60; i++) {
      await store.append(
        `deployment-d${i}`,
        0,
        events(DEPLOYMENT.slice(0, 1 + (i % 4)), { deploymentId: `d${i}` }),
        context,
      );
      await store.append(
        `freeze-f${i}`,
        0,
        events(['FreezeDeclared', 'FreezeLifted'].slice(i % 2), { freezeId: `f${i}` }),
        context,
      );
    }
    const freshUrl = await freshCluster();
    const other = Object.assign(new URL(freshUrl), { pathname: '/postgres' }).href;
    // Roles belong to the cluster, so preparing two of its databases at once must not collide.
    await Promise.all([freshUrl, other, freshUrl].map(prepareDatabase));
    expect(await dumpAndRestore(url, freshUrl)).toEqual(['log.event']);

    const restored = open(freshUrl);
    const before = await everything(store);
    expect(await everything(restored)).toEqual(before);
    const [models, again] = [await replayed(url, store), await replayed(freshUrl, restored)];
    expect(Object.values(models).map(({ length }) => length)).toEqual([60, 30, 15]);
    expect(again).toEqual(models);

    const live = restored.batches({ after: before.length })[Symbol.asyncIterator]();
    const next = live.next();
    const on = await restored.append(
      'deployment-d0',
      1,
      events(['DeploymentCancelled'], { deploymentId: 'd0' }),
      context,
    );
    expect(on).toEqual({ position: before.length + 1, revision: 2 });
    expect((await next).value).toMatchObject({ events: [{ type: 'DeploymentCancelled', revision: 2 }] });
    await live.return?.();
    await expect(
      restored.append('freeze-f0', 0, events(['FreezeDeclared'], { freezeId: 'f0' }), context),
    ).rejects.toThrow('freeze-f0 is at revision 2, not at 0.');
  });
});
