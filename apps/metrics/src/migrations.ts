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
  migration(
    'DeliveriesChanged1795824000000',
    `
alter table delivery add column changed xid8 not null default pg_current_xact_id();
comment on column delivery.changed is 'The transaction that wrote the row, by which those who keep what they read find out what is new.';
create index delivery_by_change on delivery (changed);

create function delivery_changes() returns trigger language plpgsql as $$
begin
  new.changed := pg_current_xact_id();
  return new;
end $$;
create trigger delivery_changes before insert or update on delivery for each row execute function delivery_changes();
`,
  ),
  // Keys are looked up one by one, and each look would go through all that is not merged into the index yet.
  migration(
    'DeliveryLookups1795908286000',
    `
alter index delivery_by_service set (fastupdate = off);
alter index delivery_by_key set (fastupdate = off);
`,
  ),
  migration(
    'DeliveryCommits1795911600000',
    `
alter table delivery add column commits text[] not null default '{}';
comment on column delivery.commits is 'Changes that the artifacts of the row contain; the stream of a change has it among its keys.';
create index delivery_by_commit on delivery using gin (commits) with (fastupdate = off);
update delivery set
  keys = keys || array(select distinct f ->> name from jsonb_array_elements(facts) f, unnest(array['commit', 'into']) name
                       where f ? name),
  commits = array(select distinct jsonb_array_elements_text(f -> 'commits') from jsonb_array_elements(facts) f
                  where f ? 'commits');
`,
  ),
];
