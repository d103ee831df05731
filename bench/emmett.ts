import { type Appended, type Load, writing } from './appending.js';
import { fact } from './facts.js';

/** Another event store on PostgreSQL, as its own package writes it. */
export interface Peer {
  readonly label: string;
  append(load: Load): Promise<Appended>;
  close(): Promise<void>;
}

/** Emmett's store on a database; why not, where its package is not installed or does not run. */
export async function emmett(url: string): Promise<Peer | string> {
  try {
    const { getPostgreSQLEventStore } = await import('@event-driven-io/emmett-postgresql');
    const store = getPostgreSQLEventStore(url);
    await store.schema.migrate();
    const event = { type: fact.type, data: fact.data };
    return {
      label: 'Emmett appendToStream',
      append: (load) =>
        writing(load, (writer, revision) =>
          store.appendToStream(`deployment-${load.name}-${writer}`, [event], {
            expectedStreamVersion: revision === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(revision),
          }),
        ),
      close: () => store.close(),
    };
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}
