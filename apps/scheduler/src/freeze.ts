import {
  type Decision,
  type Entity,
  type EventOf,
  FreezeDeclared,
  type freezeEvents,
  FreezeLifted,
  Rejected,
} from '#events';
import { isDeepStrictEqual } from 'node:util';

type FreezeEvent = EventOf<(typeof freezeEvents)[number]>;
export type FreezeTerms = Omit<EventOf<typeof FreezeDeclared>['data'], 'freezeId' | 'declaredBy'>;
type Freeze =
  | { readonly status: 'UNKNOWN' }
  | { readonly status: 'DECLARED' | 'LIFTED'; readonly terms: EventOf<typeof FreezeDeclared>['data'] };
type Decide = Decision<Freeze, FreezeEvent>;

/** Declares a freeze. Its end must be to come: nothing is frozen afterwards (SCH-03.8). */
export function declare(freezeId: string, terms: FreezeTerms, declaredBy: string, now: Date): Decide {
  return (freeze) => {
    const wanted = { freezeId, ...terms, declaredBy };
    if (freeze.status !== 'UNKNOWN') {
      const same = isDeepStrictEqual({ ...freeze.terms, declaredBy }, wanted);
      if (same) return [];
      throw new Rejected(
        'ALREADY_DECLARED',
        'A freeze of this id has other terms; lift it and declare a new one.',
        'SCH-03.6',
      );
    }
    if (Date.parse(terms.end) <= Date.parse(terms.start))
      throw new Rejected('INTERVAL_INVALID', 'end must be after start.', 'SCH-03.8');
    if (Date.parse(terms.end) <= now.getTime())
      throw new Rejected('IN_THE_PAST', 'end must be in the future.', 'SCH-03.8');
    return [FreezeDeclared(wanted)];
  };
}

/** Lifts a freeze before its end. */
export function lift(freezeId: string, reason: string, liftedBy: string): Decide {
  return (freeze) => {
    if (freeze.status === 'LIFTED') return [];
    if (freeze.status === 'UNKNOWN') throw new Rejected('NOT_FOUND', 'There is no such freeze.');
    return [FreezeLifted({ freezeId, reason, liftedBy })];
  };
}

function evolve(before: Freeze, { type, data }: FreezeEvent): Freeze {
  switch (type) {
    case 'FreezeDeclared':
      return { status: 'DECLARED', terms: data };
    case 'FreezeLifted':
      return before.status === 'UNKNOWN' ? before : { ...before, status: 'LIFTED' };
  }
}

export const freeze: Entity<Freeze, FreezeEvent> = {
  category: 'freeze',
  initialState: { status: 'UNKNOWN' },
  evolve,
};
