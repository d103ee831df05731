import pg from 'pg';
import { type Entry, entriesOf } from '#events';
import { arrayOf } from '../libs/events/src/binary.js';
import { context, lifeOf, NOW } from './facts.js';

/** A log that was filled beforehand: deployments that live side by side, as many as the server takes at once. */
export interface History {
  readonly url: string;
  readonly events: number;
  /** The size of a stored event, in bytes, on average. */
  readonly bytes: number;
}

/** Deployments that are under way at the same time. */
const ABREAST = 500;

/** Writes `events` events or a few more, interleaved as life is, straight into the table. */
export async function fill(url: string, events: number): Promise<History> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let position = 0;
  let bytes = 0;
  for (let first = 0; position < events; first += ABREAST) {
    const lives = Array.from({ length: ABREAST }, (_, i) => entriesOfLife(first + i));
    const entries = lives[0]!.flatMap((_, step) => lives.map((life) => life[step]!));
    await insert(client, entries, position);
    position += entries.length;
    bytes += entries.reduce((sum, entry) => sum + entry.bytes.length, 0);
  }
  await client.query('vacuum analyze log.event');
  await client.end();
  return { url, events: position, bytes: Math.round(bytes / position) };
}

const entriesOfLife = (n: number): Entry[] => entriesOf(`deployment-d-${n}`, 0, lifeOf(n), context, NOW);

async function insert(client: pg.Client, entries: readonly Entry[], after: number): Promise<void> {
  await client.query(
    `insert into log.event
     select $1 + n, stream, revision, type, entry
     from unnest($2::text[], $3::int[], $4::text[], $5::bytea[]) with ordinality as t(stream, revision, type, entry, n)`,
    [
      after,
      arrayOf.text(entries.map(({ stream }) => stream)),
      arrayOf.int(entries.map(({ revision }) => revision)),
      arrayOf.text(entries.map(({ type }) => type)),
      arrayOf.bytes(entries.map((entry) => entry.bytes)),
    ],
  );
}
