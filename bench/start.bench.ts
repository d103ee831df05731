import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from './bench.js';
import { launch, type Launched } from './launched.js';
import { compete, type Figures, figure } from './round.js';
import { alone, beside, type LeftOut, type Row } from './row.js';

const ROOT = join(import.meta.dirname, '..');
/** How long a started program is left alone before its memory is read, in milliseconds. */
const IDLE = 3_000;

export const bench: Bench = {
  goal: 'P16',
  title: 'npm start to ready, the second time; memory when idle',
  meaning:
    '`npm start` compiles what changed, starts the embedded PostgreSQL and all four services. Beside it the same PostgreSQL and a Nest application with one route. Memory is that of all processes together, shared pages counted once.',
  async run({ folder, rounds, say }) {
    const env = {
      PORT: '0',
      SLIPWAY_DATA: join(folder, 'data'),
      NODE_ENV: 'development',
      npm_config_loglevel: 'silent',
    };
    const bareData = join(folder, 'bare');
    mkdirSync(bareData);
    const results = await compete(
      {
        npm: () => measured(() => launch('npm', ['--prefix', ROOT, 'start'], env)),
        slipway: () =>
          measured(() => launch(process.execPath, [join(ROOT, 'apps/slipway/bin/slipway.js'), 'start'], env)),
        bare: () => measured(() => launch(process.execPath, [join(ROOT, 'bench/bare.mjs'), bareData], {})),
      },
      rounds,
      say,
    );
    const bare = { what: 'bare PostgreSQL and bare Nest', values: figure(results.bare, 'time') };
    return [
      beside('`npm start` to ready', 'ms', figure(results.npm, 'time'), bare, { atMost: 2 }),
      beside('`slipway start` to ready', 'ms', figure(results.slipway, 'time'), bare),
      memory(results),
    ];
  },
};

async function measured(start: () => Promise<Launched>): Promise<Figures> {
  const program = await start();
  await pause(IDLE);
  const memory = program.memory();
  await program.stop();
  return { time: program.took, ...(memory !== undefined && { memory }) };
}

function memory(results: Record<'npm', readonly Figures[]>): Row | LeftOut {
  const what = 'memory when idle, all processes';
  if (results.npm.some(({ memory: mb }) => mb === undefined))
    return { what, leftOut: 'this system does not say what processes share' };
  return alone(what, 'MB', figure(results.npm, 'memory'), { atMost: 350 });
}
