import { parseArgs } from 'node:util';
import { readConfig } from '#service/config';
import { openDevelopmentIssuer } from '#service/developmentIssuer';
import { CommandError } from './commandError.js';

/** Prints a token of the development issuer and nothing else. */
export async function token(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      as: { type: 'string' },
      role: { type: 'string', multiple: true, default: [] },
      team: { type: 'string', multiple: true, default: [] },
      hours: { type: 'string', default: '12' },
    },
  });
  if (values.as === undefined)
    throw new CommandError('--as must say for whom the token is, such as --as alice.');
  const hours = Number(values.hours);
  if (!(hours > 0 && hours <= 24 * 366)) throw new CommandError('--hours must be a number from 1 to 8784.');
  console.log(await mint(values.as, values.role, values.team, Math.round(hours * 3600)));
  return 0;
}

/** A token from the key in the data folder. Executors and publishers are machines. */
export async function mint(
  as: string,
  roles: readonly string[],
  teams: readonly string[],
  ttl: number,
): Promise<string> {
  const config = readConfig(process.env);
  if (!config.developmentIssuer)
    throw new CommandError(
      'There is no development issuer in production, or beside an OIDC issuer; get a token there.',
    );
  const issuer = await openDevelopmentIssuer(config.SLIPWAY_DATA);
  const machine = roles.length > 0 && roles.every((role) => role === 'executor' || role === 'publisher');
  return issuer.mintToken({ as, roles, teams, ttl, kind: machine ? 'service' : 'human' }, new Date());
}
