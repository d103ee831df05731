/** A connection that is made when first used and made anew after a failure, since half-broken ones do not mend. */
export interface Replaceable<T> {
  use<R>(what: (connection: T) => Promise<R>): Promise<R>;
  drop(): Promise<void>;
}

export function replaceable<T extends { connect(): Promise<void>; disconnect(): Promise<void> }>(
  make: () => T,
): Replaceable<T> {
  let current: Promise<T> | undefined;

  const connect = async () => {
    const connection = make();
    try {
      await connection.connect();
    } catch (error) {
      void connection.disconnect().catch(() => undefined);
      throw error;
    }
    return connection;
  };

  const drop = async () => {
    const old = current;
    current = undefined;
    await old?.then((connection) => connection.disconnect()).catch(() => undefined);
  };

  const use = async <R>(what: (connection: T) => Promise<R>): Promise<R> => {
    const mine = (current ??= connect());
    try {
      return await what(await mine);
    } catch (error) {
      if (current === mine) void drop();
      throw error;
    }
  };

  return { use, drop };
}
