import {
  behindOf,
  type Broker,
  type BrokerLog,
  chunksOf,
  type Cursor,
  type Lag,
  type Message,
  MessageRefused,
  type PartitionBatch,
  type Subscription,
  type TopicWish,
} from './broker.js';
import { consume, type Handover, type Patience, type Session } from './consumption.js';
import { BrokerUnavailable } from './transient.js';
import { Wakeup } from './wakeup.js';

/** What a library that speaks a broker's protocol is asked for: single attempts, which may fail. */
export interface BrokerClient {
  /** @throws MessageRefused when another attempt would be in vain */
  send(topic: string, messages: readonly Message[]): Promise<void>;
  createTopics(topics: readonly TopicWish[]): Promise<void>;
  /** Joins the group, keeps `cursors` up to date, and offers batches until the session is closed. */
  join(subscription: Subscription, cursors: Map<string, Cursor>, handover: Handover): Promise<Session>;
  close(): Promise<void>;
}

/** How patient a connection is. */
export interface BrokerPatience extends Patience {
  /** Milliseconds for which a publication is tried before the caller hears of it. */
  readonly publish: number;
  /** Milliseconds for which a rebalance waits for the batch in the caller's hands. */
  readonly rebalance: number;
}

/** Below the usual limit of 1 MiB for what is written to one partition at once. */
const CHUNK = 900 * 1024;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2_000;

/** The broker port over a client: one publication after the other, retries within a budget, lag and state. */
export function brokerOver(client: BrokerClient, patience: BrokerPatience, log: BrokerLog): Broker {
  const closing = new AbortController();
  const members = new Set<{ group: string; cursors: Map<string, Cursor>; session: Session }>();
  let up = false;
  let turn: Promise<unknown> = Promise.resolve();

  const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      const answer = await ask();
      up = true;
      return answer;
    } catch (error) {
      up = error instanceof MessageRefused;
      throw error;
    }
  };

  const insist = async (ask: () => Promise<void>): Promise<void> => {
    const began = performance.now();
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      if (closing.signal.aborted) throw new BrokerUnavailable(new Error('The connection is closed.'));
      try {
        return await asked(ask);
      } catch (error) {
        if (error instanceof MessageRefused) throw error;
        if (performance.now() - began + pause > patience.publish) throw new BrokerUnavailable(error);
        log.debug({ err: error }, 'The broker is asked again.');
      }
      await new Wakeup().after(0, closing.signal, pause);
    }
  };

  const publish = async (topic: string, messages: readonly Message[]) => {
    for (const chunk of chunksOf(messages, CHUNK)) await insist(() => client.send(topic, chunk));
  };

  const open = async (subscription: Subscription, handover: Handover): Promise<Session> => {
    const cursors = new Map<string, Cursor>();
    const session = await asked(() => client.join(subscription, cursors, handover));
    const member = { group: subscription.group, cursors, session };
    members.add(member);
    return {
      behind: () => asked(() => session.behind()),
      close: () => {
        members.delete(member);
        return session.close();
      },
    };
  };

  const batches = (subscription: Subscription): AsyncGenerator<PartitionBatch> => {
    const signal = AbortSignal.any([subscription.signal, closing.signal]);
    return consume((handover) => open({ ...subscription, signal }, handover), patience, log, signal);
  };

  return {
    publish: (topic, messages) => {
      const mine = turn.then(() => publish(topic, messages));
      turn = mine.catch(() => undefined);
      return mine;
    },
    ensureTopics: (topics) => insist(() => client.createTopics(topics)),
    batches,
    lag: () => [...members].flatMap(({ group, cursors }) => lagOf(group, cursors)),
    connected: () => up,
    close: async () => {
      closing.abort();
      await turn;
      await Promise.all([...members].map(({ session }) => session.close()));
      await client.close();
      up = false;
    },
  };
}

function lagOf(group: string, cursors: ReadonlyMap<string, Cursor>): Lag[] {
  return [...cursors.values()].map((cursor) => ({
    group,
    topic: cursor.topic,
    partition: cursor.partition,
    behind: behindOf(cursor),
  }));
}
