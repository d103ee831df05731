import { gitLines } from './git.js';
import { isPreRelease } from './gitRelease.js';

/** A tag and the commit it leads to, however many tags lie between. */
export interface TaggedCommit {
  readonly tag: string;
  readonly commit: string;
  /** Epoch seconds of an annotated tag. */
  readonly taggedAt?: number;
}

/** The tags that match, and the names of those that lead to no commit. */
export async function readTags(
  repository: string,
  globs: readonly string[],
  preReleases: boolean,
): Promise<{ tagged: TaggedCommit[]; astray: string[] }> {
  const named = (await namedTags(repository, globs)).filter(({ tag }) => preReleases || !isPreRelease(tag));
  const commits = await commitsOf(
    repository,
    named.map(({ tag }) => tag),
  );
  const tagged = named.flatMap((each) => {
    const commit = commits.get(each.tag);
    return commit === undefined ? [] : [{ ...each, commit }];
  });
  return { tagged, astray: named.flatMap(({ tag }) => (commits.has(tag) ? [] : [tag])) };
}

/** Some tags of the repository, whatever they match. */
export async function someTags(repository: string): Promise<string[]> {
  const tags: string[] = [];
  const args = [
    'for-each-ref',
    '--count=3',
    '--sort=-creatordate',
    '--format=%(refname:lstrip=2)',
    'refs/tags',
  ];
  for await (const tag of gitLines(repository, args)) tags.push(tag);
  return tags;
}

async function namedTags(
  repository: string,
  globs: readonly string[],
): Promise<Omit<TaggedCommit, 'commit'>[]> {
  const patterns = globs.length === 0 ? ['refs/tags'] : globs.map((glob) => `refs/tags/${glob}`);
  const format = '--format=%(objecttype) %(taggerdate:unix) %(refname:lstrip=2)';
  const tags: Omit<TaggedCommit, 'commit'>[] = [];
  for await (const line of gitLines(repository, ['for-each-ref', format, '--end-of-options', ...patterns])) {
    const [type, date, tag] = line.split(' ') as [string, string, string];
    tags.push({ tag, ...(type === 'tag' && date !== '' && { taggedAt: Number(date) }) });
  }
  return tags;
}

/** All in one process. git answers each line in turn, a tag of a file or a folder with "missing". */
async function commitsOf(repository: string, tags: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const asked = tags.map((tag) => `refs/tags/${tag}^{commit}\n`).join('');
  let at = 0;
  for await (const line of gitLines(
    repository,
    ['cat-file', '--batch-check=%(objecttype) %(objectname)'],
    asked,
  )) {
    const tag = tags[at++] as string;
    if (line.startsWith('commit ')) found.set(tag, line.slice('commit '.length));
  }
  return found;
}
