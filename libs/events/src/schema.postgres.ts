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
returns table (append int, last_position bigint, actual int) language plpgsql as $$
declare
  head bigint;
  refused int[];
begin
  perform pg_advisory_xact_lock(4919, 1);
  select coalesce(max(e.position), 0) into head from log.event e;

  select coalesce(array_agg(distinct b.append), '{}') into refused
  from (
    select t.append, t.stream, t.revision, min(t.revision) over (partition by t.append) as first
    from unnest(appends, streams, revisions) as t(append, stream, revision)
  ) b
  where exists (select from log.event e where e.stream = b.stream and e.revision = b.revision)
     or (b.revision = b.first and b.first > 1
         and not exists (select from log.event e where e.stream = b.stream and e.revision = b.first - 1));

  return query
  with batch as (
    select * from unnest(appends, streams, revisions, types, entries)
      with ordinality as t(append, stream, revision, type, entry, n)
  ), accepted as (
    select b.*, head + row_number() over (order by b.n) as position from batch b where b.append <> all (refused)
  ), inserted as (
    insert into log.event (position, stream, revision, type, entry)
    select a.position, a.stream, a.revision, a.type, a.entry from accepted a order by a.n
  )
  select a.append, max(a.position), null::int from accepted a group by a.append
  union all
  select b.append, null, (select coalesce(max(e.revision), 0) from log.event e where e.stream = b.stream)
  from (select distinct on (t.append) t.append, t.stream from batch t where t.append = any (refused)) b;

  perform pg_notify('slipway_log', '');
end $$;
`;

/** What a service's role may do with the log: read and append, nothing else. */
export const grantLog = (role: string): string => `
grant usage on schema log to ${role};
grant select, insert on log.event to ${role};
`;
