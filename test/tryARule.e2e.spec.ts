import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documented } from './support/documented.js';
import { hostile, unanswerable } from './support/hostile.js';
import { type Slipway, type Someone, startSlipway } from './support/slipway.js';

/** The calls of docs/try-a-rule.md, with what it says that they answer. All answers are as the OpenAPI document says. */
const page = readFileSync(new URL('../docs/try-a-rule.md', import.meta.url), 'utf8');
const calls = [...page.matchAll(/^try (\S+) '([^']*)'\n# (.*)$/gm)].map(([, path, body, answer]) => ({
  path: `/v1/${path}`,
  body: JSON.parse(body!) as Record<string, unknown>,
  answer: JSON.parse(answer!) as object,
}));

let slipway: Slipway;
let paula: Someone;

beforeAll(async () => {
  slipway = await startSlipway();
  paula = await documented(slipway.url, await slipway.as('paula', 'auditor'));
});
afterAll(() => slipway.close());

const head = () => slipway.running.platform.store.head();

describe('docs/try-a-rule.md', () => {
  test('has a call for every one of its blocks', () => {
    expect(calls.length).toBe(page.match(/^try \S+ '/gm)!.length);
    expect(calls.length).toBeGreaterThan(10);
  });

  test.each(calls)('$path answers as the page says, and stores nothing', async ({ path, body, answer }) => {
    const before = await head();
    const { status, body: told } = await paula('POST', path, body);
    expect([status, told]).toEqual([200, expect.anything()]);
    expect(told).toMatchObject(answer);
    expect(await head()).toBe(before);
  });
});

describe('a hostile body', () => {
  test.each(calls)('of $path is refused by name as a whole', async ({ path, body }) => {
    for (const [what, text, pointer] of unanswerable(body)) {
      const { status, body: problem } = await paula('POST', path, text);
      expect([what, status, problem.type]).toEqual([what, 400, 'urn:slipway:problem:malformed']);
      expect([what, problem.errors[0].pointer]).toEqual([what, pointer]);
    }
  });

  test.each(calls)(
    'of $path is answered or refused by name, field by field',
    { timeout: 60_000 },
    async ({ path, body }) => {
      const before = await head();
      for (const { place, texts } of hostile(body)) {
        const answers = await Promise.all(texts.map((text) => paula('POST', path, text)));
        for (const [i, { status, body: told }] of answers.entries()) {
          const asked = `${place} in ${texts[i]!.slice(0, 1_000)}`;
          expect([asked, status]).toEqual([asked, expect.toBeOneOf([200, 400, 422])]);
          if (status !== 200) expect([asked, told.errors ?? told.violations]).toEqual([asked, named]);
        }
      }
      expect(await head()).toBe(before);
    },
  );
});

/** Every fault says what is wrong where. */
const named = expect.toSatisfy(
  (faults: { pointer?: string; rule?: string; detail?: string; code?: string; message?: string }[]) =>
    faults.length > 0 &&
    faults.every(
      ({ pointer, rule, detail, code, message }) =>
        (typeof pointer === 'string' && rule && detail) || (code && message),
    ),
);
