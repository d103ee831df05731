#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../../../dist/apps/slipway/src/cli.js', import.meta.url);
if (!existsSync(built)) {
  console.error('Slipway is not built yet: run "npm run build" first.');
  process.exit(1);
}
const { main } = await import(built.href);
process.exitCode = await main(process.argv.slice(2));
