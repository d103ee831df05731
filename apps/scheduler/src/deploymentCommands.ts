import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type CommandContext, type EventStore, execute, load, type Outcome, Rejected } from '#events';
import { answerWith } from '#service/answer';
import { HttpProblem } from '#service/problems';
import { type Decide, deployment, type DeploymentEvent, type Known } from './deployment.js';

/** An id of the caller's choice: it stands in addresses and streams. */
export const DeploymentId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'must be 1 to 100 letters, digits, dots, colons or hyphens');

/** A deployment that exists. @throws HttpProblem not-found */
export async function known(store: EventStore, id: string): Promise<Known> {
  const { state } = await load(store, deployment, id);
  if (state.status === 'UNKNOWN') throw new HttpProblem('not-found', `There is no deployment ${id}.`);
  return state;
}

/** Runs a command on a deployment and answers with where it now stands. A recorded refusal is answered as one. */
export async function run(
  store: EventStore,
  id: string,
  decide: Decide,
  command: CommandContext,
  reply: FastifyReply,
) {
  try {
    return answer(id, await execute(store, deployment, id, decide, command), reply);
  } catch (error) {
    if (error instanceof Rejected && error.code === 'NOT_FOUND')
      throw new HttpProblem('not-found', `There is no deployment ${id}.`);
    throw error;
  }
}

/** The answer to a command: what happened, and the position and revision to go on from. */
export function answer(id: string, outcome: Outcome<DeploymentEvent>, reply: FastifyReply) {
  answerWith(reply, outcome);
  const refusal = outcome.events.find((event) => event.type === 'DeploymentStartRefused');
  if (refusal) throw new Rejected(refusal.data.violations);
  const { events, revision, position } = outcome;
  return { id, events: events.map(({ type }) => type), revision, position };
}
