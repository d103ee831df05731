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
import type { Metrics } from './metrics.js';

/** A store whose appends are timed; all else passes through. */
export class MeasuredStore extends EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly metrics: Metrics,
  ) {
    super();
  }

  async append(
    stream: string,
    expected: Expected,
    events: readonly Event[],
    context: Context,
  ): Promise<Appended> {
    const done = this.metrics.appends.startTimer();
    try {
      const appended = await this.store.append(stream, expected, events, context);
      done({ outcome: 'stored' });
      return appended;
    } catch (error) {
      done({ outcome: error instanceof ConcurrentWrite ? 'conflict' : 'failed' });
      throw error;
    }
  }

  read(stream: string, from?: number): Promise<readonly Recorded[]> {
    return this.store.read(stream, from);
  }

  batches(following: Following): AsyncIterable<Batch> {
    return this.store.batches(following);
  }

  head(): Promise<number> {
    return this.store.head();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
