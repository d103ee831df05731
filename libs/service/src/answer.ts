import type { FastifyReply } from 'fastify';

/** What a write tells its caller: where it is stored, and the revision to decide on next. */
export interface Stored {
  readonly position: number;
  readonly revision: number;
}

/** Puts `Position` (to be asked for as `Min-Position`) and `ETag` (to be sent as `If-Match`) on an answer. */
export function answerWith(reply: FastifyReply, { position, revision }: Stored): void {
  reply.header('position', String(position)).header('etag', `"v${revision}"`);
}
