import { Body, Controller, Get, HttpCode, Inject, Param, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type CommandContext, type Database, EventStore, load, Plan, Rejected } from '#events';
import { answerWith } from '#service/answer';
import { Command } from '#service/caller';
import { CLOCK, type Clock } from '#service/clock';
import { DATABASE } from '#service/database';
import { Following } from '#service/following';
import { MinPosition } from '#service/minPosition';
import { Permit } from '#service/permit';
import { HttpProblem } from '#service/problems';
import { anyRole } from '#service/roles';
import { conflictsOf } from './calendar.js';
import { deployment, request } from './deployment.js';
import { DeploymentId, run } from './deploymentCommands.js';
import type { DeploymentRow } from './deployments.js';
import { violationsOf } from './plan.js';
import { planHash } from './planHash.js';

const Filter = z.object({
  status: z.string().max(50).optional(),
  service: z.string().max(200).optional(),
  environment: z.string().max(200).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Deployments: asked for, scheduled, started, reported on, rolled back. */
@Controller('v1/deployments')
export class DeploymentsController {
  constructor(
    private readonly store: EventStore,
    private readonly following: Following,
    @Inject(DATABASE) private readonly db: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /**
   * Asks for a deployment. The caller picks the id, so a repeated request is the same request; another plan starts approval
   * anew. `conflicts` are those known now (or at `Min-Position`); what counts is checked again at scheduling and at start.
   */
  @Put(':id')
  @HttpCode(202)
  @Permit('developer', 'release_manager', 'service_owner')
  async request(
    @Param('id', { schema: DeploymentId }) id: string,
    @Body({ schema: Plan }) plan: Plan,
    @Command() command: CommandContext,
    @MinPosition() position: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const now = this.now();
    // What has no extent in time has neither a hash nor conflicts.
    if (Date.parse(plan.end) <= Date.parse(plan.start)) throw new Rejected(violationsOf(plan, now));
    await this.following.reachOrRefuse('deployment', position);
    const conflicts = await conflictsOf(this.db, id, plan, now);
    const authors = [
      ...new Set(plan.artifacts.flatMap(({ commits = [] }) => commits.map(({ author }) => author))),
    ];
    const asked = { plan, planHash: planHash(plan), requestedBy: command.actor.id, authors, conflicts };
    const outcome = await run(this.store, id, request(id, asked, now), command, reply);
    return { ...outcome, planHash: asked.planHash, conflicts };
  }

  /** A deployment as it stands. */
  @Get(':id')
  @Permit(...anyRole)
  async one(
    @Param('id', { schema: DeploymentId }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { state, ...at } = await load(this.store, deployment, id);
    if (state.status === 'UNKNOWN') throw new HttpProblem('not-found', `There is no deployment ${id}.`);
    answerWith(reply, at);
    return { id, ...state };
  }

  /** Deployments by start, filtered; `nextCursor` leads on. */
  @Get()
  @Permit(...anyRole)
  async list(
    @Query({ schema: Filter }) filter: z.infer<typeof Filter>,
    @MinPosition() position: number | undefined,
  ) {
    await this.following.reachOrRefuse('deployment', position);
    const [after, afterId] = filter.cursor?.split('|') ?? [];
    const items = await this.db.query<DeploymentRow>(
      `select * from deployment
       where ($1::text is null or status = $1) and ($2::text is null or services @> array[$2])
         and ($3::text is null or environment = $3)
         and ($4::timestamptz is null or ends_at > $4) and ($5::timestamptz is null or starts_at < $5)
         and ($6::timestamptz is null or (starts_at, id) > ($6, $7))
       order by starts_at, id limit $8`,
      [
        filter.status,
        filter.service,
        filter.environment,
        filter.from,
        filter.to,
        after,
        afterId,
        filter.limit,
      ],
    );
    const last = items.length === filter.limit ? items.at(-1) : undefined;
    return { items, nextCursor: last && `${new Date(last.starts_at).toISOString()}|${last.id}` };
  }
}
