import { checkData, decode, type Event, type EventContract, type EventOf, type Recorded } from './event.js';
import { accessEvents, keyEvents } from './contracts/access.js';
import { freezeEvents, reservationEvents } from './contracts/calendar.js';
import { changeEvents } from './contracts/change.js';
import { deploymentEvents } from './contracts/deployment.js';
import { externalEvents } from './contracts/external.js';
import { Rejected } from './rejected.js';

/** Which service states which events; its topic carries them (`slipway.<service>`). */
export const topics = {
  scheduler: [...deploymentEvents, ...freezeEvents, ...reservationEvents],
  approvals: [...changeEvents, ...keyEvents],
  audit: [...accessEvents],
  metrics: [...externalEvents],
} as const;

/** The services of the product. */
export type ServiceName = keyof typeof topics;
export const serviceNames = Object.keys(topics) as ServiceName[];

/** Every event the product knows. */
export type KnownEvent = EventOf<(typeof topics)[ServiceName][number]>;

/** Every contract, by event type. */
export const contracts: ReadonlyMap<string, EventContract> = byType(Object.values(topics).flat());

/** Contracts by type. A type defined twice stops the program at its start. */
export function byType(all: readonly Pick<EventContract, 'type'>[]): Map<string, EventContract> {
  const map = new Map(all.map((contract) => [contract.type, contract as EventContract]));
  if (map.size === all.length) return map;
  const twice = all.find(({ type }, i) => all.slice(0, i).some((earlier) => earlier.type === type));
  throw new TypeError(`${twice?.type} is defined twice.`);
}

const owners = new Map<string, ServiceName>(
  serviceNames.flatMap((service) => topics[service].map(({ type }) => [type, service] as const)),
);

/** The service that states events of this type. */
export const ownerOf = (type: string): ServiceName | undefined => owners.get(type);

/** The topic that carries events of this type. */
export const topicOf = (service: ServiceName): string => `slipway.${service}`;

/**
 * Decodes a stored event by the contract of its type.
 * @throws Rejected UNKNOWN_TYPE, FUTURE_VERSION or CONTRACT_BROKEN
 */
export function decodeKnown<R extends Recorded>(stored: R): R & KnownEvent {
  return decode(contractOf(stored.type), stored) as unknown as R & KnownEvent;
}

/** Refuses a new fact that its own contract would not read back. @throws Rejected UNKNOWN_TYPE or CONTRACT_BROKEN */
export function checkFact({ type, data }: Event): void {
  checkData(contractOf(type), data);
}

function contractOf(type: string): EventContract {
  const contract = contracts.get(type);
  if (contract) return contract;
  throw new Rejected('UNKNOWN_TYPE', `No contract is known here for ${type}.`, 'LIB-01.4');
}
