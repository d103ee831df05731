import { FOLLOWING_SCHEMA } from '#events';
import { migration } from '#service/database';

/** The tables of the read models of approvals, in the order they came to be. */
export const migrations = [
  migration('Following1795219200000', FOLLOWING_SCHEMA),
  migration(
    'Changes1795219200001',
    `
create table change (
  id                text primary key,
  deployment_id     text not null,
  change_type       text not null,
  approval          text not null,
  plan_hash         text,
  services          text[] not null,
  environment       text not null,
  environment_class text,
  requested_by      text not null,
  score             float8,
  band              text,
  expires_at        timestamptz,
  votes             int not null,
  quorum            int,
  outcome           text,
  outcome_at        timestamptz,
  revision          int not null,
  position          bigint not null,
  updated_at        timestamptz not null
);
comment on table change is 'One row a change: its present round of approval, and what came of it.';
create index change_by_service on change using gin (services);
create index change_inbox on change (expires_at, id) where approval = 'PENDING';
`,
  ),
];
