import { expect, test } from 'vitest';
import { ServiceDatabase } from '#service/database';
import { built, change, live, said } from '../../../test/metrics/given.js';
import { logDatabase } from '../../../test/log.js';
import { rowAfter } from './deliveries.js';
import type { Fact } from './fact.js';
import { migrations } from './migrations.js';

test('rows written before commits were keys become what the projection would write now', async () => {
  const { url } = await logDatabase('migrations');
  const before = await new ServiceDatabase(url, 'metrics', migrations.slice(0, 4)).open();
  const told: readonly (readonly Fact[])[] = [
    [change('a', '2027-01-01T00:00:00Z', 'repository')],
    [built('v1', ['a', 'b']), built('v2', ['a']), built('v3', undefined)],
    [{ ...said('m', '2027-01-01T00:00:00Z'), kind: 'incidentMerged', incidentId: 'I', into: 'J' }],
    [live('d1', '2027-01-02T00:00:00Z', 'v1')],
  ];
  const rows = told.map((facts, i) => rowAfter(undefined, String(i), facts));
  const keysThen = [[], ['v1', 'v2', 'v3'], ['I'], ['d1', 'v1']];
  for (const [i, { id, services, facts }] of rows.entries())
    await before.query('insert into delivery (id, services, keys, facts) values ($1, $2, $3, $4)', [
      id,
      services,
      keysThen[i],
      JSON.stringify(facts),
    ]);
  await before.close();
  const after = await new ServiceDatabase(url, 'metrics', migrations).open();
  const found = await after.query<{ keys: string[]; commits: string[] }>(
    'select keys, commits from delivery order by id',
  );
  await after.close();
  const sets = ({
    keys,
    commits,
  }: {
    readonly keys: readonly string[];
    readonly commits: readonly string[];
  }) => ({
    keys: keys.toSorted(),
    commits: commits.toSorted(),
  });
  expect(found.map(sets)).toEqual(rows.map(sets));
});
