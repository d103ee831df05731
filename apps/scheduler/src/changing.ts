import type { Outlook } from '#time/cron/outlook';
import { iso } from './instant.js';

/** When what is open closes, or what is not opens, as answers spell it; null where it does not before `lookedUntil`. */
export function changing({ open, changesAt, lookedUntil }: Omit<Outlook, 'tzdata'>) {
  const at = changesAt === null ? null : iso(changesAt);
  return { ...(open ? { closesAt: at } : { opensAt: at }), lookedUntil: iso(lookedUntil) };
}
