/** What every service keeps in its own schema to follow the log: how far it came, what it set aside, what is due. */
export const FOLLOWING_SCHEMA = `
create table checkpoint (
  follower text   not null,
  source   text   not null,
  position bigint not null,
  primary key (follower, source)
);
comment on table checkpoint is 'How far each follower came in each source; moved in the transaction of its effect.';

create table seen (
  follower text not null,
  stream   text not null,
  revision int  not null,
  primary key (follower, stream)
);
comment on table seen is 'The last revision applied per stream, where the carrier may repeat itself.';

create table parked (
  follower  text        not null,
  key       text        not null,
  source    text        not null,
  at        bigint      not null,
  type      text,
  reason    text        not null,
  detail    text        not null,
  headers   jsonb       not null default '{}',
  entry     bytea       not null,
  parked_at timestamptz not null default now(),
  primary key (follower, key, source, at)
);
comment on table parked is 'Messages that could not be handled, and the later ones of the same key that wait behind them.';

create table timer (
  id       text        primary key,
  due_at   timestamptz not null,
  command  text        not null,
  data     jsonb       not null,
  fired_at timestamptz,
  retry_at timestamptz
);
create index timer_due on timer (due_at) where fired_at is null;
comment on table timer is 'Deadlines: a projection sets and removes them, the database clock says when they are due.';

create table lease (
  name   text        primary key,
  token  bigint      not null,
  holder text        not null,
  until  timestamptz not null
);
comment on table lease is 'Who does a job that only one may do; a newer token bars the older.';
`;
