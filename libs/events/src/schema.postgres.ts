/**
 * The log's own tables. `log.append` takes the entries of many appends as parallel arrays and answers one row an append:
 * the position of its last event, or, where the stream was not as expected, null and the stream's actual revision.
 * The lock is held from here to the commit, so positions follow the order of commits and have no gaps.
 */
export const LOG_SCHEMA = `
create schema if not exists log;

create table log.event (
  position bigint primary key,
  stream   text   not null,
  revision int    not null check (revision > 0),
  type     text   not null,
  entry    bytea  not null check (length(entry) <= 65535),
  unique (stream, revision)
);
comment on table log.event is 'Every event ever stored, as canonical JSON; append-only.';

create function log.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'log.event is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on log.event for each row execute function log.refuse_change();
create trigger no_truncate before truncate on log.event for each statement execute function log.refuse_change();

create function log.append(appends int[], streams text[], revisions int[], types text[], entries bytea[])
returns table (append int, last_position bigint, actual int)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  head bigint;
begin
  perform pg_advisory_xact_lock(4919, 1);
  select coalesce(max(e.position), 0) into head from log.event e;
  return query
  with batch as materialized (
    select t.*, min(t.revision) over (partition by t.append) - 1 as expected,
           -- One look-up an append, as a scalar subquery: always by index, never a scan of the log.
           case when row_number() over (partition by t.append order by t.n) = 1 then coalesce((
             select e.revision from log.event e where e.stream = t.stream order by e.revision desc limit 1), 0) end as found
    from unnest(appends, streams, revisions, types, entries) with ordinality as t(append, stream, revision, type, entry, n)
  ), judged as materialized (
    select b.*, max(b.found) over (partition by b.append) as found_revision from batch b
  ), placed as materialized (
    select j.*, head + count(*) filter (where j.found_revision = j.expected) over (order by j.n) as position from judged j
  ), inserted as (
    insert into log.event (position, stream, revision, type, entry)
    select p.position, p.stream, p.revision, p.type, p.entry from placed p where p.found_revision = p.expected
  )
  select p.append, max(p.position) filter (where p.found_revision = p.expected), max(p.found_revision)
  from placed p group by p.append;
  perform pg_notify('slipway_log', '');
end $$;
revoke execute on function log.append from public;
`;

/** What a service's role may do with the log: read, and append by the one function that keeps positions in order. */
export const grantLog = (role: string): string => `
grant usage on schema log to ${role};
grant select on log.event to ${role};
grant execute on function log.append to ${role};
`;
