import pg from 'pg';

/** The messages of PostgreSQL's COPY protocol that `pg` passes on to what was submitted. */
interface Copying {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** What a `copy … to stdout` gives. */
export function copyOut(client: pg.Client, statement: string): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  return submit(client, statement, {
    handleCopyData: ({ chunk }: { chunk: Buffer }) => void chunks.push(Buffer.from(chunk)),
  }).then(() => chunks);
}

/** Feeds a `copy … from stdin`. */
export function copyIn(client: pg.Client, statement: string, chunks: readonly Buffer[]): Promise<void> {
  return submit(client, statement, {
    handleCopyInResponse(connection: Copying) {
      for (const chunk of chunks) connection.sendCopyFromChunk(chunk);
      connection.endCopyFrom();
    },
  });
}

function submit(client: pg.Client, statement: string, handlers: object): Promise<void> {
  return new Promise((settle, fail) => {
    const ignore = () => undefined;
    client.query({
      submit: (connection: pg.Connection) => connection.query(statement),
      handleRowDescription: ignore,
      handleDataRow: ignore,
      handleCopyData: ignore,
      handleCopyInResponse: ignore,
      handleCommandComplete: ignore,
      handleReadyForQuery: () => settle(),
      handleError: fail,
      ...handlers,
    } as pg.Submittable);
  });
}
