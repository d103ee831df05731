import { describe, expect, test } from 'vitest';
import { type Demand, serve } from './matching.js';

/** A step with rights written `holder` or `holder:caster,caster`. */
const demand = (step: string, quorum: number, rights: string, distinct = true): Demand => ({
  step,
  quorum,
  distinct,
  rights: rights
    .split(' ')
    .filter(Boolean)
    .map((right) => {
      const [holder, casters] = right.split(':') as [string, string?];
      return { holder, casters: casters?.split(',') ?? [holder] };
    }),
});
const served = (...demands: Demand[]) => {
  const { complete, persons } = serve(demands);
  return [complete, Object.fromEntries(persons)];
};

describe('persons serve steps', () => {
  test('as many as are needed, and no more', () => {
    expect(served()).toEqual([true, {}]);
    expect(served(demand('s', 2, ''))).toEqual([false, { s: [] }]);
    expect(served(demand('s', 2, 'ana'))).toEqual([false, { s: ['ana'] }]);
    expect(served(demand('s', 2, 'ana ben'))).toEqual([true, { s: ['ana', 'ben'] }]);
    expect(serve([demand('s', 2, 'ana ben cleo')]).persons.get('s')).toHaveLength(2);
  });

  test('one distinct step only, but as many others as they like', () => {
    const both = (distinct: boolean) =>
      served(demand('s', 1, 'ana', distinct), demand('t', 1, 'ana', distinct));
    expect(both(true)).toEqual([false, { s: ['ana'], t: [] }]);
    expect(both(false)).toEqual([true, { s: ['ana'], t: ['ana'] }]);
    expect(served(demand('s', 1, 'ana'), demand('t', 1, 'ana', false))).toEqual([
      true,
      { s: ['ana'], t: ['ana'] },
    ]);
    expect(served(demand('s', 1, 'ana', false), demand('t', 1, 'ana'), demand('u', 1, 'ana'))).toEqual([
      false,
      { s: ['ana'], t: ['ana'], u: [] },
    ]);
  });

  test('with one right each, and each right once', () => {
    expect(served(demand('s', 2, 'ana:ana,dee'))[0]).toBe(false);
    expect(served(demand('s', 2, 'ana:dee ben:dee'))[0]).toBe(false);
    expect(served(demand('s', 2, 'ana:ana,dee ben:dee'))).toEqual([true, { s: ['ana', 'dee'] }]);
    expect(served(demand('s', 2, 'ana:ana,dee ben:dee', false))).toEqual([true, { s: ['ana', 'dee'] }]);
    expect(served(demand('s', 1, 'ana:dee'), demand('t', 1, 'ana:fay'))).toEqual([
      true,
      { s: ['dee'], t: ['fay'] },
    ]);
  });

  test('in the order given where not all can be served', () =>
    expect(served(demand('s', 2, 'ana ben'), demand('t', 2, 'ana ben cleo'))).toEqual([
      false,
      { s: ['ana', 'ben'], t: ['cleo'] },
    ]));
});

test('a person makes room for another, and takes another right for it', () => {
  for (const rights of ['ben:ben,eve dee:dee,eve', 'dee:eve,dee ben:eve,ben']) {
    const { complete, persons } = serve([demand('s', 2, rights), demand('t', 1, 'dee')]);
    expect([complete, persons.get('s')!.toSorted(), persons.get('t')]).toEqual([
      true,
      ['ben', 'eve'],
      ['dee'],
    ]);
  }
});
