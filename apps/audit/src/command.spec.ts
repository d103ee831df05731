import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { canonicalBytes } from '#json';
import {
  consistency,
  deploymentStory,
  head,
  header,
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
import { everySecond, linesOf, main, recordIn } from './verify.js';

const events = recorded(deploymentStory('d'));
const entries = stored(events);
const lines = wholeExport(entries);
const folder = mkdtempSync(join(tmpdir(), 'command-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('the command, in this process', () => {
  const run = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await main(
      args,
      (line) => void out.push(line),
      (line) => void err.push(line),
    );
    return { code, out, err };
  };
  const honest = file('honest', lines.join(''));
  const key = ['--key', policy.keys[0]!];
  const good = {
    code: 0,
    out: [`verified: 8 of 8 entries of ${origin}, 1 starts decided again`],
    err: [],
  };
  const demands = (value: unknown) => file('policy', JSON.stringify(value));

  test('takes a key, a policy, or a policy and the keys it lacks', async () => {
    expect(await run(honest, ...key)).toEqual(good);
    expect(await run(honest, '--policy', demands(policy))).toEqual(good);
    expect(await run(honest, '--policy', demands({ origin }), ...key)).toEqual(good);
    expect(await run(honest, '--policy', demands({ ...policy, toleranceSeconds: 0 }))).toEqual(good);
    const { code, out } = await run(honest, '--policy', demands({ ...policy, origin: 'o' }));
    expect([code, ...out.slice(1)]).toEqual([
      1,
      `policy: The export is of ${origin}, not of o.`,
      `signature: The checkpoint is of ${origin}, not of o.`,
    ]);
    const strict = await run(honest, '--policy', demands(witnessed));
    expect(strict.out.slice(1)).toEqual(['witness: 0 of the 2 witnesses needed have cosigned.']);
  });

  test('says that nothing is authentic without a key, and what is missing', async () => {
    expect(await run(honest)).toEqual({
      code: 1,
      out: [
        `not verified: ${origin}, 1 problems`,
        'policy: No key of the log was given: authenticity was not checked.',
      ],
      err: [],
    });
    expect(await run(file('cut', lines.slice(0, -1).join('')), ...key)).toEqual({
      code: 1,
      out: [`not verified: ${origin}, 1 problems`, 'root: 8 entries were signed; 7 are here.'],
      err: [],
    });
  });

  test('holds what was signed before against it', async () => {
    expect(await run(honest, ...key, '--earlier', file('seven', head(entries, 7)))).toEqual(good);
    const fork = file('fork', head(entries.toReversed(), 7));
    expect((await run(honest, ...key, '--earlier', fork)).out.slice(1)).toEqual([
      'earlier: The 7 entries signed before were others: history was rewritten.',
    ]);
  });

  const USAGE =
    'Usage: node verify.js <export.ndjson | -> [--key vkey]… [--policy file] [--earlier note-file]…';
  const FIELDS = 'origin, keys, witnesses, quorum, maxAgeSeconds, toleranceSeconds';
  test.each<[string[], string]>([
    [[], USAGE],
    [['a', 'b'], USAGE],
    [[honest, '--key', 'x'], '"x" is not a key (name+id+base64).'],
    [[file('text', 'hello\n'), ...key], 'The first line is not the header of a slipway-ledger-export@1.'],
    [[file('empty', ''), ...key], 'The export is empty.'],
    [[honest, '--policy', file('p1', '{"qourum":1}')], `A policy is a JSON object of ${FIELDS}.`],
    [[honest, '--policy', file('p2', '{"keys":"k"}')], `A policy is a JSON object of ${FIELDS}.`],
    [[honest, '--policy', file('p3', '{"keys":[1]}')], `A policy is a JSON object of ${FIELDS}.`],
    [[honest, '--policy', file('pa', '{"keys":["k",1]}')], `A policy is a JSON object of ${FIELDS}.`],
    [
      [honest, '--policy', file('pb', '{"origin":"o","qourum":1}')],
      `A policy is a JSON object of ${FIELDS}.`,
    ],
    [[honest, '--policy', file('p4', '{"quorum":-1}')], `A policy is a JSON object of ${FIELDS}.`],
    [[honest, '--policy', file('p5', '{"origin":7}')], `A policy is a JSON object of ${FIELDS}.`],
    [[honest, '--policy', file('p6', '{"maxAgeSeconds":"1"}')], `A policy is a JSON object of ${FIELDS}.`],
    [[honest, '--policy', file('p7', '{"toleranceSeconds":"1"}')], `A policy is a JSON object of ${FIELDS}.`],
    [[honest, '--policy', file('p8', '{"witnesses":1}')], `A policy is a JSON object of ${FIELDS}.`],
    [[honest, '--policy', file('p9', '[]')], 'A policy names the origin of the log and Ed25519 keys of it.'],
  ])('cannot work with %j', async (args, said) =>
    expect(await run(...args)).toEqual({ code: 2, out: [], err: [said] }),
  );

  test('tells which file is not there, or which option', async () => {
    expect(await run(join(folder, 'nothing'), ...key)).toMatchObject({
      code: 2,
      err: [expect.stringContaining('ENOENT')],
    });
    expect(await run(honest, '--keys', 'x')).toMatchObject({ code: 2, out: [] });
  });

  test('does not take what goes wrong beside it for misuse', () =>
    expect(
      main(
        [honest, ...key],
        () => {
          throw new Error('the reader has gone');
        },
        () => undefined,
      ),
    ).rejects.toThrow('the reader has gone'));
});

test('progress is a line a second, however often it is told', () => {
  const lines: string[] = [];
  const times = [0, 999, 1_000, 1_999, 2_500, 3_499, 3_500];
  const progress = everySecond(
    (line) => void lines.push(line),
    () => times.shift()!,
  );
  [1, 2, 3, 4, 5, 6].forEach(progress);
  expect(lines).toEqual(['2 entries', '4 entries', '6 entries']);
});

describe('a policy is refused in words', () => {
  const KEYS = 'A policy names the origin of the log and Ed25519 keys of it.';
  const WITNESSES = 'Witnesses are cosignature keys, each another one.';
  const QUORUM = 'quorum is from 1 to the number of witnesses.';
  const AGE = 'maxAgeSeconds is above 0, and needs witnesses.';
  const [one] = witnessed.witnesses!;
  test.each<[object, string]>([
    [{ keys: [] }, KEYS],
    [{ origin: '' }, KEYS],
    [{ keys: [one] }, KEYS],
    [{ witnesses: policy.keys, quorum: 1 }, WITNESSES],
    [{ witnesses: [one, one], quorum: 1 }, WITNESSES],
    [{ witnesses: witnessed.witnesses }, QUORUM],
    [{ ...witnessed, quorum: 4 }, QUORUM],
    [{ ...witnessed, quorum: 1.5 }, QUORUM],
    [{ quorum: 1 }, QUORUM],
    [{ maxAgeSeconds: 60 }, AGE],
    [{ ...witnessed, maxAgeSeconds: 0 }, AGE],
    [{ toleranceSeconds: -1 }, 'toleranceSeconds is 0 or more.'],
  ])('%j', (over, said) =>
    expect(verify(lines, { policy: { ...policy, ...over } })).rejects.toThrow(new RegExp(`^${said}$`)),
  );
});

describe('a header is refused in words', () => {
  const line = (changes: object) => `${JSON.stringify({ ...JSON.parse(header(entries)), ...changes })}\n`;
  const TEXTS = 'A header has origin, checkpoint and vkey.';
  const NOTE = 'An earlier checkpoint is a signed note, or {checkpoint, proof}.';
  test.each<[object, string]>([
    [{ origin: 7 }, TEXTS],
    [{ checkpoint: '' }, TEXTS],
    [{ vkey: null }, TEXTS],
    [{ size: -1 }, 'A header has a size, and starts from 0.'],
    [{ from: 1 }, 'A header has a size, and starts from 0.'],
    [{ earlier: {} }, 'A header lists earlier checkpoints.'],
    [{ earlier: [7] }, NOTE],
    [{ earlier: [{ proof: [] }] }, NOTE],
    [{ earlier: [{ checkpoint: 'c', proof: 1 }] }, 'A proof is a list of at most 64 hashes.'],
    [
      { earlier: [{ checkpoint: 'c', proof: Array(65).fill('') }] },
      'A proof is a list of at most 64 hashes.',
    ],
    [{ earlier: [{ checkpoint: 'c', proof: ['AA=='] }] }, 'A hash is the base64 of 32 bytes.'],
  ])('%j', (changes, said) => expect(verify([line(changes)])).rejects.toThrow(said));

  test('a line may have four MiB, and no more', async () => {
    await expect(verify(['x'.repeat(4 * 1024 * 1024 + 1)])).rejects.toThrow(
      'A line is longer than 4194304 bytes.',
    );
    await expect(verify(['x'.repeat(4 * 1024 * 1024)])).rejects.toThrow('The first line is not');
  });
});

describe('a problem is told in words:', () => {
  const said = async (export_: readonly string[], options = {}) =>
    linesOf(await verify(export_, options)).slice(1);
  const first = async (...args: Parameters<typeof said>) => (await said(...args))[0];
  const entry = (changes: object) => wholeExport([canonicalBytes({ ...events[0], ...changes })]);
  const note = head(entries);

  test('a checkpoint', async () => {
    const under = (checkpoint: string) => first(wholeExport(entries, { checkpoint }));
    expect(await under('text')).toBe('signature: A checkpoint is a signed note.');
    expect(await under(`${note}\t`)).toBe('signature: A checkpoint is a signed note.');
    expect(await under(note.slice(0, -1))).toBe('signature: A checkpoint is a signed note.');
    expect(await under(`${note}— a b\n`)).toBe('signature: A signature line cannot be read.');
    expect(await under(`${note}— a AAAA\n`)).toBe('signature: A signature line cannot be read.');
    expect(await under(`${note}${'— a AAAAAAAA\n'.repeat(16)}`)).toBe(
      'signature: 17 signatures are more than 16.',
    );
    expect(await said(wholeExport(entries, { checkpoint: `${note}${'— a AAAAAAAA\n'.repeat(15)}` }))).toEqual(
      [],
    );
    expect(await under(note.replace(/— .*\n/, '— a AAAAAAAA\n'))).toBe(
      'signature: No key that is trusted for this log has signed the checkpoint.',
    );
    expect(await under(note.replace('\n8\n', '\n9\n'))).toBe(
      `signature: The signature of ${origin} does not hold.`,
    );
    const [, , base64] = note.split('\n').at(-2)!.split(' ');
    const long = Buffer.concat([Buffer.from(base64!, 'base64'), Buffer.of(0)]).toString('base64');
    expect(await under(note.replace(base64!, long))).toBe(
      `signature: The signature of ${origin} has a wrong length.`,
    );
  });

  test('its size, and that of an empty log', async () => {
    expect(await first(wholeExport(entries, { size: 9 }))).toBe(
      'root: The header says 9 entries, the checkpoint 8.',
    );
    expect(await said([header([], { checkpoint: head([], 0), size: 0 })])).toEqual([
      'root: The log is empty: nothing is proven.',
      'root: The export holds no entry.',
    ]);
  });

  test('its witnesses', async () => {
    const signed = (seconds: number, count = 2) =>
      first(
        wholeExport(entries, {
          checkpoint: head(entries, 8, witnesses.slice(0, count), new Date(now.getTime() + seconds * 1_000)),
        }),
        { policy: witnessed },
      );
    expect(await signed(0)).toBeUndefined();
    expect(await signed(600)).toBeUndefined();
    expect(await signed(601)).toBe('witness: A witness states a time that has not come yet.');
    expect(await signed(-3_600)).toBeUndefined();
    expect(await signed(-3_601)).toBe('witness: The cosignatures are too old: this may be an old copy.');
    expect(await signed(0, 1)).toBe('witness: 1 of the 2 witnesses needed have cosigned.');
  });

  test('its place', async () => {
    expect(await said(lines.toSpliced(3, 1))).toContain('root at 3: Entry 2 is expected here.');
    expect((await said(lines.toSpliced(3, 1))).at(-1)).toBe('root: 8 entries were signed; 7 are here.');
    const [, last] = partialExport(entries, [7]);
    expect(await said([...lines.slice(0, 8), last!])).toContain(
      'root at 7: Entries with and without proofs do not mix.',
    );
    const wrong = last!.replace('"index":7', '"index":6');
    expect(await said([lines[0]!, wrong])).toEqual(['root at 6: The inclusion proof does not hold.']);
    const leafy = wholeExport(entries, { leaves: true });
    const other = (JSON.parse(leafy[1]!) as { leaf: string }).leaf;
    const swapped = leafy[2]!.replace(/"leaf":"[^"]*"/, `"leaf":"${other}"`);
    expect(await said(leafy.with(2, swapped))).toEqual([
      'leaf at 1: This is not the entry that was hashed into the log.',
    ]);
    const changed = entries.with(2, entries[1]!.subarray());
    expect((await said(wholeExport(changed, { checkpoint: note }))).at(-1)).toBe(
      'root: Other entries were signed than these.',
    );
  });

  test('what was signed before', async () => {
    const some = entries.slice(0, 5);
    expect(await said(wholeExport(some), { earlier: [note] })).toEqual([
      'earlier: 8 entries were signed before; now there are 5.',
    ]);
    expect(await said(partialExport(entries, [0]), { earlier: [head(entries, 3)] })).toEqual([
      'earlier: Nothing proves that this log extends the 3 entries signed before.',
    ]);
    const proven = [{ checkpoint: head(entries, 3), proof: consistency(entries, 3) }];
    expect(
      await said(partialExport(entries, [0], { earlier: proven }), { earlier: [head(entries, 3)] }),
    ).toEqual([]);
  });

  test('the line of an entry', async () => {
    const line = (text: string) => first([lines[0]!, `${text}\n`]);
    expect(await line('{"index":-1,"entry":"e30="}')).toBe('record: Line 2 is not an entry: {index, entry}.');
    expect(await line('{"index":0}')).toBe('record: Line 2 is not an entry: {index, entry}.');
    expect(await line('[]')).toBe('record: Line 2 is not an entry: {index, entry}.');
    expect(await line('{"index":0,"entry":"e30"}')).toBe('record: The entry on line 2 is not base64.');
    expect(await line('{"index":0,"entry":"e30=","leaf":"AA=="}')).toBe(
      'record: A hash is the base64 of 32 bytes.',
    );
    expect(await line('{"index":0,"entry":"e30=","proof":0}')).toBe(
      'record: A proof is a list of at most 64 hashes.',
    );
  });

  test('its stream and its time', async () => {
    expect(await first(entry({ streamRevision: 2 }))).toBe(
      'stream at 0: deployment-d goes from revision 0 to 2.',
    );
    const later = (ms: number, i = 0) =>
      new Date(Date.parse(String(events[i]!['recordedAt'])) + ms).toISOString();
    const back = (ms: number) => {
      const moved = { recordedAt: later(ms), occurredAt: later(ms) };
      return said(wholeExport(stored([events[0]!, { ...events[1], ...moved }])));
    };
    expect(await back(-600_000)).toEqual([]);
    expect(await back(-600_001)).toEqual([
      'time at 1: It was recorded before entries that stand in front of it.',
    ]);
    const dated = (ms: number) => {
      const [request, round] = events;
      return said(wholeExport(stored([request!, { ...round, occurredAt: later(ms, 1) }])));
    };
    const noted = { ...events[1], eventType: 'NoApproval', occurredAt: later(-3_600_001, 1) };
    expect(await said(wholeExport(stored([events[0]!, noted])))).toEqual([]);
    const claim = ['time at 1: ApprovalRequested states another time than that of its recording.'];
    expect([await dated(-3_600_000), await dated(600_000)]).toEqual([[], []]);
    expect([await dated(-3_600_001), await dated(600_001)]).toEqual([claim, claim]);
    const seen = (seconds: number) => {
      const at = new Date(Date.parse(later(0)) - seconds * 1_000);
      const [only] = [entries.slice(0, 1)];
      const checkpoint = head(only, 1, witnesses, at);
      return said(wholeExport(only, { checkpoint }), { policy: witnessed, now: at });
    };
    expect(await seen(600)).toEqual([]);
    expect(await seen(601)).toEqual(['time at 0: It was recorded after the witnesses saw it.']);
  });

  const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const text = canonicalBytes({ ...events[0], data: { n: 1 } }).toString();
  test.each<[string, string | Buffer]>([
    ['An entry is UTF-8 of at most 65535 bytes.', Buffer.of(0xff)],
    ['An entry is UTF-8 of at most 65535 bytes.', Buffer.alloc(65_536, 32)],
    ['The entry is not a JSON object.', '[]'],
    ['The entry is not a JSON object.', Buffer.alloc(65_535, 32)],
    ['The entry is not canonical JSON (order, spacing, a name twice…).', `${text} `],
    ['The entry is nested too deeply.', text.replace('"n":1', `"n":${deep(128)}`)],
    ['The entry holds a number beyond 2^53 - 1.', text.replace('"n":1', '"n":9007199254740992')],
    ['The entry holds a number beyond 2^53 - 1.', text.replace('"n":1', '"n":-9007199254740992')],
    ['The entry has a member named __proto__.', text.replace('"n":1', '"__proto__":1')],
    ['The entry holds half a character.', text.replace('"n":1', '"n":"\\ud83d"')],
    ['The entry is not an event.', '{}'],
    ...[
      'eventId',
      'eventType',
      'streamId',
      'streamRevision',
      'recordedAt',
      'occurredAt',
      'actor',
      'data',
    ].map((name): [string, Buffer] => [
      'The entry is not an event.',
      canonicalBytes({ ...events[0], [name]: name === 'streamRevision' ? '1' : name === 'actor' ? [] : '' }),
    ]),
  ])('%s', (message, bytes) =>
    expect(() => recordIn(Buffer.from(bytes))).toThrow(expect.objectContaining({ message })),
  );
  test('what is just within the bounds is taken', () => {
    for (const value of [deep(127), '9007199254740991', '-9007199254740991', '"\\\\ud83d"'])
      expect(recordIn(Buffer.from(text.replace('"n":1', `"n":${value}`))).eventId).toBe(
        events[0]!['eventId'],
      );
  });
});
