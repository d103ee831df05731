type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Bodies that no route can mean, made of a good one: what they are, their text, and the place to be named. */
export function unanswerable(body: object): readonly (readonly [string, string, string])[] {
  const inside = JSON.stringify(body).slice(1);
  return [
    ['not JSON', `{"a":`, ''],
    ['a list', '[]', ''],
    ['a text', '"a"', ''],
    ['null', 'null', ''],
    ['an unknown field', `{"colour":"red",${inside}`, '/colour'],
    ['an infinite number', `{"colour":1e999,${inside}`, '/colour'],
    ['a field into prototypes', `{"__proto__":{"a":1},${inside}`, '/__proto__'],
    ['half a character', `{"colour":"\\ud800",${inside}`, '/colour'],
    ['nesting without end', `{"colour":${'['.repeat(50_000)}${']'.repeat(50_000)},${inside}`, ''],
  ];
}

/** What is put in the place of a value, as JSON text. */
const INSTEAD = [
  'null',
  '-1',
  '1e308',
  '1e999',
  '""',
  '"\\u0000"',
  '"\\udc00"',
  '"9999-12-31T23:59:59Z"',
  '"2027-02-30T00:00:00Z"',
  '[]',
  '[[[[]]]]',
  JSON.stringify('x'.repeat(20_000)),
] as const;

/** The body with one value replaced, each value by each of the above, and each list by many of its first item. */
export function* hostile(body: object): Generator<{ place: string; texts: string[] }> {
  const many = (value: Json) =>
    Array.isArray(value) && value.length > 0
      ? JSON.stringify(Array.from({ length: 500 }, () => value[0]!))
      : 'null';
  for (const path of pathsIn(body as Json)) {
    const texts = INSTEAD.map((instead) => replaced(body as Json, path, () => instead));
    yield { place: `/${path.join('/')}`, texts: [...texts, replaced(body as Json, path, many)] };
  }
}

/** Where the values are; of a list the first one stands for the others. */
function pathsIn(value: Json, path: readonly string[] = []): (readonly string[])[] {
  const own = path.length === 0 ? [] : [path];
  if (Array.isArray(value))
    return [...own, ...value.slice(0, 1).flatMap((one) => pathsIn(one, [...path, '0']))];
  if (typeof value !== 'object' || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, one]) => pathsIn(one, [...path, key]))];
}

function replaced(value: Json, [key, ...rest]: readonly string[], by: (value: Json) => string): string {
  if (key === undefined) return by(value);
  const parts = Object.entries(value as object).map(([name, one]: [string, Json]) => {
    const text = name === key ? replaced(one, rest, by) : JSON.stringify(one);
    return Array.isArray(value) ? text : `${JSON.stringify(name)}:${text}`;
  });
  return Array.isArray(value) ? `[${parts.join()}]` : `{${parts.join()}}`;
}
