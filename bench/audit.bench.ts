import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { rootOfEdge, tileReader } from '../apps/audit/src/growth.js';
import { leafHash, leafHashes, rootOf } from '../apps/audit/src/merkle.js';
import { inclusionProof, verifyInclusion } from '../apps/audit/src/proof.js';
import { now, policy } from '../apps/audit/src/testLedger.js';
import { verifyExport } from '../apps/audit/src/verify.js';
import type { Bench, Context } from './bench.js';
import { type Entries, grown, ledger, writeExport } from './ledgers.js';
import { bareHashes, plainLeaf, plainPath, plainRoot, plainVerify } from './plainMerkle.js';
import { lasting, latencies } from './latency.js';
import { numbers } from './numbers.js';
import { compete, figure, type Figures } from './round.js';
import { alone, beside, type Row } from './row.js';

/** Proofs that are asked for in a round. */
const PROOFS = 20_000;

export const bench: Bench = {
  goal: 'P14',
  title: 'the audit tree over 1,000,000 entries of 500 bytes',
  meaning:
    'The root is computed from the stored entries at once, and as the ledger grows it: a thousand at a time, with every tile that is to be stored. Beside it as many SHA-256 operations of the same lengths (one-shot `crypto.hash`) and nothing else, and the recursion as RFC 6962 writes it. A proof is put together from tiles in memory and beside it computed by the RFC’s recursion from all leaf hashes. The offline verifier reads a whole export from disk, with signature, canonical form, streams, times and the meaning of every start; beside it the lines are parsed and their root is computed by the RFC’s recursion, and nothing else is looked at.',
  async run(context) {
    const entries = ledger(Math.round(1_000_000 * context.scale));
    const roots = await rootRows(entries, context);
    const proofs = await proofRows(entries, context);
    return [...roots, ...proofs, ...(await verifyingRows(entries, context))];
  },
};

async function rootRows({ stored, prefixed }: Entries, { rounds, say }: Context): Promise<Row[]> {
  const root = lasting(() => rootOf(leafHashes(stored)));
  const growing = lasting(() => rootOfEdge(grown(stored, () => {})));
  const hashing = await compete(
    { slipway: root, growing, bare: lasting(() => bareHashes(prefixed)) },
    rounds,
    say,
  );
  // By itself: its millions of hash objects are cleared away in the time of whoever is next.
  const naive = await compete(
    { slipway: root, plain: lasting(() => plainRoot(stored.map(plainLeaf))) },
    rounds,
    say,
  );
  const of = (what: string, results: readonly Figures[], p = 'ms') => ({ what, values: figure(results, p) });
  const bare = 'the same hashes in a bare loop';
  const goal = { atMost: 1.25 };
  const { slipway } = hashing;
  return [
    beside('root', 'ms', figure(slipway, 'ms'), of(bare, hashing.bare), goal),
    beside('root, processor time', 'ms', figure(slipway, 'busy'), of(bare, hashing.bare, 'busy'), goal),
    beside('root, grown with its tiles', 'ms', figure(hashing.growing, 'ms'), of(bare, hashing.bare)),
    beside('root', 'ms', figure(naive.slipway, 'ms'), of('the recursion of RFC 6962', naive.plain)),
  ];
}

async function proofRows({ stored }: Entries, { rounds, say }: Context): Promise<Row[]> {
  const tiles = new Map<string, Buffer>();
  const edge = grown(stored, ({ level, index, bytes }) => tiles.set(`${level}/${index}`, bytes));
  const [size, root] = [stored.length, rootOfEdge(edge)];
  const leaves = stored.map(plainLeaf);
  const pick = numbers(11);
  const places = Array.from({ length: PROOFS }, () => pick(size));
  const reader = () => tileReader(size, ({ level, index }) => tiles.get(`${level}/${index}`)!);
  const kept = reader();
  const proven = places.map((index) => ({
    index,
    size,
    root,
    leaf: leafHash(stored[index]!),
    proof: inclusionProof(index, size, kept),
  }));
  const results = await compete(
    {
      kept: async () => latencies(places.map((index) => () => inclusionProof(index, size, kept))),
      fresh: async () => latencies(places.map((index) => () => inclusionProof(index, size, reader()))),
      checking: async () => latencies(proven.map((claim) => () => verifyInclusion(claim))),
      plain: async () => latencies([() => plainPath(pick(size), leaves)]),
    },
    rounds,
    say,
  );
  const microseconds = (name: keyof typeof results, p: string) =>
    figure(results[name], p).map((ms) => ms * 1_000);
  const plain = { what: 'the recursion of RFC 6962', values: microseconds('plain', 'p50') };
  const goal = { atMost: 50 };
  return [
    alone('inclusion proof, p99', 'µs', microseconds('kept', 'p99'), goal),
    alone('inclusion proof, processor time, p99', 'µs', microseconds('kept', 'busy'), goal),
    beside('inclusion proof, p50', 'µs', microseconds('kept', 'p50'), plain),
    beside('inclusion proof, the only one of its tree, p50', 'µs', microseconds('fresh', 'p50'), plain),
    alone('checking an inclusion proof, processor time, p99', 'µs', microseconds('checking', 'busy')),
  ];
}

async function verifyingRows({ stored }: Entries, { folder, rounds, say }: Context): Promise<Row[]> {
  const file = join(folder, 'ledger.ndjson');
  writeExport(file, stored);
  const verify = async () => {
    const verdict = await verifyExport(createReadStream(file, { highWaterMark: 1 << 20 }), { now, policy });
    if (!verdict.verified) throw new Error(`The export is honest, and yet: ${verdict.problems[0]?.message}`);
  };
  const results = await compete(
    { slipway: lasting(verify), plain: lasting(() => plainVerify(file)) },
    rounds,
    say,
  );
  const plain = { what: 'lines parsed, root by the recursion', values: figure(results.plain, 'ms') };
  return [beside('full verification of an export', 'ms', figure(results.slipway, 'ms'), plain)];
}
