import {
  type Database,
  type EventStore,
  fold as foldRow,
  follow,
  type Known,
  logSource,
  type Projection,
  projector,
} from '#events';
import { ServiceDatabase } from '#service/database';
import { type DeploymentRow, deployments } from '../apps/scheduler/src/deployments.js';
import { migrations } from '../apps/scheduler/src/migrations.js';

/** The calendar of the scheduler: the read model that benches fill. */
export const calendar = deployments as unknown as Projection<DeploymentRow>;

/** Folds events into its rows, in memory. */
export function fold(rows: Map<string, DeploymentRow | undefined>, events: readonly Known[]): void {
  for (const event of events) foldRow(calendar, rows, event);
}

/** The database of the scheduler, as its service opens it. */
export const openCalendar = (url: string): Promise<ServiceDatabase> =>
  new ServiceDatabase(url, 'scheduler', migrations).open();

/** Makes its following begin anew, on an empty table. */
export async function empty(db: Database): Promise<void> {
  await db.query('truncate deployment, checkpoint, parked, seen');
}

/** The calendar as something that follows the log, and an observer that has nothing to say. */
export const follower = projector(calendar);
export const observer = { applied: () => {}, parked: () => {} };

/** Follows until the read model holds that many events. */
export async function project(store: EventStore, db: Database, events: number): Promise<void> {
  const stop = new AbortController();
  const until = {
    ...observer,
    applied: (_: string, { position }: { position: number }) => {
      if (position >= events) stop.abort();
    },
  };
  await follow(db, logSource(store), follower, until, stop.signal);
}
