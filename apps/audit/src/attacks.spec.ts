import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBytes } from '#json';
import { formatCheckpoint } from './checkpoint.js';
import { entryLine } from './export.js';
import { EMPTY_ROOT } from './merkle.js';
import { formatKey, noteSigner, signNote, signatureLine } from './note.js';
import {
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
  wholeExport,
  witnessed,
  witnesses,
} from './testLedger.js';
import { type HeadStore, addCheckpoint, formatRequest } from './witness.js';

/**
 * The attacks of reliability 3.5, each at a hundred random places. "Outside" is someone who can change the stored log but
 * cannot sign; "inside" holds the log's key and signs what was changed, so that only what left the house before (a head that
 * the auditor kept, or witnesses) or what the records mean can tell.
 */

const stories = Array.from({ length: 3 }, (_, i) => deploymentStory(`d${i}`));
const events = recorded(stories.flat());
const entries = stored(events);
const size = entries.length;
const anywhere = fc.nat(size - 1);
const kept = [head(entries)];

/** Outside: the honest signature over changed entries. Inside: changed entries, signed again, before someone who kept a head. */
const outside = (changed: readonly Buffer[]) =>
  checksOf(wholeExport(changed, { checkpoint: head(entries), size }));
const inside = (changed: readonly Buffer[], earlier = kept) => checksOf(wholeExport(changed), { earlier });
const at100Places = (attack: (place: number, other: number) => Promise<void>) =>
  fc.assert(fc.asyncProperty(anywhere, anywhere, attack), { numRuns: 100 });

const edited = (place: number) =>
  entries.with(
    place,
    canonicalBytes({ ...events[place], actor: { id: 'mallory', kind: 'human', roles: [] } }),
  );

test('nothing is found where nothing was done', async () => {
  expect(await outside(entries)).toEqual([]);
  expect(await inside(entries)).toEqual([]);
});

describe('an attack on the entries', () => {
  test('1. edit a row', () =>
    at100Places(async (place) => {
      expect(await outside(edited(place))).toEqual(['root']);
      expect(await inside(edited(place))).toEqual(['earlier']);
    }));

  test('2. delete a row', () =>
    at100Places(async (place) => {
      const shorter = entries.toSpliced(place, 1);
      expect(await outside(shorter)).toContain('root');
      expect(await inside(shorter)).toContain('earlier');
      const alone = await checksOf(wholeExport(shorter));
      const lastOfStream = !events
        .slice(place + 1)
        .some(({ streamId }) => streamId === events[place]!['streamId']);
      if (!lastOfStream) expect(alone).toContain('stream');
    }));

  test('3. insert', () =>
    at100Places(async (place) => {
      const forged = {
        ...events[place],
        streamId: 'change-d0',
        data: { deploymentId: 'd0', person: 'mallory' },
      };
      const longer = entries.toSpliced(place, 0, canonicalBytes(forged));
      expect(await outside(longer)).toContain('root');
      const checks = await inside(longer);
      expect(checks).toContain('earlier');
      expect(checks).toContain('stream');
    }));

  test('4. swap two', () =>
    at100Places(async (place, other) => {
      if (place === other) return;
      const swapped = entries.with(place, entries[other]!).with(other, entries[place]!);
      expect(await outside(swapped)).toContain('root');
      expect(await inside(swapped)).toContain('earlier');
    }));

  test('5. cut the tail', () =>
    at100Places(async (place) => {
      const cut = entries.slice(0, place);
      expect(await outside(cut)).toContain('root');
      expect(await inside(cut)).toContain(place === 0 ? 'root' : 'earlier');
      const cutAndCosigned = wholeExport(cut, {
        checkpoint: head(entries, place, witnesses, new Date(now.getTime() - 86_400_000)),
      });
      expect(await checksOf(cutAndCosigned, { policy: witnessed })).toContain('witness');
    }));

  test('10. backdate', () =>
    at100Places(async (place) => {
      const event = events[place]!;
      const lastWeek = new Date(now.getTime() - 7 * 86_400_000).toISOString();
      const backdated = (fields: object) => entries.with(place, canonicalBytes({ ...event, ...fields }));
      if (place > 0)
        expect(
          await checksOf(wholeExport(backdated({ recordedAt: lastWeek, occurredAt: lastWeek }))),
        ).toEqual(['time']);
      const dated = /^Approval|^DeploymentStarted/.test(String(event['eventType']));
      expect(await checksOf(wholeExport(backdated({ occurredAt: lastWeek })))).toEqual(dated ? ['time'] : []);
      const tomorrow = new Date(now.getTime() + 86_400_000).toISOString();
      const late = backdated({ recordedAt: tomorrow, occurredAt: tomorrow });
      const cosigned = wholeExport(late, { checkpoint: head(late, size, witnesses) });
      expect(await checksOf(cosigned, { policy: witnessed })).toContain('time');
    }));

  test('17. duplicate JSON keys', () =>
    at100Places(async (place) => {
      const text = entries[place]!.toString();
      const twice = text.replace('"eventType"', '"data":{},"eventType"');
      expect(twice).not.toBe(text);
      for (const form of [
        twice,
        text.replace('{', '{"actor":{"id":"mallory"},'),
        `${text.slice(0, -1)},"streamRevision":1}`,
      ])
        expect(await checksOf(wholeExport(entries.with(place, Buffer.from(form))))).toContain('record');
    }));
});

describe('an attack on the history', () => {
  test('6. replay an old database backup and keep writing', () =>
    at100Places(async (place) => {
      const other = recorded(stories.toReversed().flat()).slice(place);
      const forked = [...entries.slice(0, place), ...stored(other)];
      if (forked.every((entry, i) => entry.equals(entries[i]!))) return;
      expect(await inside(forked)).toContain('earlier');
      const grown = [...forked, ...stored(recorded([{ type: 'Noted', stream: 'later', data: {} }]))];
      expect(await inside(grown)).toContain('earlier');
      const claimed = consistency(grown, size);
      const proven = partialExport(grown, [0], { earlier: [{ checkpoint: kept[0]!, proof: claimed }] });
      expect(await checksOf(proven)).toEqual(['earlier']);
      expect(await witnessAnswer(entries, grown)).toBe(422);
    }));

  test('7. sign two trees of one size', () =>
    at100Places(async (place) => {
      const [one, other] = [entries, edited(place)];
      expect(await checksOf(wholeExport(one), { earlier: [head(other)] })).toEqual(['earlier']);
      expect(await checksOf(wholeExport(other), { earlier: [head(one)] })).toEqual(['earlier']);
      expect(await checksOf(partialExport(other, [place]), { earlier: [head(one)] })).toEqual(['earlier']);
      expect(await witnessAnswer(one, other)).toBe(409);
    }));

  test('8. serve tree A to the auditor and B to the witness', () =>
    at100Places(async (place) => {
      const [shown, witnessedTree] = [edited(place), entries];
      const cosignatures = head(witnessedTree, size, witnesses).split('\n').slice(-4).join('\n');
      expect(await checksOf(wholeExport(shown), { policy: witnessed })).toEqual(['witness']);
      const grafted = wholeExport(shown, { checkpoint: head(shown) + cosignatures });
      expect(await checksOf(grafted, { policy: witnessed })).toContain('signature');
      const honest = wholeExport(entries, { checkpoint: head(entries) + cosignatures });
      expect(await checksOf(honest, { policy: witnessed })).toEqual([]);
    }));

  test('13. empty tree', async () => {
    const empty = signNote(formatCheckpoint({ origin, size: 0, root: EMPTY_ROOT }), [log]);
    expect(await checksOf([header([], { checkpoint: empty, size: 0 })], { earlier: kept })).toEqual([
      'root',
      'earlier',
    ]);
    expect(await checksOf([header([], { checkpoint: empty, size: 0 })])).toEqual(['root']);
    expect(await checksOf(wholeExport(entries, { checkpoint: empty, size: 0 }))).toEqual(['root']);
    expect(await checksOf([header([], { checkpoint: head(entries), size })])).toEqual(['root']);
    const bogus = signNote(formatCheckpoint({ origin, size: 0, root: Buffer.alloc(32, 7) }), [log]);
    expect(await checksOf(wholeExport(entries), { earlier: [bogus] })).toEqual(['earlier']);
  });

  test('14. size 0 proofs', () =>
    at100Places(async (place) => {
      const empty = signNote(formatCheckpoint({ origin, size: 0, root: EMPTY_ROOT }), [log]);
      const line = entryLine({ index: place, entry: entries[place]!, proof: [] });
      expect(await checksOf([header([], { checkpoint: empty, size: 0 }), line])).toEqual(['root']);
      const noSeed = partialExport(edited(place), [place], {
        earlier: [{ checkpoint: kept[0]!, proof: [] }],
      });
      expect(await checksOf(noSeed)).toEqual(['earlier']);
      const fromNothing = partialExport(entries, [place], {
        earlier: [{ checkpoint: empty, proof: [EMPTY_ROOT] }],
      });
      expect(await checksOf(fromNothing)).toEqual(['earlier']);
    }));
});

describe('an attack on proofs', () => {
  const proven = (index: number, proof: readonly Buffer[], entry = entries[index]!) =>
    checksOf([header(entries), entryLine({ index, entry, proof })]);

  test('11. truncate a proof', () =>
    at100Places(async (place, other) => {
      const proof = inclusion(entries, place);
      const cut = other % proof.length;
      expect(await proven(place, proof)).toEqual([]);
      expect(await proven(place, proof.slice(0, cut))).toEqual(['root']);
      expect(await proven(place, proof.slice(cut + 1))).toEqual(['root']);
      expect(await proven(place, [...proof, proof[cut]!])).toEqual(['root']);
    }));

  test('12. wrong leaf index', () =>
    at100Places(async (place, other) => {
      if (place === other) return;
      expect(await proven(other, inclusion(entries, place), entries[place])).toEqual(['root']);
      expect(await proven(other, inclusion(entries, other), entries[place])).toEqual(['root']);
      const renumbered = wholeExport(entries).with(
        place + 1,
        entryLine({ index: other, entry: entries[place]! }),
      );
      expect(await checksOf(renumbered)).toEqual(['root']);
      const beyond = entryLine({
        index: size + other,
        entry: entries[place]!,
        proof: inclusion(entries, place),
      });
      expect(await checksOf([header(entries), beyond])).toEqual(['root']);
      const twice = partialExport(entries, [place, place]);
      expect(await checksOf(twice)).toContain('root');
    }));

  test('18. middle-of-proof omission', () =>
    at100Places(async (place, other) => {
      const proof = inclusion(entries, place);
      const middle = 1 + (other % (proof.length - 2));
      expect(await proven(place, proof.toSpliced(middle, 1))).toEqual(['root']);
      expect(await proven(place, proof.with(middle, proof[middle - 1]!))).toEqual(['root']);
      expect(await proven(place, proof.with(middle, Buffer.alloc(32)))).toEqual(['root']);
      const from = 1 + (place % (size - 1));
      const steps = consistency(entries, from);
      const without = steps.toSpliced(other % steps.length, 1);
      const earlier = [{ checkpoint: head(entries, from), proof: without }];
      expect(await checksOf(partialExport(entries, [place], { earlier }))).toEqual(['earlier']);
    }));
});

describe('an attack on signatures and identity', () => {
  test('9. change the origin or key in the bundle', () =>
    at100Places(async (place) => {
      const mallory = noteSigner(origin, Buffer.alloc(32, 99));
      const changed = edited(place);
      const { root, ...bundle } = { root: head(changed).split('\n')[2]!, vkey: formatKey(mallory.key) };
      const signed = signNote(`${origin}\n${size}\n${root}\n`, [mallory]);
      const [first, ...rest] = wholeExport(changed, { checkpoint: signed });
      const own = JSON.stringify({ ...(JSON.parse(first!) as object), ...bundle });
      expect(await checksOf([`${own}\n`, ...rest])).toEqual(['signature']);
      const elsewhere = signNote(`other.example\n${size}\n${root}\n`, [log]);
      expect(
        await checksOf(wholeExport(changed, { checkpoint: elsewhere, origin: 'other.example' })),
      ).toEqual(['policy', 'signature']);
      expect(await checksOf(wholeExport(entries, { origin: 'other.example' }))).toEqual(['policy']);
    }));

  test('15. known key with bad signature', () =>
    at100Places(async (place) => {
      const note = head(entries, size, witnesses);
      const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
      const spoilt = text + '\n' + signatureLine(text.replace(String(size), String(place)), log);
      if (place !== size)
        expect(await checksOf(wholeExport(entries, { checkpoint: spoilt }))).toEqual(['signature']);
      const oneBad = head(entries) + signatureLine(`${place}${text}`, witnesses[place % 3]!, now);
      expect(await checksOf(wholeExport(entries, { checkpoint: oneBad }), { policy: witnessed })).toContain(
        'signature',
      );
      expect(await checksOf(wholeExport(entries, { checkpoint: oneBad }), { policy })).toEqual([]);
    }));

  test('16. seventeen signatures', async () => {
    const others = Array.from({ length: 16 }, (_, i) =>
      noteSigner(`n${i}.example`, Buffer.alloc(32, 100 + i)),
    );
    const text = formatCheckpoint({
      origin,
      size,
      root: Buffer.from(head(entries).split('\n')[2]!, 'base64'),
    });
    const under = (count: number, last: boolean) => {
      const lines = others.slice(0, count - 1).map((signer) => signatureLine(text, signer));
      const own = signatureLine(text, log);
      return wholeExport(entries, {
        checkpoint: `${text}\n${(last ? [...lines, own] : [own, ...lines]).join('')}`,
      });
    };
    expect(await checksOf(under(16, true))).toEqual([]);
    expect(await checksOf(under(17, true))).toEqual(['signature']);
    expect(await checksOf(under(17, false))).toEqual(['signature']);
  });
});

/** What our witness says when it has cosigned one log and is shown another. */
async function witnessAnswer(seen: readonly Buffer[], shown: readonly Buffer[]): Promise<number> {
  const heads = new Map<string, { size: number; root: Buffer }>();
  const store: HeadStore = {
    latest: async (of) => heads.get(of),
    swap: async (of, expected, next) => heads.get(of) === expected && heads.set(of, next) !== undefined,
  };
  const logs = new Map([[origin, [log.key]]]);
  const ask = (body: string) => addCheckpoint(body, logs, store, { signer: witnesses[0]!, now });
  const first = await ask(formatRequest(0, [], head(seen)));
  if (first.status !== 200) throw new Error(`the first head was refused with ${first.status}`);
  const proof = seen.length < shown.length ? consistency(shown, seen.length) : [];
  return (await ask(formatRequest(seen.length, proof, head(shown)))).status;
}
