import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { contracts, decode, MAX_ENTRY, ownerOf, serviceNames, topics } from '#events';
import { canonical } from '#json';
import { readWritten } from './history/write.js';

const all = [...contracts.values()];
const written = readdirSync(new URL('history/', import.meta.url))
  .filter((name) => name.endsWith('.json'))
  .map((name) => /^(\w+)\.v(\d+)\.json$/.exec(name)!)
  .map(([, type, version]) => ({ type: type!, version: Number(version) }));

describe('an event once written', () => {
  test.each(written)('is read today: $type version $version', ({ type, version }) => {
    const contract = contracts.get(type)!;
    const { full, least, ...told } = readWritten(type, version);
    expect(told).toEqual({ type, version });
    for (const data of [full, least]) {
      const read = decode(contract, { type, version, data });
      expect(read.version).toBe(contract.version);
      if (version === contract.version) expect(JSON.parse(canonical(read.data))).toEqual(data);
    }
  });

  test('is written down in every version it ever had; if not, run test/history/write.ts', () => {
    const expected = all.flatMap(({ type, version }) =>
      Array.from({ length: version }, (_, i) => `${type} ${i + 1}`),
    );
    expect(new Set(written.map(({ type, version }) => `${type} ${version}`))).toEqual(new Set(expected));
  });
});

describe('a contract', () => {
  test.each(all)('consists of what JSON has: $type', ({ schema }) => {
    const json = z.toJSONSchema(schema, { io: 'input' });
    expect(json).toMatchObject({ type: 'object', properties: expect.any(Object) });
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });

  test('belongs to exactly one service', () => {
    const counted = serviceNames.flatMap((service) => topics[service].map(({ type }) => ({ type, service })));
    expect(counted).toHaveLength(contracts.size);
    for (const { type, service } of counted) expect(ownerOf(type)).toBe(service);
  });

  test('describes events that the log can take', () => {
    for (const { type, version } of written)
      expect(Buffer.byteLength(canonical(readWritten(type, version).full))).toBeLessThan(MAX_ENTRY / 2);
  });
});
