import { Rejected } from '#events';
import { gitLines, gitText } from './git.js';
import { countEvents, type GitCdevent, gitEvents } from './gitEvents.js';
import { type CommitGraph, deliveries, inOrder, readGraph } from './gitGraph.js';
import { originOf } from './gitOrigin.js';
import { isTime, type Release } from './gitRelease.js';
import { readTags, someTags, type TaggedCommit } from './gitTags.js';

export type { GitCdevent } from './gitEvents.js';

export interface GitHistoryOptions {
  /** Any folder of a local repository, bare or not. */
  readonly repository: string;
  /** Globs as git matches them (`*` stops at a slash); every tag where there is none. */
  readonly tags?: readonly string[];
  /** Also take `1.0.0-rc.1` and the like. */
  readonly preReleases?: boolean;
  /** Where a release was deployed to. */
  readonly environment: string;
  /** What is deployed; named after the remote or the folder where it is not given. */
  readonly service?: string;
}

/** The history of a repository as events, in time order, readable as often as wanted. */
export interface GitHistory extends Iterable<GitCdevent> {
  readonly service: string;
  readonly source: string;
  readonly commits: number;
  readonly releases: number;
  /** How many events the iteration gives. */
  readonly events: number;
  /** Sentences about what a person would want to know: nothing matched, history cut short, dates that are none. */
  readonly notices: readonly string[];
}

/**
 * Reads the tags and commits of a local repository in five git commands, whatever its size, and keeps per commit its
 * hash, time and parents. A commit belongs to the earliest release that contains it.
 * @throws Rejected GIT_MISSING, GIT_FAILED (no repository, or one that git does not trust), BAD_OPTION
 */
export async function gitHistory(options: GitHistoryOptions): Promise<GitHistory> {
  const { repository, environment, tags = [], preReleases = false, service } = checked(options);
  const { folder, shallow, remote } = await locate(repository);
  const origin = originOf(folder, remote, service);
  const { tagged, astray } = await readTags(repository, tags, preReleases);
  const graph = await readGraph(commitLines(repository, tagged));
  const delivered = deliveries(inOrder(releasesOf(tagged, graph), graph), graph);
  const commits = delivered.reduce((sum, delivery) => sum + delivery.commits.length, 0);
  const skipped = { astray, undated: graph.hashes.length - commits, shallow };
  return {
    service: origin.service,
    source: origin.source,
    commits,
    releases: delivered.length,
    events: countEvents(graph, delivered),
    notices: [...(await whyNothing(repository, tags, delivered.length)), ...notices(skipped)],
    [Symbol.iterator]: () => gitEvents(graph, delivered, origin, environment),
  };
}

function checked(options: GitHistoryOptions): GitHistoryOptions {
  const { environment, service, tags = [] } = options;
  const named = [['environment', environment], ['service', service], ...tags.map((tag) => ['tags', tag])];
  for (const [name, value] of named)
    if (value !== undefined && !/^[^\p{Cc}]{1,200}$/u.test(value))
      throw new Rejected('BAD_OPTION', `${name} must be 1 to 200 printable characters.`);
  return options;
}

async function locate(repository: string): Promise<{ folder: string; shallow: boolean; remote?: string }> {
  const about = ['rev-parse', '--path-format=absolute', '--is-shallow-repository', '--git-common-dir'];
  const [shallow, ...folder] = (await gitText(repository, about)).split('\n');
  const remote = await gitText(repository, ['config', '--default', '', '--get', 'remote.origin.url']);
  return { folder: folder.join('\n'), shallow: shallow === 'true', ...(remote !== '' && { remote }) };
}

async function* commitLines(repository: string, tagged: readonly TaggedCommit[]): AsyncGenerator<string> {
  const asked = tagged.map(({ commit }) => `${commit}\n`).join('');
  const args = ['rev-list', '--timestamp', '--parents', '--topo-order', '--stdin'];
  if (asked !== '') yield* gitLines(repository, args, asked);
}

function releasesOf(tagged: readonly TaggedCommit[], { times, numberOf }: CommitGraph): Release[] {
  return tagged.flatMap(({ tag, commit, taggedAt }) => {
    const committed = times[numberOf.get(commit) ?? -1];
    const time = [taggedAt, committed].find((seconds) => seconds !== undefined && isTime(seconds));
    return time === undefined ? [] : [{ tag, commit, time }];
  });
}

async function whyNothing(repository: string, tags: readonly string[], releases: number): Promise<string[]> {
  if (releases > 0) return [];
  const some = await someTags(repository);
  const wanted = tags.length === 0 ? 'a release' : tags.join(' or ');
  return [
    `No tag matches ${wanted}; ${some.length === 0 ? 'the repository has no tag' : `there are ${some.join(', ')}`}.`,
  ];
}

function notices({
  astray,
  undated,
  shallow,
}: {
  astray: string[];
  undated: number;
  shallow: boolean;
}): string[] {
  return [
    ...(shallow
      ? ['The clone is shallow: what was delivered before it is missing (git fetch --unshallow).']
      : []),
    ...(undated > 0 ? [`Commits left out because their date cannot be one: ${undated}.`] : []),
    ...(astray.length > 0
      ? [`Tags left out because they lead to no commit: ${astray.slice(0, 5).join(', ')}.`]
      : []),
  ];
}
