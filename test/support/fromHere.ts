import {
  type Appended,
  type Batch,
  ConcurrentWrite,
  type Context,
  type Event,
  EventStore,
  type Expected,
  type Following,
  type Recorded,
} from '#events';

/**
 * A store as if it were empty: what was there before is not seen, and streams have a mark of their own. For servers that
 * cannot be emptied; who runs tests at the same time on the same server is seen.
 */
export class FromHere extends EventStore {
  private constructor(
    private readonly store: EventStore,
    private readonly base: number,
    private readonly mark: string,
  ) {
    super();
  }

  static async from(store: EventStore): Promise<FromHere> {
    const base = await store.head();
    return new FromHere(store, base, `~${base}-${process.pid}`);
  }

  async append(
    stream: string,
    expected: Expected,
    events: readonly Event[],
    context: Context,
  ): Promise<Appended> {
    try {
      return await this.store.append(this.#marked(stream), expected, events, context);
    } catch (error) {
      if (error instanceof ConcurrentWrite) throw new ConcurrentWrite(stream, error.expected, error.actual);
      throw error;
    }
  }

  async read(stream: string, from?: number): Promise<readonly Recorded[]> {
    const events = await this.store.read(this.#marked(stream), from);
    return events.map((event) => this.#unmarked(event));
  }

  async *batches(following: Following): AsyncIterable<Batch> {
    const after = Math.max(following.after, this.base);
    for await (const { events, position } of this.store.batches({ ...following, after }))
      yield { events: events.map((event) => this.#unmarked(event)), position };
  }

  async head(): Promise<number> {
    const head = await this.store.head();
    return head === this.base ? 0 : head;
  }

  close(): Promise<void> {
    return this.store.close();
  }

  /** What is no name of a stream stays none. */
  #marked(stream: string): string {
    return /-./s.test(stream) ? stream + this.mark : stream;
  }

  /** An id that follows from a command follows from the stream's name too, which is another one here each time. */
  #unmarked(event: Recorded): Recorded {
    const { commandId, revision } = event;
    const stream = event.stream.slice(0, -this.mark.length);
    return { ...event, stream, id: commandId === undefined ? event.id : `${revision}/${commandId}` };
  }
}
