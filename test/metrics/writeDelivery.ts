import { insert, type Sql } from '#events';
import { type DeliveryRow, rowAfter } from '../../apps/metrics/src/deliveries.js';
import type { Fact } from '../../apps/metrics/src/fact.js';
import { at, live } from './given.js';

/** A stream says more: the projection puts a new row in the place of the one before. */
export async function write(to: Sql, id: string, facts: readonly Fact[]): Promise<void> {
  const [before] = await to.query<DeliveryRow>('delete from delivery where id = $1 returning *', [id]);
  await insert(to, 'delivery', [rowAfter(before, id, facts)]);
}

/** A deployment of a service that went live on that day of January. */
export const deployed = (service: string, id: string, day: number): Fact[] => [
  live(id, at(day), `version of ${id}`, { service }),
];
