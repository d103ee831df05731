import { ConcurrentWrite, StoreUnavailable } from './store.js';

/** A carrier between services does not answer; what was to be sent is still in the log. */
export class BrokerUnavailable extends Error {
  constructor(cause: unknown) {
    super('The message broker does not answer.', { cause });
    this.name = 'BrokerUnavailable';
  }
}

/** SQLSTATE classes that say "try again": connection, rollback by concurrency, resources, operator intervention, system. */
const PASSING = /^(08|40|53|57|58|25P03|55P03)/;

/** What the driver and TypeORM say of a connection that is gone, without a code. */
const LOST =
  /connection (terminated|ended|timeout)|connection error|timeout exceeded when trying to connect|read timeout|runner already released/i;

/** Whether an error says something about the moment rather than about the event. */
export function isTransient(error: unknown): boolean {
  if (error instanceof StoreUnavailable || error instanceof BrokerUnavailable) return true;
  if (error instanceof ConcurrentWrite) return true;
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code === 'string') return PASSING.test(code) || /^E[A-Z]{4,}/.test(code);
  return LOST.test(message ?? '');
}
