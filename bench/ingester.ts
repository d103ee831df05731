import { createHash } from 'node:crypto';
import pg from 'pg';
import { entryOf, ExternalFactAccepted, ndjsonBatches, PostgresEventStore } from '#events';
import { arrayOf } from '../libs/events/src/binary.js';
import { ingestLines } from '../apps/metrics/src/ingestStream.js';
import { facts, publisher, sample } from './cdevents.js';
import { answering } from './child.js';
import { context as by, NOW } from './facts.js';

/** What is to be stored, and whether as facts that others state or as rows that stand ready. */
interface Task {
  readonly url: string;
  readonly name: string;
  readonly lines: number;
  readonly ready: boolean;
}

const ROWS = 500;

/** Lines a second, and the most memory that the process took, in MB. */
async function measured(lines: number, work: () => Promise<unknown>): Promise<object> {
  const began = performance.now();
  const { user, system } = process.cpuUsage();
  await work();
  const rate = (lines * 1_000) / (performance.now() - began);
  const cpu = process.cpuUsage({ user, system });
  return {
    rate,
    cpu: (cpu.user + cpu.system) / lines,
    memory: process.resourceUsage().maxRSS / 1_024,
  };
}

async function ingest(store: PostgresEventStore, { name, lines }: Task): Promise<void> {
  const batches = ndjsonBatches(facts(name, lines), { maxLineBytes: 65_536 });
  const receipt = await ingestLines({ store, actor: publisher }, batches, () => NOW);
  if (receipt.accepted !== lines) throw new Error(`Of ${lines} facts ${receipt.accepted} were accepted.`);
}

/** Rows as the log has them: the text of one event, and a stream of its own for each, encoded beforehand. */
function readyRows({ name, lines }: Task): { entries: Buffer; streams: Buffer[] } {
  const said = { source: '/git/example/web', sourceEventId: 'ready', factType: 'merged', backfill: false };
  const { bytes } = entryOf('external-0', 1, ExternalFactAccepted({ ...said, cdevent: sample() }), by, NOW);
  const digest = (row: number) => createHash('sha256').update(`${name}${row}`).digest('base64url');
  const many = <T>(of: (i: number) => T) => Array.from({ length: ROWS }, (_, i) => of(i));
  const streams = Array.from({ length: lines / ROWS }, (_, batch) =>
    arrayOf.text(many((i) => `external-${digest(batch * ROWS + i)}`)),
  );
  return { entries: arrayOf.bytes(many(() => bytes)), streams };
}

/** Sends them, the next statement before the answer to the one before. */
async function insertReady(
  client: pg.Client,
  { entries, streams }: ReturnType<typeof readyRows>,
): Promise<void> {
  const text = `insert into peer_event (stream, revision, type, entry)
    select stream, 1, 'ExternalFactAccepted', entry from unnest($1::text[], $2::bytea[]) as t(stream, entry)`;
  let sent: Promise<unknown> = Promise.resolve();
  for (const names of streams) {
    const next = client.query({ name: 'rows', text, values: [names, entries] });
    await sent;
    sent = next;
  }
  await sent;
}

await answering(async (task: Task) => {
  if (task.ready) {
    const client = new pg.Client({ connectionString: task.url, pipeline: true } as pg.ClientConfig);
    await client.connect();
    const rows = readyRows(task);
    return { work: () => measured(task.lines, () => insertReady(client, rows)) };
  }
  const store = new PostgresEventStore({ url: task.url });
  await ingest(store, { ...task, name: `${task.name}w`, lines: 2_000 });
  return { work: () => measured(task.lines, () => ingest(store, task)) };
});
