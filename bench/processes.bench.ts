import { PostgresEventStore } from '#events';
import { type Appended, appendTo } from './appending.js';
import type { Bench } from './bench.js';
import { child } from './child.js';
import { compete, type Figures, figure } from './round.js';
import { alone, beside } from './row.js';

const PROCESSES = 4;

export const bench: Bench = {
  goal: 'P3',
  title: 'append, four processes at once',
  meaning:
    'Four processes of 64 writers each share one log: they wait for one another at the lock that keeps positions contiguous, and none may starve.',
  async run(context) {
    const url = await context.database();
    const store = context.use(new PostgresEventStore({ url }), (it) => it.close());
    let go = 0;
    const results = await compete(
      {
        four: (warm) => four(url, `go${++go}`, warm ? 1 : 2),
        one: async (warm) => {
          const { rate } = await appendTo(store, { name: `go${++go}`, writers: 256, seconds: warm ? 1 : 2 });
          return { rate };
        },
      },
      context.rounds,
      context.say,
    );
    const one = { what: 'one process, 256 writers', values: figure(results.one, 'rate') };
    return [
      beside('append, in sum', 'events/s', figure(results.four, 'rate'), one, { atLeast: 0.7 }),
      alone('slowest process beside the fastest', '×', figure(results.four, 'fairness'), { atLeast: 0.5 }),
      alone('until acknowledged, p99 of the slowest', 'ms', figure(results.four, 'p99')),
    ];
  },
};

async function four(url: string, name: string, seconds: number): Promise<Figures> {
  const children = Array.from({ length: PROCESSES }, (_, i) =>
    child<null, Appended>('appender.ts', { url, load: { name: `${name}p${i}`, writers: 64, seconds } }),
  );
  await Promise.all(children.map(({ ready }) => ready));
  for (const { go } of children) go();
  const answers = await Promise.all(children.map(({ answer }) => answer));
  const rates = answers.map(({ rate }) => rate);
  return {
    rate: rates.reduce((sum, rate) => sum + rate, 0),
    fairness: Math.min(...rates) / Math.max(...rates),
    p99: Math.max(...answers.map(({ p99 }) => p99)),
  };
}
