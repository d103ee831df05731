import { Body, Controller, Delete, Inject, Param, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type CommandContext, EventStore, execute } from '#events';
import { accountOf, apiKey, issue, revoke } from './apiKey.js';
import { hashOf, KEY_ID, newApiKey } from './apiKeyText.js';
import { answerWith } from './answer.js';
import { Caller, Command } from './caller.js';
import { CLOCK, type Clock } from './clock.js';
import { Permit } from './permit.js';
import { serviceRoles } from './roles.js';

const KeyId = z.string().regex(KEY_ID, 'expected 8 to 16 letters and digits');

const NewKey = z
  .strictObject({
    account: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'expected a name of letters, digits, dots and hyphens')
      .describe('The machine that acts with this key; events name it as `machine|<account>`'),
    roles: z.array(z.enum(serviceRoles)).min(1).max(serviceRoles.length),
    expiresAt: z.iso.datetime().describe('Not after your own token ends, and at most 366 days from now'),
  })
  .meta({ id: 'NewApiKey' });

const Revocation = z.strictObject({ reason: z.string().min(1).max(2_000) }).meta({ id: 'ApiKeyRevocation' });

/** Keys for machines. */
@Controller('v1/api-keys')
@Permit('platform_admin')
export class ApiKeysController {
  constructor(
    private readonly store: EventStore,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Issues a key. Its text is in the first answer and nowhere else; the same request again answers without it. */
  @Put(':id')
  async issue(
    @Param('id', { schema: KeyId }) keyId: string,
    @Body({ schema: NewKey }) { account, roles, expiresAt }: z.infer<typeof NewKey>,
    @Caller() caller: Caller,
    @Command() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const text = newApiKey(keyId);
    const request = { keyId, subject: accountOf(account), roles, expiresAt };
    const outcome = await execute(
      this.store,
      apiKey,
      keyId,
      issue(request, hashOf(text), caller, this.now()),
      context,
    );
    const [event] = outcome.events;
    const isNew = event?.type === 'ApiKeyIssued' && event.data.hash === hashOf(text);
    answerWith(reply.status(isNew ? 201 : 200), outcome);
    return { id: keyId, subject: request.subject, roles, expiresAt, ...(isNew && { key: text }) };
  }

  /** Revokes a key, from this moment on. */
  @Delete(':id')
  async revoke(
    @Param('id', { schema: KeyId }) keyId: string,
    @Body({ schema: Revocation }) { reason }: z.infer<typeof Revocation>,
    @Caller() { id }: Caller,
    @Command() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    answerWith(reply, await execute(this.store, apiKey, keyId, revoke(keyId, id, reason), context));
    return { id: keyId, revoked: true };
  }
}
