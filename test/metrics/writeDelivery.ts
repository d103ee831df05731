import type { Sql } from '#events';
import type { Fact } from '../../apps/metrics/src/fact.js';
import { at, live } from './given.js';

/** A stream says more: the projection puts a new row in the place of the one before. */
export async function write(to: Sql, id: string, facts: readonly Fact[]): Promise<void> {
  const [before] = await to.query<{ facts: Fact[] }>('delete from delivery where id = $1 returning facts', [
    id,
  ]);
  const all = [...(before?.facts ?? []), ...facts];
  const texts = (field: string) => [...new Set(all.flatMap((fact) => (fact as never)[field] ?? []))];
  await to.query('insert into delivery (id, services, keys, facts) values ($1, $2, $3, $4)', [
    id,
    texts('service'),
    ['deploymentId', 'artifact', 'artifacts', 'incidentId', 'remediates'].flatMap(texts),
    JSON.stringify(all),
  ]);
}

/** A deployment of a service that went live on that day of January. */
export const deployed = (service: string, id: string, day: number): Fact[] => [
  live(id, at(day), `version of ${id}`, { service }),
];
