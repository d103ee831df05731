import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type CommandContext, type Database, EventStore, execute, FreezeDeclared } from '#events';
import { answerWith } from '#service/answer';
import { Command } from '#service/caller';
import { CLOCK, type Clock } from '#service/clock';
import { DATABASE } from '#service/database';
import { Following } from '#service/following';
import { MinPosition } from '#service/minPosition';
import { Permit } from '#service/permit';
import { anyRole } from '#service/roles';
import { DeploymentId as Id } from './deploymentCommands.js';
import { declare, freeze, lift } from './freeze.js';
import type { FreezeRow } from './freezes.js';

const Terms = FreezeDeclared.schema.omit({ freezeId: true, declaredBy: true }).meta({ id: 'FreezeTerms' });
const Reason = z.object({ reason: z.string().min(1).max(2_000) }).meta({ id: 'Reason' });
const At = z.object({ at: z.iso.datetime().optional().describe('Only those that cover this instant') });

/** Times in which nothing, or only some things, may be deployed. */
@Controller('v1/freezes')
export class FreezesController {
  constructor(
    private readonly store: EventStore,
    private readonly following: Following,
    @Inject(DATABASE) private readonly db: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Declares a freeze. The same terms again are the same request. */
  @Put(':id')
  @HttpCode(202)
  @Permit('release_manager', 'service_owner')
  async declare(
    @Param('id', { schema: Id }) id: string,
    @Body({ schema: Terms }) terms: z.infer<typeof Terms>,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const decide = declare(id, terms, command.actor.id, this.now());
    const { revision, position } = await execute(this.store, freeze, id, decide, command);
    answerWith(reply, { revision, position });
    return { id, revision, position };
  }

  /** Lifts a freeze before its end. */
  @Post(':id/commands/lift')
  @HttpCode(200)
  @Permit('release_manager')
  async lift(
    @Param('id', { schema: Id }) id: string,
    @Body({ schema: Reason }) { reason }: z.infer<typeof Reason>,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { revision, position } = await execute(
      this.store,
      freeze,
      id,
      lift(id, reason, command.actor.id),
      command,
    );
    answerWith(reply, { revision, position });
    return { id, revision, position };
  }

  /** Freezes that are not over or lifted, by start. */
  @Get()
  @Permit(...anyRole)
  async list(@Query({ schema: At }) { at }: z.infer<typeof At>, @MinPosition() position: number | undefined) {
    await this.following.reachOrRefuse('freeze_period', position);
    const items = await this.db.query<FreezeRow>(
      `select * from freeze_period where not lifted and ends_at > coalesce($1::timestamptz, now())
         and ($1::timestamptz is null or starts_at <= $1) order by starts_at, id limit 1000`,
      [at],
    );
    return { items };
  }
}
