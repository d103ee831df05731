/** One record of the log, at its offset. */
export interface LogRecord {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
}

/** What an append asks for; `expected` is -1 for "no stream" and -2 for "any". */
export interface Proposal {
  readonly stream: string;
  readonly expected: bigint;
  readonly events: readonly Omit<LogRecord, 'position' | 'stream' | 'revision'>[];
}

export type Outcome = { readonly last: LogRecord } | { readonly current: bigint };

/**
 * The rules of KurrentDB's log as its documentation and published source state them, in memory: positions are offsets,
 * the server writes records of its own between ours, and known ids behind the end are acknowledged and not stored.
 */
export class KurrentLog {
  readonly records: LogRecord[] = [];
  readonly #streams = new Map<string, LogRecord[]>();
  readonly #watching = new Set<(record: LogRecord) => void>();
  #end = 0n;

  constructor() {
    this.#statistics();
  }

  stream(name: string): readonly LogRecord[] {
    return this.#streams.get(name) ?? [];
  }

  append({ stream, expected, events }: Proposal): Outcome {
    const before = this.stream(stream);
    const current = BigInt(before.length) - 1n;
    if (expected !== -2n && expected < current) {
      const known = before.slice(Number(expected) + 1, Number(expected) + 1 + events.length);
      const same = known.length === events.length && known.every(({ id }, i) => id === events[i]!.id);
      return same ? { last: known.at(-1)! } : { current };
    }
    if (expected > current) return { current };
    if (current < 0n) this.#statistics();
    events.forEach((event, i) => this.#write({ ...event, stream, revision: current + 1n + BigInt(i) }));
    return { last: this.records.at(-1)! };
  }

  /** Calls for each new record, until the returned function is called. */
  watch(seen: (record: LogRecord) => void): () => void {
    this.#watching.add(seen);
    return () => this.#watching.delete(seen);
  }

  #statistics(): void {
    const stream = '$stats-127.0.0.1';
    const revision = BigInt(this.stream(stream).length);
    const data = Buffer.from('{}');
    const id = `00000000-0000-4000-8000-${revision.toString(16).padStart(12, '0')}`;
    this.#write({ stream, revision, id, type: '$statsCollected', contentType: 'application/json', data });
  }

  #write(record: Omit<LogRecord, 'position'>): void {
    const written = { ...record, position: this.#end };
    this.#end += BigInt(100 + record.data.length);
    this.records.push(written);
    this.#streams.set(record.stream, [...this.stream(record.stream), written]);
    for (const seen of this.#watching) seen(written);
  }
}
