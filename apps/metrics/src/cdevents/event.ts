import { Rejected } from '#events';
import { instant } from '../delivery/instant.js';

/** A CDEvent as far as it concerns delivery; everything else in it is left alone. */
export interface Cdevent {
  readonly context: {
    readonly id: string;
    readonly source: string;
    readonly type: string;
    readonly timestamp: string;
    readonly links?: readonly unknown[];
  };
  readonly subject: { readonly id: string; readonly source?: string; readonly content?: Content };
  readonly customData?: unknown;
}

export interface Content {
  readonly repository?: { readonly id?: string };
  readonly environment?: { readonly id?: string };
  readonly service?: { readonly id?: string };
  readonly artifactId?: string;
  readonly change?: { readonly id?: string };
}

/** What every mapped fact starts with. */
export interface Origin {
  readonly id: string;
  readonly at: string;
  readonly recordedAt: string;
}

/** `customData` as an object; anything else carries nothing for us. */
export function custom(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? (data as Record<string, unknown>)
    : {};
}

export function text(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Rejected('INVALID_CDEVENT', `${field} must be a text that is not empty.`);
}

/** One text or a list of them. */
export function texts(value: unknown, field: string): string[] | undefined {
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value : [value]).map((one, i) => text(one, `${field}[${i}]`));
}

/** A time in UTC, if there is one. */
export function time(value: unknown, field: string): string | undefined {
  return value === undefined ? undefined : new Date(instant(value, field)).toISOString();
}
