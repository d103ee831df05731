import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { z } from 'zod';
import { contracts, type EventContract } from '#events';

/**
 * Writes down how each event looks in the version that is current now, one file a type and version. What is once written
 * stays: such events may stand in somebody's log, and must be read for ever. Run after a contract was added or got a new
 * version: `node --import @oxc-node/core/register --conditions=source test/history/write.ts`.
 */

/** How events of one version were written: with every optional field, and with none. */
export interface Written {
  readonly type: string;
  readonly version: number;
  readonly full: Record<string, unknown>;
  readonly least: Record<string, unknown>;
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

export const fileOf = (type: string, version: number): string =>
  fileURLToPath(new URL(`${type}.v${version}.json`, import.meta.url));

export const readWritten = (type: string, version: number): Written =>
  JSON.parse(readFileSync(fileOf(type, version), 'utf8')) as Written;

function writtenNow({ type, version, schema }: EventContract): Written {
  const root = z.toJSONSchema(schema, { io: 'input' });
  const example = (all: boolean) => exampleOf(root, type, all, root) as Record<string, unknown>;
  return { type, version, full: example(true), least: example(false) };
}

/** A value that a schema takes; `name` is the field's, so that a reader sees what stands where. */
function exampleOf(schema: JsonSchema, name: string, all: boolean, root: JsonSchema): unknown {
  const inner = (of: unknown, as = name) => exampleOf(of as JsonSchema, as, all, root);
  if (schema.$ref) return inner(root.$defs![schema.$ref.split('/').at(-1)!]);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return inner(choice[0]);
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {});
      const wanted = fields.filter(([field]) => all || schema.required?.includes(field));
      return Object.fromEntries(wanted.map(([field, of]) => [field, inner(of, field)]));
    }
    case 'array':
      return schema.minItems || all ? [inner(schema.items)] : [];
    case 'string':
      return textOf(schema, name);
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return all;
    default:
      return `any ${name}`;
  }
}

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const TEXTS = [
  '2027-03-28T01:00:00Z',
  `sha256:${'0123456789abcdef'.repeat(4)}`,
  COMMIT,
  'checkout',
  '1.0.0',
  '1',
];

function textOf({ pattern, format }: JsonSchema, name: string): string {
  if (format === 'uuid') return '01a1fc75-df93-7ee9-aa7e-a7575cb9eefb';
  if (format === 'date') return '2027-03-28';
  if (!pattern) return format === 'date-time' ? TEXTS[0]! : `some ${name}`;
  const text = TEXTS.find((each) => new RegExp(pattern, 'u').test(each));
  if (text === undefined) throw new Error(`No example is known of ${name}, which must match ${pattern}.`);
  return text;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const contract of contracts.values()) {
    const file = fileOf(contract.type, contract.version);
    if (existsSync(file)) continue;
    const text = await format(JSON.stringify(writtenNow(contract)), { parser: 'json', printWidth: 110 });
    writeFileSync(file, text, { flag: 'wx' });
    console.log(`${contract.type} version ${contract.version} is written down.`);
  }
