import { InvalidJson, parseStrict } from '#json';

/** Why an item was not accepted: a stable code, the field at fault (a path such as `context.id`) and a sentence. */
export interface Reason {
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

/** The answer "no" of every reader in this folder. */
export interface Refusal {
  readonly ok: false;
  readonly reason: Reason;
}

export function refusal(code: string, field: string, message: string): Refusal {
  return { ok: false, reason: { code, field, message } };
}

/** Text of a stranger, cut and quoted so that it fits into one line of a message or a log. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** `parseStrict` with its refusal as an answer; the code is that of {@link InvalidJson}. */
export function readJson(text: string | Buffer): { readonly ok: true; readonly value: unknown } | Refusal {
  try {
    return { ok: true, value: parseStrict(text) };
  } catch (error) {
    if (error instanceof InvalidJson) return refusal(error.code, error.field, error.message);
    throw error;
  }
}
