import 'reflect-metadata';
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Bench, Context } from './bench.js';
import { fill, type History } from './history.js';
import { headingOf, inOrder, print, section, write } from './report.js';
import { type Server, startServer } from './server.js';

const USAGE = `npm run bench -- [goals or names] [--rounds 3] [--scale 0.1] [--write]
  goals or names  such as P1, append; all that need nothing special unless given
  --rounds n      rounds of each comparison, at least 3
  --scale x       1 for the full sizes, 0.1 to be done in five minutes
  --write         keep the tables in docs/performance.md`;

const GOAL = /^P\d+$/i;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Every bench of this folder, by the name of its file, in the order of their headings. */
async function discover(): Promise<(Bench & { name: string })[]> {
  const files = readdirSync(import.meta.dirname).filter((file) => /\.bench\.[jt]s$/.test(file));
  const found = files.map(async (file) => {
    const { bench } = (await import(`./${file}`)) as { bench: Bench };
    return { ...bench, name: file.replace(/\.bench\..*$/, '') };
  });
  return (await Promise.all(found)).toSorted((a, b) => inOrder(headingOf(a), headingOf(b)));
}

function chosen(all: (Bench & { name: string })[], names: readonly string[]): (Bench & { name: string })[] {
  if (names.length === 0) return all.filter(({ onlyByName }) => !onlyByName);
  return names.flatMap((name) => {
    const benches = all.filter((each) => each.name === name || each.goal === name.toUpperCase());
    if (benches.length > 0) return benches;
    const known = all.map((each) => [each.goal, each.name].filter(Boolean).join(' ')).join(', ');
    throw new Error(`There is no ${GOAL.test(name) ? 'goal' : 'bench'} ${name} here; there are ${known}.`);
  });
}

/** What a bench opened, closed in the other order. */
type Closing = (() => Promise<unknown>)[];

function contextOf(server: Server, rounds: number, scale: number, closing: Closing): Context {
  let history: Promise<History> | undefined;
  return {
    rounds,
    scale,
    folder: server.folder,
    database: () => server.database(),
    history: () => (history ??= server.database().then((url) => fill(url, 1_000_000 * scale))),
    use: (thing, close) => {
      closing.push(() => close(thing));
      return thing;
    },
    say: (line) => say(`  ${line}`),
  };
}

async function main(): Promise<void> {
  const options = {
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '0.1' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [rounds, scale] = [Number(values.rounds), Number(values.scale)];
  if (values.help || !(Number.isInteger(rounds) && rounds >= 3 && scale > 0 && scale <= 10)) {
    say(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const benches = chosen(await discover(), positionals);
  say('Starting a PostgreSQL of its own …');
  const server = await startServer();
  const end = () => void server.end().then(() => process.exit(130));
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    const closing: Closing = [];
    const context = contextOf(server, rounds, scale, closing);
    for (const bench of benches) {
      say(headingOf(bench));
      const rows = await closingAfter(closing, bench.run(context));
      print(section(bench, rows, { rounds, scale }));
      if (values.write) write(section(bench, rows, { rounds, scale }));
    }
  } finally {
    await server.end();
  }
}

async function closingAfter<T>(closing: Closing, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    for (const close of closing.splice(0).toReversed()) await close();
  }
}

await main();
