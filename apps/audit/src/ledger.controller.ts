import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { type Database, EventStore } from '#events';
import { Caller } from '#service/caller';
import { CLOCK, type Clock } from '#service/clock';
import { DATABASE } from '#service/database';
import { Permit } from '#service/permit';
import { HttpProblem } from '#service/problems';
import { anyRole } from '#service/roles';
import { recordAccess } from './access.js';
import { formatProof } from './checkpoint.js';
import { exported } from './ledgerExport.js';
import { consistency, type Head, inclusion, latestHead } from './ledger.js';
import { formatKey, type NoteSigner } from './note.js';

/** The token of the key that signs heads. */
export const SIGNER = Symbol('SIGNER');

const Index = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Sizes = z.object({ from: Index.min(1), to: Index.min(1) });
const AtHead = z.object({
  head: Index.optional().describe('The size of a signed head; the newest unless given'),
});
const Search = z.object({
  stream: z.string().max(300).optional(),
  type: z.string().max(100).optional(),
  actor: z.string().max(200).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  cursor: Index.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
const Export = z.object({
  deployment: z
    .string()
    .max(100)
    .optional()
    .describe('Only what was recorded about this deployment, each with its proof'),
});

/** The ledger: every event in the order it was stored, under signed heads, with proofs that anyone can check offline. */
@Controller('v1/ledger')
export class LedgerController {
  constructor(
    private readonly store: EventStore,
    @Inject(DATABASE) private readonly db: Database,
    @Inject(SIGNER) private readonly signer: NoteSigner,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** The newest signed head as a C2SP signed note, and the key to verify it with. Keep a copy: later heads must extend it. */
  @Get('heads')
  @Permit(...anyRole)
  async heads() {
    const { size, root, note, signedAt } = await this.#head();
    const key = formatKey(this.signer.key);
    return { origin: this.signer.key.name, key, size, root: root.toString('base64'), signedAt, note };
  }

  /** Entries by stream, type, actor and time of recording; `nextCursor` leads on. Looking is recorded. */
  @Get('entries')
  @Permit('auditor', 'security_officer', 'platform_admin')
  async entries(@Query({ schema: Search }) search: z.infer<typeof Search>, @Caller() caller: Caller) {
    const items = await this.db.query<{ index: string }>(
      `select index::bigint, position, stream, revision, type, actor, occurred_at, recorded_at from entry
       where ($1::text is null or stream = $1) and ($2::text is null or type = $2) and ($3::text is null or actor = $3)
         and ($4::timestamptz is null or recorded_at >= $4) and ($5::timestamptz is null or recorded_at < $5)
         and ($6::bigint is null or index > $6)
       order by index limit $7`,
      [search.stream, search.type, search.actor, search.from, search.to, search.cursor, search.limit],
    );
    await recordAccess(this.store, caller, `entries ${JSON.stringify(search)}`, items.length, this.now());
    const numbered = items.map((item) => ({ ...item, index: Number(item.index) }));
    return {
      items: numbered,
      nextCursor: items.length === search.limit ? numbered.at(-1)!.index : undefined,
    };
  }

  /** One entry as it is stored, with the proof that it is under a signed head. */
  @Get('entries/:index/proof')
  @Permit('auditor', 'security_officer', 'platform_admin')
  async proof(
    @Param('index', { schema: Index }) index: number,
    @Query({ schema: AtHead }) { head: size }: z.infer<typeof AtHead>,
    @Caller() caller: Caller,
  ) {
    const head = await this.#head(size);
    const [row] = await this.db.query<{ stream: string; revision: number }>(
      'select stream, revision from entry where index = $1 and index < $2',
      [index, head.size],
    );
    if (!row)
      throw new HttpProblem(
        'not-found',
        `There is no entry ${index} under the head of ${head.size} entries.`,
      );
    const [event] = await this.store.read(row.stream, row.revision);
    const hashes = await inclusion(this.db, index, head.size);
    await recordAccess(this.store, caller, `proof ${index}`, 1, this.now());
    return {
      index,
      entry: event!.bytes.toString('base64'),
      proof: hashes.map((hash) => hash.toString('base64')),
      tlogProof: formatProof({ index, hashes, checkpoint: head.note }),
    };
  }

  /** The proof that the tree over `to` entries extends the one over `from`: nothing was rewritten in between. */
  @Get('consistency')
  @Permit(...anyRole)
  async consistency(@Query({ schema: Sizes }) { from, to }: z.infer<typeof Sizes>) {
    const { size } = await this.#head();
    if (from > to || to > size)
      throw new HttpProblem(
        'not-found',
        `There are signed trees up to ${size} entries; from must not exceed to.`,
      );
    const proof = await consistency(this.db, from, to);
    return { from, to, proof: proof.map((hash) => hash.toString('base64')) };
  }

  /** The ledger as NDJSON, for `slipway verify`: all of it, or what concerns one deployment. */
  @Get('export')
  @Permit('auditor', 'security_officer', 'platform_admin')
  async export(
    @Query({ schema: Export }) { deployment }: z.infer<typeof Export>,
    @Caller() caller: Caller,
    @Res() reply: FastifyReply,
  ) {
    await recordAccess(this.store, caller, `export ${deployment ?? 'everything'}`, 0, this.now());
    const head = await this.#head();
    const streams = deployment === undefined ? undefined : await this.#streamsAbout(deployment);
    const lines = exported(this.store, this.db, this.signer.key, head, streams);
    await reply.type('application/x-ndjson').send(Readable.from(lines));
  }

  async #streamsAbout(deployment: string): Promise<string[]> {
    const streams = [`deployment-${deployment}`, `change-${deployment}`];
    const found = await this.db.query('select 1 from entry where stream = any($1) limit 1', [streams]);
    if (found.length === 0)
      throw new HttpProblem('not-found', `The ledger knows of no deployment ${deployment}.`);
    return streams;
  }

  async #head(size?: number): Promise<Head> {
    const head = await latestHead(this.db, size);
    if (head) return head;
    const detail =
      size === undefined ? 'No head has been signed yet.' : `No head over ${size} entries was signed.`;
    throw new HttpProblem('not-found', detail);
  }
}
