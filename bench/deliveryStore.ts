import pg from 'pg';
import type { Database } from '#events';
import { ServiceDatabase } from '#service/database';
import { migrations } from '../apps/metrics/src/migrations.js';

/** Services that deploy in turn, and the days that a store covers. */
const SERVICES = 400;
const DAYS = 900;

/** The 90 days that are asked about: the last ones. */
export const WINDOW = { from: '2026-03-20', to: '2026-06-18', asOf: '2030-01-01T00:00:00Z' };

/** When the n-th of `$1` deployments was live, and how it writes its instants; three changes each, a failure in fifty. */
const LIVE = `timestamptz '2024-01-01T00:00:00Z' + n * interval '${DAYS} days' / $1::int`;
const FACTS = `
  create function pg_temp.said(id text, at timestamptz, kind text, more jsonb) returns jsonb language sql immutable as $$
    select jsonb_build_object('id', id, 'kind', kind, 'at', t, 'recordedAt', t) || more
    from to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') t $$`;
const LEAD = "(1 + n % 7) * interval '50 minutes' * (j + 1)";

const RAW = [
  'create table raw_deployment (id int primary key, service text, live_at timestamptz)',
  'create table raw_change (deployment int, commit text, committed_at timestamptz, primary key (deployment, commit))',
  'create table raw_incident (deployment int primary key, opened_at timestamptz, restored_at timestamptz)',
];
const RAW_ROWS = [
  `insert into raw_deployment select n, 'service-' || n % ${SERVICES}, ${LIVE} from generate_series(0, $1 - 1) n`,
  `insert into raw_change select n, 'c' || j, ${LIVE} - ${LEAD} from generate_series(0, $1 - 1) n, generate_series(0, 2) j`,
  `insert into raw_incident select n, ${LIVE} + interval '5 minutes', ${LIVE} + interval '65 minutes'
   from generate_series(0, $1 - 1, 50) n`,
];
const DELIVERY_ROWS = [
  `insert into metrics.delivery (id, services, keys, commits, facts)
   select 'deployment-d' || n, array[service], array['d' || n, 'sha256:' || n], array[n || '-0', n || '-1', n || '-2'], jsonb_build_array(
     pg_temp.said('q' || n, live - interval '2 hours', 'deploymentRequested', of || jsonb_build_object('service', service,
       'environment', 'production', 'production', true, 'deploymentKind', 'PLANNED', 'artifacts', array['sha256:' || n],
       'version', '1.' || n, 'planDigest', 'sha256:' || n, 'strategy', 'canary')),
     pg_temp.said('q' || n, live - interval '2 hours', 'artifactPackaged', jsonb_build_object('service', service,
       'artifact', 'sha256:' || n, 'commits', array[n || '-0', n || '-1', n || '-2'])),
     pg_temp.said('a' || n, live - interval '1 hour', 'deploymentApproved', of),
     pg_temp.said('s' || n, live - interval '20 minutes', 'deploymentStarted', of),
     pg_temp.said('e' || n, live, 'deploymentSucceeded', of))
   from (select n, ${LIVE} as live, 'service-' || n % ${SERVICES} as service, jsonb_build_object('deploymentId', 'd' || n) as of
         from generate_series(0, $1 - 1) n) t`,
  `insert into metrics.delivery (id, services, keys, facts)
   select 'change-' || n || '-' || j, array['service-' || n % ${SERVICES}], array[n || '-' || j], jsonb_build_array(
     pg_temp.said('c' || n || '-' || j, merged, 'changeMerged', jsonb_build_object('service', 'service-' || n % ${SERVICES},
       'commit', n || '-' || j, 'committedAt', to_char(merged at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))))
   from (select n, j, ${LIVE} - ${LEAD} as merged from generate_series(0, $1 - 1) n, generate_series(0, 2) j) t`,
  `insert into metrics.delivery (id, services, keys, facts)
   select 'incident-i' || n, array['service-' || n % ${SERVICES}], array['i' || n, 'd' || n], jsonb_build_array(
     pg_temp.said('o' || n, live + interval '5 minutes', 'incidentOpened', of || '{"severity": "SEV2", "production": true}'),
     pg_temp.said('f' || n, live + interval '10 minutes', 'incidentCauseConfirmed', of || jsonb_build_object('deploymentId', 'd' || n)),
     pg_temp.said('r' || n, live + interval '65 minutes', 'incidentResolved', of))
   from (select n, ${LIVE} as live, jsonb_build_object('incidentId', 'i' || n, 'service', 'service-' || n % ${SERVICES}) as of
         from generate_series(0, $1 - 1, 50) n) t`,
];

/** The read model of metrics over `deployments` deployments, and the same as rows that nobody has prepared. */
export async function fillDelivery(url: string, deployments: number): Promise<ServiceDatabase> {
  const db = await new ServiceDatabase(url, 'metrics', migrations).open();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of [...RAW, FACTS]) await client.query(statement);
  for (const statement of [...RAW_ROWS, ...DELIVERY_ROWS]) await client.query(statement, [deployments]);
  await client.query('vacuum analyze');
  await client.query('grant select on raw_deployment, raw_change, raw_incident to slipway_metrics');
  await client.end();
  return db;
}

/** What naive SQL says of one service. */
export interface Naive {
  readonly service: string;
  readonly deployments: number;
  readonly lead: number;
  readonly fail: number;
  readonly restore: number;
}

/** Three of the metrics by service, or of one, from the raw rows: as it is written down first. */
export function naive(db: Database, service?: string): Promise<Naive[]> {
  return db.query<Naive>(
    `with live as (select * from public.raw_deployment
                   where live_at >= $1 and live_at < $2 and ($3::text is null or service = $3))
     select d.service, count(*)::int as deployments, l.lead, count(i.deployment)::float / count(*) as fail,
            percentile_cont(0.5) within group (order by extract(epoch from i.restored_at - d.live_at)) as restore
     from live d left join public.raw_incident i on i.deployment = d.id
     join (select d.service, percentile_cont(0.5) within group (order by extract(epoch from d.live_at - c.committed_at)) / 3600 as lead
           from live d join public.raw_change c on c.deployment = d.id group by d.service) l on l.service = d.service
     group by d.service, l.lead`,
    [WINDOW.from, WINDOW.to, service],
  );
}
