import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Started } from '#service/run';
import { services } from './services.js';

/** Runs everything in this process until it is told to stop. */
export async function start(): Promise<number> {
  process.env['LOG_LEVEL'] ||= 'warn';
  const first = !existsSync(join(process.env['SLIPWAY_DATA'] || 'data', 'ledger.key'));
  if (process.stdout.isTTY) process.stdout.write('Starting …\r');
  await run(services, (started) => console.log(banner(started, first)));
  return 0;
}

/** What is where, and what to try next. */
function banner({ running: { url }, config, database, dataDir }: Started, first: boolean): string {
  const data = dataDir
    ? `${config.SLIPWAY_DATA} (database in ${dataDir})`
    : `${config.SLIPWAY_DATA}, ${database}`;
  const token = config.developmentIssuer
    ? 'npx slipway token --as alice --role developer'
    : `from ${config.oidc?.issuer}`;
  return `Slipway is ready.

  API        ${url}/v1
  OpenAPI    ${url}/docs (a page), ${url}/openapi.json
  Health     ${url}/health/ready
  Metrics    ${url}/metrics
  Data       ${data}
  Token      ${token}

${first ? 'Try next, in another terminal:' : 'Try, in another terminal:'}

  npx slipway import git PATH-OF-A-REPOSITORY --tags 'v*' --environment production
  npx slipway dora --service NAME --from 2025-01-01 --to 2026-01-01
  npx slipway help

Ctrl-C stops it; the data stay.`;
}
