import { FOLLOWING_SCHEMA } from '#events';
import { migration } from '#service/database';

/** The tables of the read models of metrics, in the order they came to be. */
export const migrations = [
  migration('Following1795219200000', FOLLOWING_SCHEMA),
  migration(
    'Deliveries1795219200001',
    `
create table delivery (
  id       text primary key,
  services text[] not null,
  keys     text[] not null,
  facts    jsonb not null
);
comment on table delivery is 'One row a stream that says something about delivery: its facts, whose they are, what they refer to.';
create index delivery_by_service on delivery using gin (services);
create index delivery_by_key on delivery using gin (keys);
`,
  ),
];
