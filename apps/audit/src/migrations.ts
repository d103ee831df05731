import { FOLLOWING_SCHEMA } from '#events';
import { migration } from '#service/database';

/** The ledger's tables: what was sequenced, the tree over it, and the heads that were signed. */
export const migrations = [
  migration('Following1795219200000', FOLLOWING_SCHEMA),
  migration(
    'Ledger1795219200001',
    `
create table ledger (
  singleton bool primary key default true check (singleton),
  size     bigint not null,
  position bigint not null,
  edge     bytea[] not null
);
comment on table ledger is 'How much is sequenced, and the right edge of the tree; its one row is the lock of the sequencer.';
insert into ledger (size, position, edge) values (0, 0, '{}');

create table entry (
  index       bigint primary key,
  position    bigint not null,
  stream      text not null,
  revision    int not null,
  type        text not null,
  actor       text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  leaf        bytea not null,
  unique (stream, revision)
);
comment on table entry is 'One row an entry of the ledger: its leaf in the tree, and what one searches by.';
create index entry_by_actor on entry (actor, index);
create index entry_by_type on entry (type, index);
create index entry_by_time on entry (recorded_at, index);

create table tile (
  level int    not null,
  index bigint not null,
  bytes bytea  not null,
  primary key (level, index)
);
comment on table tile is 'The tree as tiles of 256 hashes (c2sp.org/tlog-tiles); a partial tile is replaced by a wider one.';

create table checkpoint_note (
  size      bigint not null,
  signed_at timestamptz not null,
  root      bytea not null,
  note      text not null,
  primary key (size, signed_at)
);
comment on table checkpoint_note is 'Every head of the tree that was signed, as it was signed.';
`,
  ),
];
