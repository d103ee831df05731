import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonical, canonicalBytes, parseStrict } from '#json';
import { leafHash } from './merkle.js';
import { formatKey, noteSigner } from './note.js';
import { verifyConsistency, verifyInclusion } from './proof.js';
import {
  begin,
  checksOf,
  consistency,
  deploymentStory,
  head,
  header,
  inclusion,
  log,
  now,
  origin,
  partialExport,
  policy,
  recorded,
  stored,
  verify,
  wholeExport,
  witnessed,
  witnesses,
} from './testLedger.js';
import { Unusable, extendsLog, includes, linesOf, recordIn, verifyExport } from './verify.js';

const stories = Array.from({ length: 5 }, (_, i) => deploymentStory(`d${i}`));
const entries = stored(recorded(stories.flat()));
const filler = (size: number) =>
  stored(
    recorded(Array.from({ length: size }, (_, i) => ({ type: 'Noted', stream: `s${i % 7}`, data: { i } }))),
  );

describe('an honest ledger', () => {
  test('is verified, every start decided again', async () => {
    const verdict = await verify(wholeExport(entries, { leaves: true }));
    expect(verdict).toEqual({
      verified: true,
      problems: [],
      count: 0,
      origin,
      size: entries.length,
      entries: entries.length,
      starts: 5,
      whole: true,
    });
    expect(linesOf(verdict)).toEqual([
      'verified: 40 of 40 entries of slipway.example/ledger, 5 starts decided again',
    ]);
  });

  test('is verified at every size, with every smaller head signed before, however its bytes are cut', async () => {
    for (let size = 1; size <= 40; size++) {
      const some = entries.slice(0, size);
      const earlier = Array.from({ length: size }, (_, i) => ({ checkpoint: head(some, i + 1) }));
      const bytes = Buffer.from(wholeExport(some, { earlier }).join(''));
      const pieces = Array.from({ length: Math.ceil(bytes.length / 1_000) }, (_, i) =>
        bytes.subarray(i * 1_000, (i + 1) * 1_000),
      );
      expect(await verifyExport(pieces, { now, policy })).toMatchObject({ verified: true, entries: size });
    }
  });

  test('is verified entry by entry, with a proof for each and for each head signed before', async () => {
    const earlier = [7, 16, 40].map((size) => ({
      checkpoint: head(entries, size),
      proof: consistency(entries, size),
    }));
    const verdict = await verify(partialExport(entries, [0, 5, 17, 39], { earlier }));
    expect(verdict).toMatchObject({ verified: true, entries: 4, size: 40, starts: 0, whole: false });
  });

  test('is verified under cosignatures of enough witnesses, fresh enough', async () => {
    const signed = head(entries, entries.length, witnesses.slice(0, 2), new Date(now.getTime() - 3_600_000));
    expect(await checksOf(wholeExport(entries, { checkpoint: signed }), { policy: witnessed })).toEqual([]);
  });

  test('raises no alarm over 1,000 generated logs', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        async (kinds, cut) => {
          const said = kinds.flatMap((deployed, i) =>
            deployed
              ? deploymentStory(`d${i}`)
              : [{ type: 'Noted', stream: `s${i}`, data: { i, text: '€ "\n' } }],
          );
          const some = stored(recorded(said));
          const size = 1 + (cut % some.length);
          const lines = wholeExport(some, { earlier: [{ checkpoint: head(some, size) }] });
          expect(await verify(lines)).toMatchObject({ verified: true, starts: kinds.filter(Boolean).length });
        },
      ),
      { numRuns: 1_000 },
    ));

  test('of an export of 5,000 entries and a head is verified; with one entry removed it is not (AUD-02 S3)', async () => {
    const many = filler(5_000);
    const lines = wholeExport(many);
    expect((await verify(lines)).verified).toBe(true);
    expect((await verify(lines.toSpliced(2_501, 1))).verified).toBe(false);
  });

  test('of which one byte of entry 4711 was altered names that position (AUD-02 S2)', async () => {
    const many = filler(5_000);
    const lines = wholeExport(many, { leaves: true });
    const changed = Buffer.from(many[4_711]!);
    changed[changed.indexOf('Noted')] = 'n'.charCodeAt(0);
    lines[4_712] = lines[4_712]!.replace(many[4_711]!.toString('base64'), changed.toString('base64'));
    const { problems } = await verify(lines);
    expect(problems[0]).toMatchObject({ check: 'leaf', index: 4_711 });
    expect(problems.map(({ check }) => check)).toEqual(['leaf', 'root']);
  });
});

describe('what is trusted', () => {
  test('is said by the caller: without a key nothing is verified, and that is said', async () => {
    const verdict = await verify(wholeExport(entries), { policy: undefined });
    expect(verdict.problems).toEqual([
      { check: 'policy', message: 'No key of the log was given: authenticity was not checked.' },
    ]);
    expect(linesOf(verdict)[0]).toBe('not verified: slipway.example/ledger, 1 problems');
  });

  test('is any of the keys given, while keys are rotated', async () => {
    const next = formatKey(noteSigner(origin, Buffer.alloc(32, 9)).key);
    expect(
      await checksOf(wholeExport(entries), { policy: { ...policy, keys: [next, ...policy.keys] } }),
    ).toEqual([]);
    expect(await checksOf(wholeExport(entries), { policy: { ...policy, keys: [next] } })).toEqual([
      'signature',
    ]);
  });

  test.each<[string, object]>([
    ['no key', { keys: [] }],
    ['a key that is none', { keys: ['log+00000000+AAAA'] }],
    ['a witness as the log', { keys: [formatKey(witnesses[0]!.key)] }],
    ['the log as a witness', { witnesses: policy.keys, quorum: 1 }],
    ['no quorum for its witnesses', { witnesses: witnessed.witnesses }],
    ['a quorum of more than there are', { ...witnessed, quorum: 4 }],
    ['a quorum of none', { ...witnessed, quorum: 0 }],
    ['half a witness', { ...witnessed, quorum: 1.5 }],
    ['a quorum and no witness', { quorum: 1 }],
    ['one witness twice', { witnesses: [witnessed.witnesses![0], witnessed.witnesses![0]], quorum: 2 }],
    ['an age that nobody states', { maxAgeSeconds: 60 }],
    ['an age of nothing', { ...witnessed, maxAgeSeconds: 0 }],
    ['a negative tolerance', { toleranceSeconds: -1 }],
    ['no origin', { origin: '' }],
  ])('cannot be a policy with %s', (_, over) =>
    expect(verify(wholeExport(entries), { policy: { ...policy, ...over } })).rejects.toThrow(Unusable),
  );

  test.each<[string, number, number]>([
    ['too few witnesses', 1, 0],
    ['cosignatures that are too old', 3, 3_601],
    ['cosignatures of tomorrow', 3, -86_400],
  ])('is not satisfied by %s', async (_, count, age) => {
    const at = new Date(now.getTime() - age * 1_000);
    const checkpoint = head(entries, entries.length, witnesses.slice(0, count), at);
    expect(await checksOf(wholeExport(entries, { checkpoint }), { policy: witnessed })).toEqual(['witness']);
  });

  test('is satisfied by a quorum, of which the last must still be fresh', async () => {
    const [fresh, old] = [now, new Date(now.getTime() - 3_601_000)];
    const notes = witnesses.map((by, i) => head(entries, entries.length, [by], i === 0 ? fresh : old));
    const checkpoint =
      notes[0]! +
      notes
        .slice(1)
        .map((note) => note.split('\n').at(-2)! + '\n')
        .join('');
    expect(await checksOf(wholeExport(entries, { checkpoint }), { policy: witnessed })).toEqual(['witness']);
    expect(
      await checksOf(wholeExport(entries, { checkpoint }), { policy: { ...witnessed, quorum: 1 } }),
    ).toEqual([]);
  });
});

describe('an export that cannot be used', () => {
  test.each<[string, string]>([
    ['is empty', ''],
    ['is no JSON', 'hello\n'],
    ['has no header', wholeExport(entries)[1]!],
    ['is of another format', header(entries).replace('export@1', 'export@2')],
    ['starts somewhere', header(entries).replace('"from":0', '"from":7')],
    ['lists what is no checkpoint', header(entries).replace('"earlier":[]', '"earlier":[7]')],
    [
      'lists a proof that is none',
      header(entries, { earlier: [{ checkpoint: head(entries, 3), proof: [Buffer.alloc(31)] }] }),
    ],
    ['has a line without end', 'x'.repeat(5_000_000)],
    ['is not UTF-8', '\ufffd'],
  ])('because it %s is refused as such', (_, text) => expect(verify([text])).rejects.toThrow(Unusable));

  test('because a line in it is broken is reported by line, and the rest is still looked at', async () => {
    const lines = wholeExport(entries);
    for (const broken of [
      '{"index":1,"entry":\n',
      '{"index":1}\n',
      '{"index":-1,"entry":"e30="}\n',
      '{"index":1,"entry":"e30"}\n',
      '{"index":1,"entry":"e30=","leaf":"AA=="}\n',
    ]) {
      const { problems, entries: seen } = await verify(lines.with(2, broken));
      expect(problems[0]).toMatchObject({
        check: 'record',
        message: expect.stringMatching(/line 3|Line 3|hash/) as string,
      });
      expect(seen).toBe(40);
    }
  });

  test('lists a hundred problems and counts the others', async () => {
    const wrong = filler(300).map((entry) => Buffer.from(`${entry.toString()} `));
    const verdict = await verify(wholeExport(wrong));
    expect([verdict.problems.length, verdict.count]).toEqual([100, 300]);
    expect(linesOf(verdict).at(-1)).toBe('and 200 more');
  });
});

describe('records', () => {
  const event = recorded([{ type: 'Noted', stream: 's', data: {} }])[0]!;
  const refused = (bytes: Buffer) => {
    try {
      recordIn(bytes);
    } catch (error) {
      return error instanceof Unusable;
    }
    return false;
  };

  test('are taken in the form in which this project writes them, and in no other', () =>
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(undefined, 1), (data, space) => {
        const value = { ...event, data: { value: data } };
        const text = JSON.stringify(value, null, space);
        const bytes = Buffer.from(text);
        let honest = false;
        try {
          honest = canonical(parseStrict(text)) === text;
        } catch {
          honest = false;
        }
        expect(refused(bytes)).toBe(!honest);
        try {
          const written = canonicalBytes(value);
          parseStrict(written);
          expect(refused(written)).toBe(false);
        } catch (error) {
          expect((error as Error).name).toBe('InvalidJson');
        }
      }),
      { numRuns: 1_000 },
    ));

  const text = canonical({ ...event, data: { n: 1 } });
  const cases: [string, string | Buffer][] = [
    ['a name twice', text.replace('"n":1', '"n":1,"n":1')],
    ['another order', JSON.stringify({ z: 1, ...event })],
    ['a space', text.replace('":', '": ')],
    ['a number of another form', text.replace('"n":1', '"n":1.0')],
    ['minus zero', text.replace('"n":1', '"n":-0')],
    ['a number too large', text.replace('"n":1', '"n":9007199254740992')],
    ['a needless escape', text.replace('Noted', '\\u004eoted')],
    ['half a character', text.replace('Noted', '\\ud83d')],
    ['__proto__', text.replace('"n":1', '"__proto__":1')],
    ['a depth of 100,000', text.replace('"n":1', `"n":${'['.repeat(30_000)}${']'.repeat(30_000)}`)],
    ['a byte that is not UTF-8', Buffer.from(text.replace('Noted', '\xff'), 'latin1')],
    ['a byte order mark', `\ufeff${text}`],
    ['65,536 bytes', text.replace('Noted', 'N'.repeat(65_536))],
    ['an array', '[]'],
    ['no revision', canonical({ ...event, streamRevision: undefined })],
    ['a time that is none', canonical({ ...event, recordedAt: 'yesterday' })],
    ['a local time', canonical({ ...event, recordedAt: '2027-03-01T08:00:00' })],
    ['no data', canonical({ ...event, data: [] })],
    [
      'a hostile number',
      canonical({ ...event, data: { valueOf: 1, toString: 1 } }).replace(
        '"streamRevision":1',
        '"streamRevision":{"valueOf":1}',
      ),
    ],
  ];
  test.each(cases)('with %s are none', (_, bytes) => expect(refused(Buffer.from(bytes))).toBe(true));
  test('with a backslash before ud, paired surrogates or odd member names are some', () => {
    for (const data of [{ a: '\\ud83d' }, { a: '😀' }, { toString: 1, valueOf: { x: 1 }, constructor: 'c' }])
      expect(refused(canonicalBytes({ ...event, data }))).toBe(false);
  });
});

describe('the second implementation of RFC 9162', () => {
  const vectors = join(process.env['SLIPWAY_TEST_DATA'] ?? '../shared/data', 'merkle');
  const bytes = (base64: string) => Buffer.from(base64, 'base64');

  test.skipIf(!existsSync(vectors))(
    'gives the verdicts of the public vectors that can occur in an export',
    () => {
      let seen = 0;
      for (const kind of ['inclusion', 'consistency'])
        for (const name of readdirSync(join(vectors, kind), { recursive: true, encoding: 'utf8' })) {
          if (!name.endsWith('.json')) continue;
          const v = JSON.parse(readFileSync(join(vectors, kind, name), 'utf8')) as Record<string, never>;
          const proof = ((v['proof'] ?? []) as string[]).map(bytes);
          const pair = (kind === 'inclusion' ? ['root', 'leafHash'] : ['root1', 'root2']).map((one) =>
            bytes(v[one]!),
          );
          // An export's hashes are 32 bytes (`hashIn` sees to it), and its heads are not empty.
          if ([...proof, ...pair].some(({ length }) => length !== 32)) continue;
          if (v['size1'] === 0) continue;
          const verdict =
            kind === 'inclusion'
              ? includes({
                  index: v['leafIdx']!,
                  size: v['treeSize']!,
                  leaf: bytes(v['leafHash']!),
                  root: bytes(v['root']!),
                  proof,
                })
              : extendsLog(
                  { size: v['size1']!, root: bytes(v['root1']!) },
                  { size: v['size2']!, root: bytes(v['root2']!) },
                  proof,
                );
          expect([name, verdict]).toEqual([name, !v['wantErr']]);
          seen++;
        }
      expect(seen).toBeGreaterThan(120);
    },
  );

  test('agrees with the first on generated proofs, true and false', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.nat(), fc.nat(), (size, i, j, k) => {
        const some = entries.slice(0, size);
        const root = (n: number) => Buffer.from(head(some, n).split('\n')[2]!, 'base64');
        const [index, from] = [i % size, 1 + (j % size)];
        const spoil = (proof: Buffer[]) =>
          k % 4 === 0
            ? proof
            : k % 4 === 1
              ? proof.slice(1)
              : k % 4 === 2
                ? [...proof, root(size)]
                : proof.toReversed();
        const claim = {
          index: k % 5 === 0 ? k % 50 : index,
          size,
          leaf: leafHash(some[index]!),
          root: root(size),
          proof: spoil(inclusion(some, index)),
        };
        expect(includes(claim)).toBe(verifyInclusion(claim));
        const proof = spoil(consistency(some, from));
        const first = k % 5 === 0 ? 1 + (k % size) : from;
        expect(extendsLog({ size: first, root: root(from) }, { size, root: root(size) }, proof)).toBe(
          verifyConsistency({ from: first, to: size, fromRoot: root(from), toRoot: root(size), proof }),
        );
      }),
      { numRuns: 500 },
    ));
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'verify-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = (args: string[], input?: string) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'verify.js'), ...args], {
      encoding: 'utf8',
      input,
    });
    return { status, stdout, stderr };
  };
  beforeAll(() => {
    const source = readFileSync(new URL('verify.ts', import.meta.url), 'utf8');
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
    file('verify.js', ts.transpileModule(source, { compilerOptions }).outputText);
    file('honest.ndjson', wholeExport(entries).join(''));
    file('cut.ndjson', wholeExport(entries).slice(0, -1).join(''));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const key = ['--key', policy.keys[0]!];

  test('is one file that needs nothing but Node', () => {
    const imported = [
      ...readFileSync(join(folder, 'verify.js'), 'utf8').matchAll(/^import .* from '(.*)';$/gm),
    ].map(([, from]) => from!);
    expect(imported.length).toBeGreaterThan(3);
    expect(imported.filter((from) => !from.startsWith('node:'))).toEqual([]);
  });

  test('exits 0 for a ledger as it was signed, 1 for one that is not, 2 for no ledger at all (AUD-02 S3)', () => {
    expect(run([join(folder, 'honest.ndjson'), ...key])).toEqual({
      status: 0,
      stdout: 'verified: 40 of 40 entries of slipway.example/ledger, 5 starts decided again\n',
      stderr: '',
    });
    expect(run([join(folder, 'cut.ndjson'), ...key])).toEqual({
      status: 1,
      stdout:
        'not verified: slipway.example/ledger, 1 problems\nroot: 40 entries were signed; 39 are here.\n',
      stderr: '',
    });
    expect(run([join(folder, 'nothing.ndjson'), ...key])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('ENOENT') as string,
    });
    expect(run([file('text', 'hello\n'), ...key])).toMatchObject({ status: 2, stdout: '' });
  });

  test('reads standard input, and says that nothing is authentic without a key', () => {
    const { status, stdout } = run(['-'], wholeExport(entries).join(''));
    expect([status, stdout]).toEqual([
      1,
      'not verified: slipway.example/ledger, 1 problems\npolicy: No key of the log was given: authenticity was not checked.\n',
    ]);
  });

  test('runs through a link as well', () => {
    symlinkSync(join(folder, 'verify.js'), join(folder, 'link.js'));
    const { status } = spawnSync(process.execPath, [
      join(folder, 'link.js'),
      join(folder, 'cut.ndjson'),
      ...key,
    ]);
    expect(status).toBe(1);
  });

  test('takes a policy, and checkpoints from earlier visits', () => {
    const policyFile = file('policy.json', JSON.stringify({ ...policy, toleranceSeconds: 60 }));
    const earlier = [
      '--earlier',
      file('earlier', head(entries, 17)),
      '--earlier',
      file('now', head(entries)),
    ];
    expect(run([join(folder, 'honest.ndjson'), '--policy', policyFile, ...earlier]).status).toBe(0);
    const forked = stored(recorded(stories.toReversed().flat()));
    const { status, stdout } = run([
      join(folder, 'honest.ndjson'),
      ...key,
      '--earlier',
      file('fork', head(forked, 17)),
    ]);
    expect([status, stdout]).toEqual([1, expect.stringContaining('history was rewritten')]);
  });

  test.each([
    ['no file', []],
    ['two files', ['a', 'b']],
    ['an unknown option', ['a', '--keys', 'x']],
    ['a key that is none', ['a', '--key', 'x']],
    ['a policy that is not there', ['a', '--policy', 'nowhere']],
  ])('called with %s exits 2 and says what is wrong', (_, args) => {
    const { status, stdout, stderr } = run(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).not.toContain('    at ');
  });

  test.each([
    '{"origin":"o","keys":[],"qourum":2}',
    '{"origin":"o","keys":"k"}',
    '{"origin":"o","quorum":"2"}',
    '{"origin":7}',
    '[]',
    'origin: o',
    '{"origin":"o","keys":[],"keys":[]}',
  ])('does not take %s for a policy', (text) => {
    const { status, stderr } = run([join(folder, 'honest.ndjson'), '--policy', file('bad.json', text)]);
    expect([status, stderr.startsWith('A policy')]).toEqual([2, true]);
  });

  test('tells how far it is when it takes longer than a second', async () => {
    let calls = 0;
    const pieces = wholeExport(entries).map((line) => Buffer.from(line));
    await verifyExport(pieces, { now, policy, progress: (count) => void (calls = Math.max(calls, count)) });
    expect(calls).toBe(40);
  });
});

test('the ledger of these tests begins at eight in the morning', () =>
  expect(new Date(begin).toISOString()).toBe('2027-03-01T08:00:00.000Z'));
test('the log key of these tests is not one of a witness', () =>
  expect(witnesses.map(({ key }) => key.id)).not.toContain(log.key.id));
