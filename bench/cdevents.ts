import { context as by } from './facts.js';

/** Lines in one chunk of a stream of facts. */
const CHUNK = 500;

/** Long enough ago for every clock. */
const TIMESTAMP = '2026-06-01T12:00:00Z';

/** One line of NDJSON: a change that was merged, of about 500 bytes. */
function lineOf(id: string): string {
  return `{"context":{"specversion":"0.5.1","id":"${id}","source":"/git/example/web","type":"dev.cdevents.change.merged.0.3.0","timestamp":"${TIMESTAMP}","schemaUri":"https://cdevents.dev/0.5.1/schema/change-merged-event"},"subject":{"id":"${id}","source":"/git/example/web","content":{"repository":{"id":"example/web","source":"/git/example"}}},"customData":{"committedAt":"${TIMESTAMP}","author":"carl","title":"Mend what the change before it broke"},"customDataContentType":"application/json"}\n`;
}

/** One of them, parsed. */
export const sample = (): Record<string, unknown> => JSON.parse(lineOf('sample')) as Record<string, unknown>;

/** So many facts that nobody stated before, as chunks of bytes. */
export async function* facts(name: string, lines: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < lines; at += CHUNK) {
    const many = Math.min(CHUNK, lines - at);
    yield Buffer.from(Array.from({ length: many }, (_, i) => lineOf(`${name}-${at + i}`)).join(''));
  }
}

/** Who states them. */
export const publisher = by.actor;
