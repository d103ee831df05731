import { Rejected } from '#events';
import { StartError } from '#service/startError';
import { CommandError } from './commandError.js';

/** A command: how it is written, what it does. It answers with the exit code. */
interface Command {
  readonly usage: string;
  readonly does: string;
  readonly run: (args: string[]) => Promise<number>;
}

const commands: Record<string, Command> = {
  start: {
    usage: 'start',
    does: 'run all services in this process, on an embedded PostgreSQL unless DATABASE_URL is set',
    run: async () => (await import('./start.js')).start(),
  },
  token: {
    usage: 'token --as NAME --role ROLE [--role ROLE]… [--team TEAM]… [--hours N]',
    does: 'print a token of the development issuer, and nothing else',
    run: async (args) => (await import('./token.js')).token(args),
  },
  'import git': {
    usage: "import git PATH [--tags 'v*']… [--environment production] [--service NAME] [--pre-releases]",
    does: 'read the history of a local git repository as changes and releases',
    run: async (args) => (await import('./importGit.js')).importGit(args),
  },
  'import cdevents': {
    usage: 'import cdevents FILE|-',
    does: 'take CDEvents from an NDJSON file, plain or .gz, or from standard input',
    run: async (args) => (await import('./importCdevents.js')).importCdevents(args),
  },
  dora: {
    usage:
      'dora [--service NAME] --from DATE --to DATE [--zone ZONE] [--as-of INSTANT] [--evidence METRIC] [--json]',
    does: 'show the five DORA metrics of a service, or of all side by side',
    run: async (args) => (await import('./dora.js')).dora(args),
  },
  export: {
    usage: 'export [--deployment ID] > ledger.ndjson',
    does: 'write the audit ledger, or what concerns one deployment, for verification',
    run: async (args) => (await import('./export.js')).exportLedger(args),
  },
  verify: {
    usage: 'verify FILE|- [--key VKEY]… [--policy FILE] [--earlier NOTE]…',
    does: 'verify an export offline, without any service',
    run: async (args) => (await import('../../audit/src/verify.js')).main(args, console.log, console.error),
  },
  rebuild: {
    usage: 'rebuild SERVICE',
    does: 'build the read models of a service anew from the log, beside those that serve',
    run: async (args) => (await import('./rebuild.js')).rebuildService(args),
  },
};

const HELP = `Slipway schedules deployments, gets them approved, drives, records and measures them.

${Object.values(commands)
  .map(({ usage, does }) => `  slipway ${usage}\n      ${does}`)
  .join('\n')}

  SLIPWAY_URL and SLIPWAY_TOKEN say which server to talk to and as whom; without them it is the one on this machine,
  and a token of its development issuer.`;

/** Runs the command line. Exit codes: 0 done, 1 not done, 2 not understood. */
export async function main(args: string[]): Promise<number> {
  const [first = 'help', second = ''] = args;
  if (['help', '--help', '-h'].includes(first)) {
    console.log(HELP);
    return 0;
  }
  const twoWords = commands[`${first} ${second}`];
  const command = twoWords ?? commands[first];
  if (!command) {
    console.error(
      `slipway: there is no command "${[first, second].join(' ').trim()}"; "slipway help" lists them.`,
    );
    return 2;
  }
  try {
    return await command.run(args.slice(twoWords ? 2 : 1));
  } catch (error) {
    return told(error, command.usage);
  }
}

function told(error: unknown, usage: string): number {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) {
    console.error(`slipway: ${message} Usage: slipway ${usage}`);
    return 2;
  }
  if (
    error instanceof CommandError ||
    error instanceof StartError ||
    error instanceof Rejected ||
    code?.startsWith('E')
  ) {
    console.error(`slipway: ${message.replaceAll('\n', ' ')}`);
    return 1;
  }
  throw error;
}
