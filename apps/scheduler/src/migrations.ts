import { FOLLOWING_SCHEMA } from '#events';
import { migration } from '#service/database';

/** The tables of the scheduler's read models, in the order they came to be. */
export const migrations = [
  migration('Following1795219200000', FOLLOWING_SCHEMA),
  migration(
    'Calendar1795219200001',
    `
create table deployment (
  id                text primary key,
  status            text not null,
  services          text[] not null,
  environment       text not null,
  environment_class text not null,
  kind              text not null,
  starts_at         timestamptz not null,
  ends_at           timestamptz not null,
  plan_hash         text not null,
  requested_by      text not null,
  change_id         text,
  score             float8,
  band              text,
  scheduled         boolean not null,
  revision          int not null,
  position          bigint not null,
  updated_at        timestamptz not null
);
comment on table deployment is 'One row a deployment: what it is and where it stands.';
create index deployment_by_start on deployment (starts_at, id);
create index deployment_by_service on deployment using gin (services);

create table freeze_period (
  id            text primary key,
  name          text not null,
  mode          text not null,
  reason        text not null,
  starts_at     timestamptz not null,
  ends_at       timestamptz not null,
  scope         jsonb not null,
  allowed_kinds text[] not null,
  declared_by   text not null,
  lifted        boolean not null
);
comment on table freeze_period is 'One row a freeze.';
create index freeze_by_end on freeze_period (ends_at) where not lifted;
`,
  ),
];
