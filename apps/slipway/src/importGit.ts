import { parseArgs } from 'node:util';
import { client } from './client.js';
import { CommandError } from './commandError.js';
import { gitHistory } from './gitHistory.js';
import { conclude, emptySummary, type Line, send } from './importing.js';
import { progress } from './progress.js';

/** Reads the history of a local git repository as changes and releases. */
export async function importGit(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      tags: { type: 'string', multiple: true, default: [] },
      environment: { type: 'string', default: 'production' },
      service: { type: 'string' },
      'pre-releases': { type: 'boolean', default: false },
    },
  });
  const [repository, ...more] = positionals;
  if (repository === undefined || more.length > 0)
    throw new CommandError(
      'import git takes one path of a local repository, such as "slipway import git ../fastify".',
    );
  const server = await client('publisher');
  const { tags, environment, service, 'pre-releases': preReleases } = values;
  const history = await gitHistory({ repository, tags, environment, service, preReleases });
  for (const notice of history.notices) console.error(notice);
  console.log(`${history.commits} commits and ${history.releases} releases of ${history.service}`);
  const summary = emptySummary();
  const line = progress('importing', history.events);
  await send(server, lines(history), summary, ({ accepted, duplicates, rejected }) =>
    line.at(accepted + duplicates + rejected, `${accepted} new, ${duplicates} known`),
  );
  line.end();
  return conclude(server, summary);
}

function* lines(events: Iterable<object>): Generator<Line> {
  let number = 0;
  for (const event of events) yield { number: ++number, bytes: Buffer.from(JSON.stringify(event)) };
}
