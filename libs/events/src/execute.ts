import { checkFact, decodeKnown } from './contracts.js';
import type { Context, Event, Recorded } from './event.js';
import { Rejected } from './rejected.js';
import { ConcurrentWrite, type EventStore } from './store.js';

/** One kind of stream: how its facts make a state. */
export interface Entity<State, E extends Event> {
  readonly category: string;
  readonly initialState: State;
  readonly evolve: (state: State, event: E) => State;
}

/** A decision: looks at the state and returns facts, or throws `Rejected`. An empty list means there is nothing to do. */
export type Decision<State, E extends Event> = (state: State) => readonly E[];

/** A command's context; `expected` is the revision the caller has seen (`If-Match`). */
export interface CommandContext extends Context {
  readonly expected?: number;
}

/** What came of a command: the facts, the stream's revision, and the position to ask read models for. */
export interface Outcome<E extends Event> {
  readonly events: readonly E[];
  readonly revision: number;
  readonly position: number;
}

/** The caller decided on a state that is no longer the present one. */
export class StaleRevision extends ConcurrentWrite {}

/**
 * Load, decide, append. Deciding is pure, so losing a race only means deciding again.
 * A command id that the stream already holds returns its first result and appends nothing.
 * @throws Rejected what the decision says, COMMAND_ID_REUSED, or CONTRACT_BROKEN for a fact that could not be read back
 * @throws StaleRevision when `expected` is not the present revision
 * @throws ConcurrentWrite when the race was lost three times
 */
export async function execute<State, E extends Event>(
  store: EventStore,
  entity: Entity<State, E>,
  id: string,
  decide: Decision<State, E>,
  context: CommandContext,
): Promise<Outcome<E>> {
  const stream = `${entity.category}-${id}`;
  const { expected, ...rest } = context;
  for (let attemptsLeft = 3; ; attemptsLeft--) {
    const history = await store.read(stream);
    const earlier = resultOf<E>(history, rest);
    if (earlier) return earlier;
    const revision = history.length;
    if (expected !== undefined && expected !== revision) throw new StaleRevision(stream, expected, revision);
    const events = decide(fold(entity, history));
    if (events.length === 0) return { events, revision, position: history.at(-1)?.position ?? 0 };
    events.forEach(checkFact);
    try {
      return { events, ...(await store.append(stream, revision, events, rest)) };
    } catch (error) {
      if (!(error instanceof ConcurrentWrite) || attemptsLeft === 1) throw error;
    }
  }
}

function resultOf<E extends Event>(history: readonly Recorded[], context: Context): Outcome<E> | undefined {
  if (context.commandId === undefined) return undefined;
  const caused = history.filter(({ commandId }) => commandId === context.commandId);
  const last = caused.at(-1);
  if (last === undefined) return undefined;
  if (last.commandHash !== context.commandHash)
    throw new Rejected(
      'COMMAND_ID_REUSED',
      'This command id was used before for a command with other content; use a new one.',
      'LIB-02.2',
    );
  const events = caused
    .map(decodeKnown)
    .map(({ type, version, data }) => ({ type, version, data }) as Event as E);
  return { events, revision: last.revision, position: last.position };
}

/** The present state of one stream, and its revision (0 when there is none). */
export async function load<State, E extends Event>(
  store: EventStore,
  entity: Entity<State, E>,
  id: string,
  until: (event: Recorded) => boolean = () => true,
): Promise<{ state: State; revision: number; position: number }> {
  const history = (await store.read(`${entity.category}-${id}`)).filter(until);
  return { state: fold(entity, history), revision: history.length, position: history.at(-1)?.position ?? 0 };
}

function fold<State, E extends Event>(entity: Entity<State, E>, history: readonly Recorded[]): State {
  return history.reduce<State>(
    (state, event) => entity.evolve(state, decodeKnown(event) as Event as E),
    entity.initialState,
  );
}
