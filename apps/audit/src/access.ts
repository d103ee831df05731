import { createHash } from 'node:crypto';
import { type Actor, AuditAccessRecorded, type EventStore } from '#events';

/** Records that someone looked at audit data: who, what, how many rows (AUD-01.5). */
export async function recordAccess(
  store: EventStore,
  { id, kind, roles }: Actor,
  query: string,
  rows: number,
  now: Date,
): Promise<void> {
  const day = now.toISOString().slice(0, 10);
  const person = createHash('sha256').update(id).digest('base64url').slice(0, 16);
  const event = AuditAccessRecorded({ subject: id, query: query.slice(0, 4_000), rows });
  await store.append(`look-${day}-${person}`, 'any', [event], { actor: { id, kind, roles } });
}
