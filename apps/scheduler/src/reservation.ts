import {
  type Decision,
  type Entity,
  type EventOf,
  Rejected,
  ReservationReleased,
  type reservationEvents,
  WindowReserved,
} from '#events';

type ReservationEvent = EventOf<(typeof reservationEvents)[number]>;
type Slot = EventOf<typeof WindowReserved>['data'];
/** The live reservations of one service in one environment; no two overlap. */
type Reservations = ReadonlyMap<string, Slot>;
type Decide = Decision<Reservations, ReservationEvent>;

/** The stream in which all reservations of a service in an environment queue up, so that two cannot both win. */
export const placeOf = (service: string, environment: string): string => `${service}@${environment}`;

/** Takes a place. A place the same deployment held before is given up for it. @throws Rejected SAME_SERVICE */
export function reserve(slot: Slot): Decide {
  return (reservations) => {
    const held = reservations.get(slot.deploymentId);
    if (held?.start === slot.start && held.end === slot.end) return [];
    const other = [...reservations.values()].find(
      ({ deploymentId, start, end }) =>
        deploymentId !== slot.deploymentId && start < slot.end && slot.start < end,
    );
    if (other)
      throw new Rejected(
        'SAME_SERVICE',
        `${slot.service} is reserved in ${slot.environment} for ${other.deploymentId} from ${other.start} to ${other.end}.`,
        'formulas 4.4 (3)',
      );
    return [WindowReserved(slot)];
  };
}

/** Gives a place back. */
export function release(deploymentId: string, reason: string): Decide {
  return (reservations) => {
    const held = reservations.get(deploymentId);
    if (!held) return [];
    const { service, environment } = held;
    return [ReservationReleased({ deploymentId, service, environment, reason })];
  };
}

function evolve(before: Reservations, { type, data }: ReservationEvent): Reservations {
  const after = new Map(before);
  switch (type) {
    case 'WindowReserved':
      return after.set(data.deploymentId, data);
    case 'ReservationReleased':
      after.delete(data.deploymentId);
      return after;
  }
}

export const reservation: Entity<Reservations, ReservationEvent> = {
  category: 'reservation',
  initialState: new Map(),
  evolve,
};
