import type { z } from 'zod';
import { Rejected } from './rejected.js';

/** A fact as a decision states it: what happened, in which version of its contract. */
export interface Event<Type extends string = string, Data = Record<string, unknown>> {
  readonly type: Type;
  readonly version: number;
  readonly data: Data;
}

/** Who acted: a person or a service, in which roles, and on whose behalf. */
export interface Actor {
  readonly id: string;
  readonly kind: 'human' | 'service';
  readonly roles: readonly string[];
  readonly onBehalfOf?: string;
}

/** What accompanies a command into every event it causes. Times are ISO 8601 UTC. */
export interface Context {
  readonly actor: Actor;
  /** When it happened in the business; the time of appending unless stated. */
  readonly occurredAt?: string;
  /** Names the command, so that its repetition is recognised in the stream itself. */
  readonly commandId?: string;
  /** Fingerprint of the command's content; the same id with another fingerprint is refused. */
  readonly commandHash?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
}

/** An event as it stands in the log. `bytes` are what is stored, hashed and relayed. */
export interface Recorded<E extends Event = Event> extends Omit<Context, 'occurredAt' | 'correlationId'> {
  readonly type: E['type'];
  readonly version: number;
  readonly data: E['data'];
  readonly id: string;
  readonly stream: string;
  /** 1-based place in the stream. */
  readonly revision: number;
  /** Place in the log: 1-based and without gaps in PostgreSQL, an offset in KurrentDB; ordered in either. */
  readonly position: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly correlationId: string;
  readonly bytes: Buffer;
}

/** Turns a payload of version n into one of version n + 1. */
export type Upcast = (old: Record<string, unknown>) => Record<string, unknown>;

/** Type, version, schema and history of one kind of event. */
export interface EventContract<Type extends string = string, Schema extends z.ZodObject = z.ZodObject> {
  readonly type: Type;
  readonly version: number;
  readonly schema: Schema;
  readonly upcasts: readonly Upcast[];
}

/** The event that a contract makes. */
export type EventOf<C> =
  C extends EventContract<infer Type, infer Schema> ? Event<Type, z.infer<Schema>> : never;

/**
 * Defines an event once: the result is its constructor, its check, its history and its documentation. The version is the
 * number of upcasts plus one; a hole among them stops the program at its start.
 */
export function defineEvent<const Type extends string, Schema extends z.ZodObject>(
  type: Type,
  schema: Schema,
  upcasts: readonly Upcast[] = [],
) {
  const version = upcasts.length + 1;
  for (const [i, upcast] of Array.from(upcasts).entries())
    if (typeof upcast !== 'function')
      throw new TypeError(`${type} has no way from version ${i + 1} to ${i + 2}.`);
  const create = (data: z.infer<Schema>): Event<Type, z.infer<Schema>> => ({ type, version, data });
  const contract: EventContract<Type, Schema> = { type, version, schema, upcasts };
  return Object.assign(create, contract);
}

/**
 * Brings a stored payload of any past version up to the current one, and checks it.
 * @throws Rejected FUTURE_VERSION when it was written by a newer release; CONTRACT_BROKEN when it does not fit.
 */
export function decode<Type extends string, Schema extends z.ZodObject, Stored extends Event>(
  contract: EventContract<Type, Schema>,
  stored: Stored,
): Stored & Event<Type, z.infer<Schema>> {
  if (stored.version > contract.version)
    throw new Rejected(
      'FUTURE_VERSION',
      `${stored.type} version ${stored.version} is newer than ${contract.version}, the newest known here.`,
      'LIB-01.4',
    );
  if (!Number.isInteger(stored.version) || stored.version < 1)
    throw broken(stored.type, `version: ${stored.version} is not a version`);
  const data = contract.upcasts.slice(stored.version - 1).reduce((old, upcast) => upcast(old), stored.data);
  return { ...stored, type: contract.type, version: contract.version, data: checkData(contract, data) };
}

/** Checks a payload of the contract's present version. @throws Rejected CONTRACT_BROKEN, naming the first field at fault */
export function checkData<Schema extends z.ZodObject>(
  contract: EventContract<string, Schema>,
  data: unknown,
): z.infer<Schema> {
  const checked = contract.schema.safeParse(data);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw broken(contract.type, `${issue?.path.join('.') || 'data'}: ${issue?.message}`);
}

const broken = (type: string, what: string) =>
  new Rejected('CONTRACT_BROKEN', `${type} does not fit its contract at ${what}.`, 'LIB-01.1');
