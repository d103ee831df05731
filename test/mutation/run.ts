import { parseArgs } from 'node:util';
import type { LogLevel } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { type Part, parts } from './parts.js';
import { print, rowOf, write } from './report.js';

const USAGE = `npm run mutation -- PART … [--only FILES] [--concurrency 1] [--write]
  PART             ${Object.keys(parts).join(', ')}
  --only globs     of the sources of the part only those, separated by commas; not to be written
  --concurrency n  how many mutants at once
  --write          keep the row in docs/mutation.md`;

/** Stryker's settings, the same for all parts. */
const settings = (name: string, { sources, specs }: Part, concurrency: number) => ({
  mutate: [...sources, '!**/*.spec.ts', '!**/*.controller.ts', '!**/test*.ts', '!**/example.ts'],
  testFiles: [...specs],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest' as const,
  plugins: ['@stryker-mutator/vitest-runner', `${import.meta.dirname}/documentation.mjs`],
  ignorers: ['documentation'],
  ignorePatterns: ['dist', 'data', 'coverage', '.slipway', 'docs', 'deploy'],
  concurrency,
  timeoutMS: 10_000,
  timeoutFactor: 3,
  reporters: ['json', 'clear-text'],
  jsonReporter: { fileName: `.stryker-tmp/${name}.json` },
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  tempDirName: `.stryker-tmp/${name}`,
  logLevel: 'warn' as LogLevel,
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
