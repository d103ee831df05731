import {
  type Context,
  type Event,
  type EventOf,
  FreezeDeclared,
  FreezeLifted,
  MemoryEventStore,
  type Observer,
  type Projection,
  type Recorded,
} from '#events';

/** A read model that notices everything: what came, how often, and in which order. */
export interface Note {
  readonly id: string;
  readonly times: number;
  readonly heard: readonly string[];
  readonly last: number;
}
type NoteEvent = EventOf<typeof FreezeDeclared> | EventOf<typeof FreezeLifted>;

export const NOTEBOOK = `
create table notebook (id text primary key, times int not null, heard jsonb not null, last bigint not null);
create index notebook_by_last on notebook (last);
`;

/** One row a freeze. A freeze lifted for the reason "gone" leaves the notebook. */
export const notebook: Projection<Note, NoteEvent> = {
  table: 'notebook',
  from: [FreezeDeclared, FreezeLifted],
  id: ({ data }) => data.freezeId,
  evolve(before, { type, data, position }) {
    if (type === 'FreezeLifted' && data.reason === 'gone') return undefined;
    const said = type === 'FreezeLifted' ? data.reason : data.name;
    return {
      id: data.freezeId,
      times: (before?.times ?? 0) + 1,
      heard: [...(before?.heard ?? []), said],
      last: position,
    };
  },
};

const context: Context = { actor: { id: 'ana', kind: 'human', roles: [] } };

export const declared = (freezeId: string, name: string): Event =>
  FreezeDeclared({
    freezeId,
    name,
    reason: 'peak',
    mode: 'hard',
    start: '2027-11-20T00:00:00Z',
    end: '2027-12-01T00:00:00Z',
    scope: {},
    allowedKinds: [],
    declaredBy: 'ana',
  });
export const lifted = (freezeId: string, reason: string): Event =>
  FreezeLifted({ freezeId, reason, liftedBy: 'ana' });

/** A log in memory to which these events were appended, each to the stream of its freeze, and all that is in it. */
export async function logOf(events: readonly Event[], store = new MemoryEventStore()) {
  for (const event of events)
    await store.append(`freeze-${event.data['freezeId'] as string}`, 'any', [event], context);
  const recorded: Recorded[] = [];
  for await (const batch of store.batches({ after: 0, live: false })) recorded.push(...batch.events);
  return { store, recorded };
}

/** An observer that keeps what was parked. */
export function observing() {
  const parked: string[] = [];
  const observer: Observer = { applied: () => {}, parked: (_, { key }) => void parked.push(key) };
  return { observer, parked };
}
