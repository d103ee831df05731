import {
  type CommandContext,
  type Database,
  type EventStore,
  execute,
  load,
  type Outcome,
  Rejected,
} from '#events';
import { conflictsOf, SOAK_MINUTES } from './calendar.js';
import type { Conflict } from './conflict/finding.js';
import { deployment, type DeploymentEvent, type Known } from './deployment.js';
import { schedule } from './execution.js';
import { placeOf, release, reservation, reserve } from './reservation.js';

/**
 * Takes the slot of an approved deployment: first its place in every service's queue of reservations, where only one can
 * win, then the deployment itself. What stands in the way is recorded. A crash in between is finished by the repetition.
 */
export async function takeSlot(
  store: EventStore,
  db: Database,
  deploymentId: string,
  context: CommandContext,
  now: Date,
): Promise<Outcome<DeploymentEvent>> {
  const { state, revision, position } = await load(store, deployment, deploymentId);
  if (state.status !== 'APPROVED') return { events: [], revision, position };
  const conflicts = await conflictsOf(db, deploymentId, state.plan, now);
  const blocked = conflicts.some(({ severity }) => severity === 'BLOCKER');
  const taken = blocked ? [] : await reserveAll(store, state, context);
  return execute(
    store,
    deployment,
    deploymentId,
    schedule(state.planHash, [...conflicts, ...taken]),
    context,
  );
}

/** All places or none; answers the conflict with whoever was faster. */
async function reserveAll(store: EventStore, known: Known, context: CommandContext): Promise<Conflict[]> {
  const { deploymentId, plan } = known;
  const { environment } = plan;
  const start = new Date(plan.start).toISOString();
  const end = new Date(Date.parse(plan.end) + SOAK_MINUTES * 60_000).toISOString();
  for (const service of plan.services.toSorted()) {
    try {
      const slot = { deploymentId, service, environment, start, end };
      await execute(store, reservation, placeOf(service, environment), reserve(slot), anew(context));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      await releaseAll(store, known, 'another deployment has the place', context);
      return [overtaken(error, { start, end }, placeOf(service, environment))];
    }
  }
  return [];
}

function overtaken(
  { code, message }: Rejected,
  interval: Conflict['interval'],
  counterpart: string,
): Conflict {
  const fingerprint = `${code}:${counterpart}:${interval.start}`;
  return {
    code: 'SAME_SERVICE',
    severity: 'BLOCKER',
    order: 3,
    rule: 'formulas 4.4 (3)',
    counterpart,
    interval,
    message,
    fingerprint,
  };
}

/** Gives back every place that a deployment holds. */
export async function releaseAll(
  store: EventStore,
  { deploymentId, plan }: Known,
  reason: string,
  context: CommandContext,
): Promise<void> {
  for (const service of plan.services)
    await execute(
      store,
      reservation,
      placeOf(service, plan.environment),
      release(deploymentId, reason),
      anew(context),
    );
}

/** Taking and giving back a place can recur within one command; each is decided by the state, not by the command's id. */
const anew = ({
  commandId,
  commandHash: _hash,
  expected: _expected,
  ...context
}: CommandContext): CommandContext => ({
  ...context,
  causationId: context.causationId ?? commandId,
});
