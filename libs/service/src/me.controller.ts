import { Controller, Get } from '@nestjs/common';
import { Caller } from './caller.js';
import { Permit } from './permit.js';
import { anyRole, roles } from './roles.js';

/** What the caller's own credential says. */
@Controller('v1/me')
export class MeController {
  /** Who is asking, in which roles and teams, and until when. */
  @Get('permissions')
  @Permit(...anyRole)
  permissions(@Caller() { id, kind, teams, expiresAt, roles: held }: Caller): object {
    return { id, kind, teams, expiresAt, roles: held.map((role) => ({ role, meaning: roles[role] })) };
  }
}
