import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import {
  type Actor,
  contracts,
  discard,
  EventStore,
  ownerOf,
  parkedKeys,
  QuarantineDiscarded,
  QuarantineRedriven,
  redrive,
} from '#events';
import { Caller } from './caller.js';
import type { Following } from './following.js';
import { Permit } from './permit.js';
import { Platform } from './platform.js';
import { HttpProblem } from './problems.js';
import { anyRole } from './roles.js';

const Follower = z.string().min(1).max(100);
const Key = z.object({ key: z.string().min(1).max(500) }).meta({ id: 'ParkedKey' });
const Discard = Key.extend({ reason: z.string().min(1).max(2_000) }).meta({ id: 'Discard' });
const Overdue = z.object({ overdue: z.enum(['true', 'false']).default('false') });

/** How this process gets on, and what people do when it does not. */
@Controller('v1')
export class OpsController {
  constructor(
    private readonly platform: Platform,
    private readonly store: EventStore,
  ) {}

  /** What is parked: one row a key, with the reason. */
  @Get(['ops/parked', 'ops/quarantine'])
  @Permit('platform_admin')
  async parked() {
    const items = await this.#each(async ({ service, db }) =>
      (await parkedKeys(db)).map((key) => ({ service, ...key })),
    );
    return { items };
  }

  /** Applies what is parked under a key again, in order, up to the first that fails. */
  @Post('ops/parked/:follower/redrive')
  @HttpCode(200)
  @Permit('platform_admin')
  async redrive(
    @Param('follower', { schema: Follower }) name: string,
    @Body({ schema: Key }) { key }: z.infer<typeof Key>,
    @Caller() caller: Caller,
  ) {
    const { following, follower } = this.#follower(name);
    const result = await redrive(following.db, this.store, follower, key);
    const { redriven, left } = result;
    if (redriven + left > 0)
      await this.#record(caller, QuarantineRedriven({ follower: name, key, redriven, left, by: caller.id }));
    return result;
  }

  /** Gives up what cannot be handled under a key, and applies what waited behind it; by whom and why is recorded. */
  @Post('ops/parked/:follower/discard')
  @HttpCode(200)
  @Permit('platform_admin')
  async discard(
    @Param('follower', { schema: Follower }) name: string,
    @Body({ schema: Discard }) { key, reason }: z.infer<typeof Discard>,
    @Caller() caller: Caller,
  ) {
    const counts = await Promise.all(
      this.platform.followings.map(({ db, followers }) => {
        const follower = followers.find((each) => each.name === name);
        return discard(db, name, key, follower && { store: this.store, follower });
      }),
    );
    const discarded = counts.reduce((sum, count) => sum + count, 0);
    if (discarded > 0)
      await this.#record(
        caller,
        QuarantineDiscarded({ follower: name, key, discarded, by: caller.id, reason }),
      );
    return { discarded };
  }

  /** Every follower: how far it is, how far behind the log, and what troubles it. */
  @Get('ops/projections')
  @Permit('platform_admin')
  async projections() {
    const head = await this.store.head();
    const items = await this.#each(async ({ service, db, followers, troubles }) => {
      const rows = await db.query<{ follower: string; source: string; position: string }>(
        'select follower, source, position from checkpoint order by follower, source',
      );
      return followers.map(({ name }) => ({
        service,
        follower: name,
        sources: rows
          .filter(({ follower }) => follower === name)
          .map(({ source, position }) => ({ source, position: Number(position) })),
        trouble: troubles.get(name)?.error,
      }));
    });
    return { head, items };
  }

  /** Deadlines to come, or those that are overdue. */
  @Get('ops/timers')
  @Permit('platform_admin')
  async timers(@Query({ schema: Overdue }) { overdue }: z.infer<typeof Overdue>) {
    const items = await this.#each(async ({ service, db }) => {
      const rows = await db.query(
        `select id, due_at, command, data from timer where fired_at is null and ($1 = false or due_at < now())
         order by due_at limit 1000`,
        [overdue === 'true'],
      );
      return rows.map((row) => ({ service, ...row }));
    });
    return { items };
  }

  /** Every contract: type, newest version, and the service that states it. */
  @Get('contracts')
  @Permit(...anyRole)
  contracts() {
    return {
      items: [...contracts.values()].map(({ type, version }) => ({ type, version, service: ownerOf(type) })),
    };
  }

  /** One contract as JSON Schema. */
  @Get('contracts/:type/:version')
  @Permit(...anyRole)
  contract(
    @Param('type', { schema: z.string().max(100) }) type: string,
    @Param('version', { schema: z.coerce.number().int().min(1) }) version: number,
  ) {
    const contract = contracts.get(type);
    if (contract?.version !== version)
      throw new HttpProblem(
        'not-found',
        `There is no contract ${type} of version ${version}; the newest is ${contract?.version ?? 'none'}.`,
      );
    return {
      type,
      version,
      service: ownerOf(type),
      schema: z.toJSONSchema(contract.schema, { io: 'input' }),
    };
  }

  async #each<T>(look: (following: Following) => Promise<readonly T[]>): Promise<T[]> {
    return (await Promise.all(this.platform.followings.map(look))).flat();
  }

  #follower(name: string) {
    for (const following of this.platform.followings) {
      const follower = following.followers.find((each) => each.name === name);
      if (follower) return { following, follower };
    }
    throw new HttpProblem('not-found', `Nothing here follows the log under the name ${name}.`);
  }

  #record(
    actor: Actor,
    event: ReturnType<typeof QuarantineRedriven> | ReturnType<typeof QuarantineDiscarded>,
  ) {
    return this.store.append(`quarantine-${event.data.follower}`, 'any', [event], {
      actor: { id: actor.id, kind: actor.kind, roles: actor.roles },
    });
  }
}
