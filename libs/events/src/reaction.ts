import type { KnownEvent } from './contracts.js';
import type { CommandContext } from './execute.js';
import type { EventContract } from './event.js';
import type { Follower, Known } from './follow.js';

/** "This happened, so …": runs commands for events. Its command ids follow from the events, so each happens once. */
export interface Reaction {
  readonly name: string;
  readonly on: readonly Pick<EventContract, 'type'>[];
  readonly react: (event: Known & KnownEvent, context: CommandContext) => Promise<unknown>;
}

/** The reaction as something that follows the log. */
export function reactor({ name, on, react }: Reaction): Follower {
  return {
    name,
    types: new Set(on.map(({ type }) => type)),
    async apply(_, events) {
      for (const event of events) await react(event, contextOf(name, event));
    },
  };
}

/** The context of a command that an event causes. */
export function contextOf(name: string, event: Known): CommandContext {
  return {
    actor: { id: `slipway:${name}`, kind: 'service', roles: [], onBehalfOf: event.actor.id },
    commandId: `${name}:${event.id}`,
    correlationId: event.correlationId,
    causationId: event.id,
    traceparent: event.traceparent,
  };
}
