import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  ApprovalVoteCast,
  type CommandContext,
  type Database,
  EventStore,
  execute,
  load,
  Rejected,
} from '#events';
import { answerWith } from '#service/answer';
import { Command } from '#service/caller';
import { CLOCK, type Clock } from '#service/clock';
import { DATABASE } from '#service/database';
import { Following } from '#service/following';
import { MinPosition } from '#service/minPosition';
import { Permit } from '#service/permit';
import { HttpProblem } from '#service/problems';
import { anyRole } from '#service/roles';
import { vote } from './approval.js';
import { change } from './change.js';
import type { ChangeRow } from './changes.js';

const Id = z.string().min(1).max(100);
const Voice = ApprovalVoteCast.schema
  .pick({ vote: true, comment: true, planHash: true })
  .meta({ id: 'Vote' });
const Filter = z.object({
  state: z.enum(['PENDING', 'GRANTED', 'REJECTED', 'EXPIRED', 'SUPERSEDED', 'pending']).optional(),
  service: z.string().max(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Changes and their approval. A change has the id of the deployment it is about. */
@Controller('v1')
export class ChangesController {
  constructor(
    private readonly store: EventStore,
    private readonly following: Following,
    @Inject(DATABASE) private readonly db: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** A change as it stands: risk, round of approval, votes, outcome. */
  @Get('changes/:id')
  @Permit(...anyRole)
  async one(@Param('id', { schema: Id }) id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const { state, ...at } = await load(this.store, change, id);
    if (state.status === 'UNKNOWN') throw new HttpProblem('not-found', `There is no change ${id}.`);
    answerWith(reply, at);
    return { id, ...state };
  }

  /** Changes whose approval stands at `state`: with PENDING, the inbox, the most urgent first. */
  @Get(['changes', 'approvals'])
  @Permit(...anyRole)
  async list(
    @Query({ schema: Filter }) filter: z.infer<typeof Filter>,
    @MinPosition() position: number | undefined,
  ) {
    await this.following.reachOrRefuse('change', position);
    const [after, afterId] = filter.cursor?.split('|') ?? [];
    const items = await this.db.query<ChangeRow>(
      `select * from change where ($1::text is null or approval = $1) and ($2::text is null or services @> array[$2])
         and ($3::timestamptz is null or (coalesce(expires_at, 'infinity'), id) > ($3, $4))
       order by coalesce(expires_at, 'infinity'), id limit $5`,
      [filter.state?.toUpperCase(), filter.service, after, afterId, filter.limit],
    );
    const last = items.length === filter.limit ? items.at(-1) : undefined;
    return { items, nextCursor: last?.expires_at && `${new Date(last.expires_at).toISOString()}|${last.id}` };
  }

  /** Votes on the plan that `planHash` names. Whoever asked for it, or wrote a commit of it, is refused; so is a vote on an older plan. */
  @Post('approvals/:id/votes')
  @HttpCode(200)
  @Permit('approver')
  async vote(
    @Param('id', { schema: Id }) id: string,
    @Body({ schema: Voice }) voice: z.infer<typeof Voice>,
    @Command() command: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const decide = vote({ ...voice, person: command.actor.id }, this.now());
    const outcome = await execute(this.store, change, id, decide, command).catch((error: unknown) => {
      if (error instanceof Rejected && error.code === 'NOT_FOUND')
        throw new HttpProblem('not-found', `There is no change ${id}.`);
      throw error;
    });
    answerWith(reply, outcome);
    const refusal = outcome.events.find((event) => event.type === 'SodViolationBlocked');
    if (refusal) throw new Rejected(refusal.data.violations);
    const { events, revision, position } = outcome;
    return { id, events: events.map(({ type }) => type), revision, position };
  }
}
