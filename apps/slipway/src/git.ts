import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Rejected } from '#events';

/**
 * What a git command prints, line by line. Arguments are an array and never pass through a shell; nothing is asked of
 * the terminal or fetched from a remote.
 * @throws Rejected GIT_MISSING where there is no git, GIT_FAILED with git's own words where it says no
 */
export async function* gitLines(
  repository: string,
  args: readonly string[],
  input = '',
): AsyncGenerator<string> {
  const child = spawn('git', ['--no-pager', '-C', repository, ...args], { env: quietEnvironment() });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', (error) => reject(missing(error)));
  });
  ended.catch(() => {}); // awaited below; a spawn that fails does so before the output ends
  const complaint = firstText(child.stderr);
  child.stdin.on('error', () => {}); // git stopped reading; its exit code says why
  child.stdin.end(input);
  try {
    yield* lines(child.stdout);
    const code = await ended;
    if (code !== 0)
      throw new Rejected('GIT_FAILED', `git ${args[0]}: ${(await complaint) || `exit ${code}`}`);
  } finally {
    child.kill();
  }
}

/** All of what a git command prints, without the final line end. */
export async function gitText(repository: string, args: readonly string[]): Promise<string> {
  const all: string[] = [];
  for await (const line of gitLines(repository, args)) all.push(line);
  return all.join('\n');
}

/** The caller may itself be run by git (a hook), whose variables would name another repository. */
function quietEnvironment(): NodeJS.ProcessEnv {
  const none = {
    GIT_DIR: undefined,
    GIT_WORK_TREE: undefined,
    GIT_COMMON_DIR: undefined,
    GIT_NAMESPACE: undefined,
  };
  const quiet = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1' };
  // Replaced objects are another history than the one whose hashes everybody else has.
  return { ...process.env, ...none, ...quiet, GIT_NO_REPLACE_OBJECTS: '1' };
}

function missing(error: NodeJS.ErrnoException): Error {
  return error.code === 'ENOENT'
    ? new Rejected('GIT_MISSING', 'There is no git command on this machine.')
    : error;
}

async function* lines(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() as string;
    yield* parts;
  }
  if (rest !== '') yield rest;
}

async function firstText(stream: Readable): Promise<string> {
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) if (text.length < 2_000) text += chunk;
  return text.trim().replace(/^(fatal|error): /, '');
}
