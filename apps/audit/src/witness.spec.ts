import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatCheckpoint } from './checkpoint.js';
import { EMPTY_ROOT, leafHashes, rootOf } from './merkle.js';
import { noteSigner, openNote, signNote } from './note.js';
import { consistencySpans } from './proof.js';
import { type Head, type HeadStore, addCheckpoint, formatRequest, parseRequest } from './witness.js';

const origin = 'slipway.example/ledger';
const log = noteSigner(origin, Buffer.alloc(32, 1));
const stranger = noteSigner(origin, Buffer.alloc(32, 2));
const signer = noteSigner('witness.example', Buffer.alloc(32, 3), 4);
const now = new Date('2027-03-01T12:00:00Z');
const logs = new Map([[origin, [log.key]]]);

const entries = (size: number, fork = '') =>
  Array.from({ length: size }, (_, i) => Buffer.from(`${i > 4 ? fork : ''}e${i}`));
const root = (begin: number, end: number, fork = '') => rootOf(leafHashes(entries(end, fork).slice(begin)));
const note = (size: number, { fork = '', by = log, of = origin } = {}) =>
  signNote(formatCheckpoint({ origin: of, size, root: root(0, size, fork) }), [by]);
const proof = (from: number, to: number, fork = '') =>
  from === 0 ? [] : consistencySpans(from, to).map(([begin, end]) => root(begin, end, fork));
const step = (from: number, to: number, fork = '') =>
  formatRequest(from, proof(from, to, fork), note(to, { fork }));

/** A store in memory, in which a request may be held between its reading and its writing. */
function headStore(head?: Head, gate: () => Promise<void> = async () => {}) {
  const heads = new Map<string, Head>(head && [[origin, head]]);
  const history: number[] = [];
  const store: HeadStore = {
    latest: async (of) => heads.get(of),
    swap: async (of, expected, next) => {
      await gate();
      if (heads.get(of) !== expected) return false;
      heads.set(of, next);
      history.push(next.size);
      return true;
    },
  };
  return { store, history, head: () => heads.get(origin) };
}

const submit = (body: string, store: HeadStore) => addCheckpoint(body, logs, store, { signer, now });
const headOf = (size: number): Head => ({ size, root: root(0, size) });

describe('a witness', () => {
  test('cosigns a first head, and one that extends it, with its own time', async () => {
    const { store, head } = headStore();
    for (const [from, to] of [
      [0, 5],
      [5, 5],
      [5, 11],
    ] as const) {
      const answer = await submit(step(from, to), store);
      expect(answer.status).toBe(200);
      const opened = openNote(note(to) + answer.body, [signer.key]);
      expect(opened.verified).toEqual([{ key: signer.key, time: now.getTime() / 1000 }]);
      expect(head()).toEqual(headOf(to));
    }
  });

  test('cosigns the head of a log that is still empty', async () => {
    const { store } = headStore();
    expect((await submit(step(0, 0), store)).status).toBe(200);
    expect((await submit(step(0, 3), store)).status).toBe(200);
  });

  test.each<[string, string, number]>([
    ['a log it does not know', formatRequest(5, [], note(5, { of: 'other.example' })), 404],
    ['a head signed by someone else', formatRequest(5, proof(5, 11), note(11, { by: stranger })), 403],
    ['a head with a spoilt signature', step(5, 11).replace('\n11\n', '\n12\n'), 403],
    ['an old size above the new', formatRequest(6, [], note(5)), 400],
    ['an old size it does not hold', step(3, 11), 409],
    ['a head that went back', step(3, 4), 409],
    [
      'another tree of the same size',
      formatRequest(5, [], signNote(formatCheckpoint({ origin, size: 5, root: EMPTY_ROOT }), [log])),
      409,
    ],
    ['a proof of another history', formatRequest(5, proof(5, 11, 'x').reverse(), note(11)), 422],
    ['a proof that is too short', formatRequest(5, proof(5, 11).slice(1), note(11)), 422],
    ['a proof where none is needed', formatRequest(5, proof(5, 11), note(5)), 422],
    ['no old size', `\n\n${note(11)}`, 400],
    ['an old size with a leading zero', step(5, 11).replace('old 5', 'old 05'), 400],
    ['a hash that is none', formatRequest(5, [Buffer.alloc(31)], note(11)), 400],
    ['64 hashes', formatRequest(5, Array<Buffer>(64).fill(EMPTY_ROOT), note(11)), 400],
    ['63 hashes that prove nothing', formatRequest(5, Array<Buffer>(63).fill(EMPTY_ROOT), note(11)), 422],
    ['no checkpoint', 'old 5\n\n', 400],
    ['a checkpoint that is none', formatRequest(5, [], signNote('hello\n', [log])), 400],
    ['nothing', '', 400],
  ])('refuses %s, and keeps its head', async (_, body, status) => {
    const { store, head, history } = headStore(headOf(5));
    const answer = await submit(body, store);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(status === 409 ? /^5\n$/ : /^[A-Z].{20,}\.\n$/);
    expect(head()).toEqual(headOf(5));
    expect(history).toEqual([]);
  });

  test('tells its own size with a conflict, in the form that the protocol asks for', async () => {
    const { store } = headStore(headOf(5));
    expect(await submit(step(3, 11), store)).toEqual({ status: 409, body: '5\n', type: 'text/x.tlog.size' });
  });

  test('asks for an empty proof from a log it has not seen', async () => {
    const { store } = headStore();
    expect((await submit(formatRequest(0, proof(5, 11), note(11)), store)).status).toBe(422);
    expect(await submit(step(5, 11), store)).toEqual({ status: 409, body: '0\n', type: 'text/x.tlog.size' });
  });

  test('that could not store its first head says that it has none', async () => {
    const store: HeadStore = { latest: async () => undefined, swap: async () => false };
    expect(await submit(step(0, 3), store)).toMatchObject({ status: 409, body: '0\n' });
  });

  test('ignores what other keys put under a head', async () => {
    const { store } = headStore(headOf(5));
    const body = formatRequest(
      5,
      proof(5, 11),
      signNote(formatCheckpoint({ origin, ...headOf(11) }), [stranger, log]),
    );
    expect((await submit(body, store)).status).toBe(200);
  });

  test('is not rolled back by two requests that race: the later finds another head and is told so', async () => {
    const gates: (() => void)[] = [];
    const { store, head, history } = headStore(headOf(5), () => new Promise((open) => void gates.push(open)));
    const answers = Promise.all([submit(step(5, 7), store), submit(step(5, 11), store)]);
    while (gates.length < 2) await Promise.resolve();
    gates.reverse().forEach((open) => open());
    expect((await answers).map(({ status, body }) => [status, status === 409 ? body : ''])).toEqual([
      [409, '11\n'],
      [200, ''],
    ]);
    expect([history, head()?.size]).toEqual([[11], 11]);
  });

  test('never cosigns two trees of one size, nor a smaller one, whatever is submitted in whatever order', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(20), fc.nat(20), fc.constantFrom('', 'x')), { maxLength: 30 }),
        async (steps) => {
          const { store, history } = headStore();
          const roots = new Map<number, string>();
          for (const [a, b, fork] of steps) {
            const [from, to] = [Math.min(a, b), Math.max(a, b)];
            if ((await submit(step(from, to, fork), store)).status !== 200) continue;
            const seen = root(0, to, fork).toString('hex');
            expect(roots.get(to) ?? seen).toBe(seen);
            roots.set(to, seen);
          }
          expect(history).toEqual(history.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 60 },
    ));

  test('reads back the request that a log writes', () => {
    const body = step(5, 11);
    expect(parseRequest(body)).toEqual({ old: 5, proof: proof(5, 11), note: note(11) });
  });
});
