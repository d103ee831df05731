import { describe, expect, test } from 'vitest';
import { parseCheckpoint, parseProof } from './checkpoint.js';
import { EMPTY_ROOT } from './merkle.js';
import { parseKey, parseNote } from './note.js';
import { consistencySpans, inclusionSpans, verifyConsistency, verifyInclusion } from './proof.js';
import { header, policy, verify, wholeExport } from './testLedger.js';
import { codeOf } from './testRefusal.js';
import { decodeBundle, parsePath } from './tiles.js';
import { extendsLog, includes, Unusable } from './verify.js';
import { parseRequest } from './witness.js';

/** Input that is made to be answered wrongly, late or never. */

const MILLION = 1_000_000;
const many = Array<Buffer>(MILLION).fill(EMPTY_ROOT);
const line = `${EMPTY_ROOT.toString('base64')}\n`;

describe('numbers that are no sizes', () => {
  const wrong = [-1, 0.5, NaN, Infinity, -Infinity, 2 ** 53, 2 ** 64];

  test.each(wrong)('%d is no index, no size, and proves nothing', (number) => {
    const claim = { index: 0, size: 1, leaf: EMPTY_ROOT, root: EMPTY_ROOT, proof: [] };
    expect(verifyInclusion(claim)).toBe(true);
    expect(verifyInclusion({ ...claim, index: number })).toBe(false);
    expect(verifyInclusion({ ...claim, size: number })).toBe(false);
    expect(codeOf(() => inclusionSpans(number, 2))).toBe('NO_SUCH_LEAF');
    expect(codeOf(() => inclusionSpans(0, number))).toBe('NO_SUCH_LEAF');
    expect(codeOf(() => consistencySpans(number, 2))).toBe('NO_SUCH_TREE');
    expect(codeOf(() => consistencySpans(1, number))).toBe('NO_SUCH_TREE');
    const growth = { from: 1, to: 1, fromRoot: EMPTY_ROOT, toRoot: EMPTY_ROOT, proof: [] };
    expect(verifyConsistency(growth)).toBe(true);
    expect(verifyConsistency({ ...growth, from: number })).toBe(false);
    expect(verifyConsistency({ ...growth, to: number })).toBe(false);
    expect(verifyConsistency({ ...growth, from: number, to: number })).toBe(false);
  });

  test.each([
    '+1',
    '-1',
    '-0',
    '01',
    '00',
    '1e3',
    '0x10',
    '1.0',
    ' 1',
    '1 ',
    '1\r',
    '9007199254740992',
    '１',
    '',
  ])('%j is no size in any format', (digits) => {
    expect(codeOf(() => parseCheckpoint(`o\n${digits}\n${line}`))).toBe('CHECKPOINT_MALFORMED');
    expect(codeOf(() => parseProof(`c2sp.org/tlog-proof@v1\nindex ${digits}\n\nnote\n`))).toBe(
      'CHECKPOINT_MALFORMED',
    );
    expect(codeOf(() => parseRequest(`old ${digits}\n\nnote\n`))).toBe('CHECKPOINT_MALFORMED');
  });

  test('the last size that a number holds is one', () => {
    const last = Number.MAX_SAFE_INTEGER;
    expect(parseCheckpoint(`o\n${last}\n${line}`).size).toBe(last);
    expect(inclusionSpans(last - 1, last)).toHaveLength(52);
    expect(inclusionSpans(0, last)).toHaveLength(53);
    expect(codeOf(() => inclusionSpans(last, last))).toBe('NO_SUCH_LEAF');
  });
});

describe('a million of something', () => {
  test('hashes prove nothing', () => {
    expect(verifyInclusion({ index: 0, size: 2, leaf: EMPTY_ROOT, root: EMPTY_ROOT, proof: many })).toBe(
      false,
    );
    expect(includes({ index: 0, size: 2, leaf: EMPTY_ROOT, root: EMPTY_ROOT, proof: many })).toBe(false);
    const [first, second] = [
      { size: 1, root: EMPTY_ROOT },
      { size: 2, root: EMPTY_ROOT },
    ];
    expect(
      verifyConsistency({ from: 1, to: 2, fromRoot: first.root, toRoot: second.root, proof: many }),
    ).toBe(false);
    expect(extendsLog(first, second, many)).toBe(false);
    expect(codeOf(() => parseProof(`c2sp.org/tlog-proof@v1\nindex 0\n${line.repeat(MILLION)}\nnote\n`))).toBe(
      'PROOF_MALFORMED',
    );
    expect(codeOf(() => parseRequest(`old 0\n${line.repeat(MILLION)}\nnote\n`))).toBe('REQUEST_MALFORMED');
  });

  test('lines or signatures make no note', () => {
    expect(codeOf(() => parseNote('\n'.repeat(MILLION)))).toBe('NOTE_MALFORMED');
    expect(codeOf(() => parseNote(`a\n\n${'— a AAAAAAAA\n'.repeat(MILLION)}`))).toBe('NOTE_MALFORMED');
    expect(codeOf(() => parseNote(`a\n\n${'— a AAAAAAAA\n'.repeat(50_000)}`))).toBe(
      'NOTE_TOO_MANY_SIGNATURES',
    );
    expect(codeOf(() => parseNote(`a\n\n— ${'a'.repeat(900_000)}\n`))).toBe('NOTE_MALFORMED');
    expect(codeOf(() => parseNote(`a\n\n— a ${'A'.repeat(900_000)}B=\n`))).toBe('NOTE_MALFORMED');
  });

  test('characters make no key, no path and no checkpoint', () => {
    const long = 'a'.repeat(MILLION);
    for (const vkey of [long, `${long}+00000000+AQ==`, `a+00000000+${long}`, '+'.repeat(MILLION)])
      expect(codeOf(() => parseKey(vkey))).toMatch(/^KEY_/);
    for (const path of [long, `tile/0/${'x000/'.repeat(MILLION)}000`, `tile/0/${'0'.repeat(MILLION)}`])
      expect(parsePath(path)).toBe(undefined);
    expect(codeOf(() => parseCheckpoint(`o\n${'1'.repeat(MILLION)}\n${line}`))).toBe('CHECKPOINT_MALFORMED');
    expect(codeOf(() => parseCheckpoint('o\n'.repeat(MILLION)))).toBe('CHECKPOINT_MALFORMED');
    expect(codeOf(() => decodeBundle(Buffer.alloc(MILLION)))).toBe('BUNDLE_MALFORMED');
  });
});

describe('an export that is made to mislead', () => {
  const entries = [Buffer.from('{}')];

  test.each<[string, string]>([
    ['a size no number holds', header(entries).replace('"size":1', '"size":9007199254740992')],
    ['a size in an exponent that is none', header(entries).replace('"size":1', '"size":1e400')],
    ['half a size', header(entries).replace('"size":1', '"size":0.5')],
    ['no size', header(entries).replace('"size":1', '"size":null')],
    ['a header that is a list', `[${header(entries).trim()}]\n`],
    ['a header without end', `${'['.repeat(MILLION)}\n`],
  ])('by %s cannot be used', (_, text) => expect(verify([text])).rejects.toThrow(Unusable));

  test('by lines that are no entries is not verified', async () => {
    const [first] = wholeExport(entries);
    for (const text of [
      'null\n',
      '[]\n',
      '{"index":1e400,"entry":""}\n',
      `${'['.repeat(MILLION)}\n`,
      '\r\n',
    ]) {
      const { verified, problems } = await verify([first!, text]);
      expect([verified, problems[0]?.check]).toEqual([false, 'record']);
    }
  });

  test('by entries nested without end is told so', async () => {
    for (const deep of [
      '['.repeat(30_000),
      `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      '{"a":'.repeat(10_000),
    ]) {
      const { problems } = await verify(wholeExport([Buffer.from(deep)]));
      expect(problems[0]).toMatchObject({ check: 'record', index: 0 });
    }
  });

  test('by a name of JavaScript in the policy is held against the policy alone', async () => {
    const named = { ...policy, origin: '__proto__' };
    const { verified, problems } = await verify(wholeExport(entries), { policy: named });
    expect([verified, problems[0]?.check]).toEqual([false, 'policy']);
  });

  test('by an entry that is longer than any may be is not verified, and still hashed', async () => {
    const { problems } = await verify(wholeExport([Buffer.alloc(65_536, 0x20)]));
    expect(problems.map(({ check }) => check)).toEqual(['record']);
  });
});
