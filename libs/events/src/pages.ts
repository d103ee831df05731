import type { Batch } from './store.js';

type Read = (after: number, limit: number) => Promise<Batch>;

/** Pages remembered for the followers that come by a moment later. */
const REMEMBERED = 8;

/**
 * Reads the log once for all followers of a process that stand at the same place. A page with events stays true for ever
 * (the log only grows); an empty one is shared only by those who were woken by the same news.
 */
export class Pages {
  readonly #read: Read;
  readonly #known = new Map<string, Batch>();
  readonly #reading = new Map<string, Promise<Batch>>();

  constructor(read: Read) {
    this.#read = read;
  }

  async after(after: number, limit: number, ticket: number): Promise<Batch> {
    const place = `${after}/${limit}`;
    return (
      this.#known.get(place) ?? this.#shared(place, `${place}/${ticket}`, () => this.#read(after, limit))
    );
  }

  async #shared(place: string, key: string, read: () => Promise<Batch>): Promise<Batch> {
    const reading = this.#reading.get(key) ?? read().finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    const page = await reading;
    if (page.events.length > 0) this.#known.set(place, page);
    if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value!);
    return page;
  }
}
