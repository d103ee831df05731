import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { type Part, parts } from './parts.js';
import { print, rowOf, write } from './report.js';

const USAGE = `npm run mutation -- PART … [--only FILE,FILE] [--concurrency 1] [--write]
  PART             ${Object.keys(parts).join(', ')}
  --only files     of the sources of the part only these; not to be written
  --concurrency n  how many mutants at once
  --write          keep the row in docs/mutation.md`;

/** The files of a pattern: a file, or all of a folder that end alike. */
function filesOf(pattern: string): string[] {
  const [folder, rest] = pattern.split('/**/*');
  if (!existsSync(folder!)) return [];
  if (rest === undefined) return [pattern];
  const names = readdirSync(folder!, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith(rest),
  );
  return names.map((name) => `${folder}/${name}`).toSorted();
}

const preloaded = ['@oxc-node/core/register', `${import.meta.dirname}/register.mjs`].flatMap((module) => [
  '--import',
  module,
]);

/** Never mutated: specs and what exists for them, and what specs through real HTTP cover. */
const LEFT_OUT = ['*.spec.ts', 'test*.ts', 'example.ts', '*.controller.ts', 'answer.ts', '*Answer.ts'];

/** Stryker's settings, the same for all parts. */
const settings = (name: string, { sources, specs }: Part, concurrency: number) => ({
  mutate: [...sources, ...LEFT_OUT.map((pattern) => `!**/${pattern}`)],
  testFiles: specs.flatMap(filesOf),
  testRunner: 'resident',
  testRunnerNodeArgs: ['--conditions=source', ...preloaded],
  coverageAnalysis: 'perTest' as const,
  disableTypeChecks: false,
  plugins: ['resident.ts', 'documentation.mjs'].map((file) => `${import.meta.dirname}/${file}`),
  ignorers: ['documentation'],
  ignorePatterns: ['.stryker-tmp', 'dist', 'data', 'coverage', '.slipway', 'docs', 'deploy'],
  concurrency,
  timeoutMS: 5_000,
  timeoutFactor: 2,
  reporters: ['json', 'clear-text', 'progress-append-only'],
  jsonReporter: { fileName: `.stryker-tmp/${name}.json` },
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  tempDirName: `.stryker-tmp/${name}`,
});

async function main(): Promise<void> {
  const options = {
    only: { type: 'string' },
    concurrency: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
  if (positionals.length === 0 || unknown.length > 0 || (values.only && values.write)) {
    process.stderr.write(`${unknown.map((name) => `There is no part ${name}.\n`).join('')}${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  for (const name of positionals) {
    const part = parts[name]!;
    const chosen = values.only ? { ...part, sources: values.only.split(',') } : part;
    await new Stryker(settings(name, chosen, Number(values.concurrency))).runMutationTest();
    const row = rowOf(name, `.stryker-tmp/${name}.json`);
    print(row);
    if (values.write) write(row);
  }
}

await main();
