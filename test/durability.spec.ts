import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Event, PostgresEventStore, type Recorded, StoreUnavailable } from '#events';
import { type EmbeddedPostgres, startPostgres } from '#service/embedded.postgres';
import { prepareDatabase } from '#service/prepare';
import { type Gate, tcpGate } from './tcpGate.js';

const actor = { id: 'ana', kind: 'human' as const, roles: [] };
const happened = (command: string): Event => ({ type: 'FreezeLifted', version: 1, data: { command } });
const WRITERS = 24;
const KILLS = 3;

/** What a writer knows of its commands: stored at a position, or not known. */
type Journal = Map<string, number | 'unknown'>;

describe('PostgreSQL killed with -9 while commands are stored', () => {
  let dataDir: string;
  let server: EmbeddedPostgres;
  let gate: Gate;
  let store: PostgresEventStore;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'slipway-durability-'));
    chmodSync(dataDir, 0o755); // as root the server runs as another user, who must reach it
    server = await startPostgres({ dataDir });
    await prepareDatabase(server.url);
    gate = await tcpGate(server.port);
    const url = Object.assign(new URL(server.url), { port: `${gate.port}` }).href;
    store = new PostgresEventStore({ url });
  });

  afterAll(async () => {
    await store?.close();
    await gate?.close();
    await server?.stop();
    for (const folder of [dataDir, server?.dataDir ?? dataDir])
      rmSync(folder, { recursive: true, force: true });
  });

  const append = (command: string) =>
    store.append(`freeze-${command}`, 0, [happened(command), happened(command)], {
      actor,
      commandId: command,
    });

  /** Appends command after command until the server is gone. */
  async function write(writer: number, round: number, journal: Journal, stored: () => void): Promise<void> {
    for (let i = 0; ; i++) {
      const command = `${round}/${writer}/${i}`;
      try {
        const { position } = await append(command);
        journal.set(command, position);
        stored();
      } catch (error) {
        expect(error).toBeInstanceOf(StoreUnavailable);
        journal.set(command, 'unknown');
        return;
      }
    }
  }

  /** Lets all writers write, kills the server in their midst, and brings it back behind the same door. */
  async function round(number: number, journal: Journal): Promise<void> {
    let stored = 0;
    let kill = () => {};
    const enough = new Promise<void>((resolve) => (kill = resolve));
    const writers = Array.from({ length: WRITERS }, (_, writer) =>
      write(writer, number, journal, () => ++stored > 300 + 100 * number && kill()),
    );
    await enough;
    server.kill();
    await Promise.all(writers);
    await server.exited;
    server = await startPostgres({ dataDir });
    gate.lead(server.port);
  }

  /** Everything stored, by command; positions have no gap. */
  async function everything(): Promise<Map<string, Recorded[]>> {
    const found = new Map<string, Recorded[]>();
    let last = 0;
    for await (const { events } of store.batches({ after: 0, live: false }))
      for (const event of events) {
        expect(event.position).toBe(++last);
        const command = event.data['command'] as string;
        found.set(command, [...(found.get(command) ?? []), event]);
      }
    return found;
  }

  test(
    'keeps every acknowledged command exactly once, and unknown ones whole or not at all',
    { timeout: 120_000 },
    async () => {
      const journal: Journal = new Map();
      for (let number = 0; number < KILLS; number++) await round(number, journal);
      // The same store goes on by itself.
      const found = await everything();
      const unknown: string[] = [];
      for (const [command, position] of journal) {
        const positions = (found.get(command) ?? []).map((event) => event.position);
        if (position !== 'unknown') expect(positions).toEqual([position - 1, position]);
        else {
          unknown.push(command);
          expect([0, 2]).toContain(positions.length);
        }
      }
      expect([...found.keys()].filter((command) => !journal.has(command))).toEqual([]);
      expect(unknown).toHaveLength(KILLS * WRITERS);

      await Promise.allSettled(unknown.map((command) => append(command)));
      const after = await everything();
      for (const command of journal.keys()) expect(after.get(command)).toHaveLength(2);
      for (const [command, events] of found) expect(after.get(command)).toEqual(events);
    },
  );
});
