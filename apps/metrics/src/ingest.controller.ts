import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, gunzipped, ndjsonBatches, readHttpCdevents } from '#events';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { commandOf } from '#service/caller';
import { CLOCK, type Clock } from '#service/clock';
import { Permit } from '#service/permit';
import { HttpProblem } from '#service/problems';
import { ingest, type Ingest } from './ingest.js';
import { emptyReceipt, enter, ingestLines, type Receipt } from './ingestStream.js';

/** The longest line that can become an event, with room for its envelope. */
const MAX_LINE = 64 * 1024;
/** Events in one batch (LIB-09.7); longer deliveries come as NDJSON. */
const MAX_BATCH = 500;

/** Where other systems state facts: CDEvents 0.3 to 0.5.1. */
@Controller('v1/ingest')
export class IngestController {
  constructor(
    private readonly store: EventStore,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /**
   * Takes CDEvents as CloudEvents (binary, structured, batch), as plain JSON (one or an array), or as NDJSON of any length.
   * Each fact is stored once, whatever is repeated; `rejected` names those that were refused, by line or place, and why.
   */
  @Post('cdevents')
  @HttpCode(200)
  @Permit('publisher', 'platform_admin')
  @BodyLimit(LARGEST_BODY)
  async cdevents(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Receipt> {
    const { actor, correlationId, traceparent } = commandOf(request);
    const to = { store: this.store, actor, correlationId, traceparent };
    const receipt = isNdjson(request) ? await this.#stream(to, request) : await this.#items(to, request);
    if (receipt.position > 0) reply.header('position', String(receipt.position));
    return receipt;
  }

  #stream(to: Ingest, request: FastifyRequest): Promise<Receipt> {
    return ingestLines(to, ndjsonBatches(gunzipped(request.raw), { maxLineBytes: MAX_LINE }), this.now);
  }

  async #items(to: Ingest, { headers, body }: FastifyRequest): Promise<Receipt> {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body));
    const { items } = readHttpCdevents(headers, bytes, this.now());
    if (items.length > MAX_BATCH)
      throw new HttpProblem(
        'too-large',
        `A batch has at most ${MAX_BATCH} events, this one has ${items.length}; send NDJSON.`,
      );
    const receipt = emptyReceipt();
    const fates = await Promise.all(items.map((item) => ingest(to, item)));
    fates.forEach((fate, i) => enter(receipt, i + 1, fate));
    return receipt;
  }
}

const isNdjson = ({ headers }: FastifyRequest): boolean =>
  /^application\/x-ndjson(;|$)/i.test(headers['content-type'] ?? '');
