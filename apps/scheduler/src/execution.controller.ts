import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type CommandContext, type Database, DeploymentProgressed, EventStore, Running } from '#events';
import { Command } from '#service/caller';
import { CLOCK, type Clock } from '#service/clock';
import { DATABASE } from '#service/database';
import { Following } from '#service/following';
import { Permit } from '#service/permit';
import { anyRole } from '#service/roles';
import { conflictsOf } from './calendar.js';
import type { Conflict } from './conflict/finding.js';
import { cancel, type Known } from './deployment.js';
import { answer, DeploymentId, known, run } from './deploymentCommands.js';
import { confirmRollback, fail, report, succeed, triggerRollback } from './execution.js';
import { start } from './start.js';
import { takeSlot } from './scheduling.js';

const Reason = z.object({ reason: z.string().min(1).max(2_000) }).meta({ id: 'Reason' });
const Start = z
  .object({
    digests: z
      .array(z.string().max(200))
      .max(100)
      .optional()
      .describe('What is about to run; must be what was approved'),
  })
  .meta({ id: 'Start' });
const Report = DeploymentProgressed.schema.omit({ deploymentId: true }).meta({ id: 'ProgressReport' });

const Restored = z
  .object({
    restored: z.array(Running).max(100).optional().describe('What runs again; it goes out as CDEvents'),
  })
  .default({})
  .meta({ id: 'Restored' });

/** What happens to a deployment after it was asked for: by operators, and by the executor. */
@Controller('v1/deployments')
export class ExecutionController {
  constructor(
    private readonly store: EventStore,
    private readonly following: Following,
    @Inject(DATABASE) private readonly db: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** What a start would meet at this moment: every reason against it, and nothing is recorded. */
  @Get(':id/start-check')
  @Permit(...anyRole)
  async check(@Param('id', { schema: DeploymentId }) id: string, @Command() { actor }: CommandContext) {
    const now = this.now();
    const state = await known(this.store, id);
    const [event] = start(
      { startedBy: actor.id, conflicts: await this.#present(id, state, now) },
      now,
    )(state);
    const violations = event?.type === 'DeploymentStartRefused' ? event.data.violations : [];
    return { id, at: now.toISOString(), allowed: event?.type === 'DeploymentStarted', violations };
  }

  /** Takes the slot of an approved deployment again, after its blockers are gone. */
  @Post(':id/commands/schedule')
  @HttpCode(200)
  @Permit('developer', 'release_manager', 'deployment_operator')
  async schedule(
    @Param('id', { schema: DeploymentId }) id: string,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await known(this.store, id);
    const outcome = await takeSlot(this.store, this.db, id, command, this.now());
    return answer(id, outcome, reply);
  }

  /** Starts it, or refuses with every reason; the refusal is recorded. */
  @Post(':id/commands/start')
  @HttpCode(200)
  @Permit('deployment_operator', 'release_manager')
  async start(
    @Param('id', { schema: DeploymentId }) id: string,
    @Body({ schema: Start }) { digests }: z.infer<typeof Start>,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const now = this.now();
    const conflicts = await this.#present(id, await known(this.store, id), now);
    return run(
      this.store,
      id,
      start({ startedBy: command.actor.id, digests, conflicts }, now),
      command,
      reply,
    );
  }

  /** The executor reports on a target; reports are numbered from 1. */
  @Post(':id/progress')
  @HttpCode(200)
  @Permit('executor')
  async progress(
    @Param('id', { schema: DeploymentId }) id: string,
    @Body({ schema: Report }) progress: z.infer<typeof Report>,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return run(this.store, id, report(progress), command, reply);
  }

  /** The executor is done: everything is live. */
  @Post(':id/commands/succeed')
  @HttpCode(200)
  @Permit('executor')
  async succeed(
    @Param('id', { schema: DeploymentId }) id: string,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return run(this.store, id, succeed(this.now()), command, reply);
  }

  /** The executor or the operator gives up. */
  @Post(':id/commands/fail')
  @HttpCode(200)
  @Permit('executor', 'deployment_operator', 'release_manager')
  async fail(
    @Param('id', { schema: DeploymentId }) id: string,
    @Body({ schema: Reason }) { reason }: z.infer<typeof Reason>,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return run(this.store, id, fail(reason, this.now()), command, reply);
  }

  /** Goes back to what ran before. Always allowed while it can be done; the executor then restores, and confirms. */
  @Post(':id/commands/rollback')
  @HttpCode(200)
  @Permit('deployment_operator', 'release_manager', 'oncall', 'executor')
  async rollback(
    @Param('id', { schema: DeploymentId }) id: string,
    @Body({ schema: Reason }) { reason }: z.infer<typeof Reason>,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { id: triggeredBy, kind } = command.actor;
    const why = { triggeredBy, automatic: kind === 'service', reason };
    return run(this.store, id, triggerRollback(why, this.now()), command, reply);
  }

  /** The executor confirms that every target runs what it ran before. */
  @Post(':id/commands/rolled-back')
  @HttpCode(200)
  @Permit('executor')
  async rolledBack(
    @Param('id', { schema: DeploymentId }) id: string,
    @Body({ schema: Restored }) { restored }: z.infer<typeof Restored>,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return run(this.store, id, confirmRollback(this.now(), restored), command, reply);
  }

  /** Calls it off before the start. */
  @Post(':id/commands/cancel')
  @HttpCode(200)
  @Permit('developer', 'release_manager', 'service_owner')
  async cancel(
    @Param('id', { schema: DeploymentId }) id: string,
    @Body({ schema: Reason }) { reason }: z.infer<typeof Reason>,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return run(this.store, id, cancel(reason, command.actor.id), command, reply);
  }

  /** The conflicts of this moment. A freeze that was declared a moment ago counts: the calendar is brought up to date first. */
  async #present(id: string, { plan }: Known, now: Date): Promise<Conflict[]> {
    await this.following.reachHead('freeze_period');
    return conflictsOf(this.db, id, plan, now);
  }
}
