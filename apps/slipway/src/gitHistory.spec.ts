import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GitCdevent, gitHistory, type GitHistoryOptions } from './gitHistory.js';

const folder = mkdtempSync(join(tmpdir(), 'slipway-git-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const schemas = join(process.env['SLIPWAY_TEST_DATA'] ?? '../shared/data', 'cdevents-0.5.1', 'schemas');

/** A repository of its own whose clock shows what it is told, in hours after the first of January 2026. */
function repositoryAt(path: string, ...init: string[]) {
  const git = (args: string[], hour = 0, input = '') => {
    const date = new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
    const env = {
      ...process.env,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
      GIT_CONFIG_GLOBAL: '/dev/null',
    };
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'advice.nestedTag=false'];
    return execFileSync('git', ['-C', path, ...who, ...args], {
      env,
      input,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  };
  mkdirSync(path, { recursive: true });
  git(['init', '-q', '-b', 'main', ...init]);
  return {
    git,
    commit: (hour: number) => {
      git(['commit', '-q', '--allow-empty', '-m', `at ${hour}`], hour);
      return git(['rev-parse', 'HEAD']);
    },
    tag: (name: string) => git(['tag', name]),
    annotate: (name: string, hour: number, at = 'HEAD') => git(['tag', '-a', '-m', name, name, at], hour),
  };
}

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString().replace('.000Z', 'Z');
const read = (options: Partial<GitHistoryOptions> & { repository: string }) =>
  gitHistory({ environment: 'production', ...options });
const kind = ({ context }: GitCdevent) => context.type.split('.').slice(2, 4).join('.');
const told = (events: Iterable<GitCdevent>) =>
  [...events].map((event) => [
    event.context.timestamp,
    kind(event),
    event.subject.id,
    ...(event.customData?.commits ?? []),
  ]);

describe('the history of a repository', () => {
  const shop = join(folder, 'shop');
  const c: Record<string, string> = {};

  // main:  a ── b ── m ── d      v1.0.0 at b (lightweight), v2.0.0 at d (annotated, tagged later)
  //        │        /            v1.1.0-rc.1 at m
  //        ├── x ──┘
  //        └── y                 v1.0.1 on a maintenance branch, tagged after v2.0.0
  beforeAll(() => {
    const { git, commit, tag, annotate } = repositoryAt(shop);
    c['a'] = commit(1);
    git(['checkout', '-q', '-b', 'feature']);
    c['x'] = commit(2);
    git(['checkout', '-q', 'main']);
    c['b'] = commit(3);
    tag('v1.0.0');
    git(['merge', '-q', '--no-ff', '-m', 'm', 'feature'], 4);
    c['m'] = git(['rev-parse', 'HEAD']);
    tag('v1.1.0-rc.1');
    c['d'] = commit(5);
    annotate('v2.0.0', 7);
    git(['checkout', '-q', '-b', '1.x', 'v1.0.0']);
    c['y'] = commit(6);
    annotate('v1.0.1', 8);
    git(['checkout', '-q', 'main']);
    commit(9);
    git(['tag', 'other']);
  });

  const expected = () => [
    [at(1), 'change.merged', c['a']],
    [at(2), 'change.merged', c['x']],
    [at(3), 'change.merged', c['b']],
    [at(3), 'artifact.packaged', 'pkg:generic/shop@v1.0.0', c['b'], c['a']],
    [at(3), 'service.deployed', 'shop'],
    [at(4), 'change.merged', c['m']],
    [at(5), 'change.merged', c['d']],
    [at(6), 'change.merged', c['y']],
    [at(7), 'artifact.packaged', 'pkg:generic/shop@v2.0.0', c['d'], c['m'], c['x']],
    [at(7), 'service.deployed', 'shop'],
    [at(8), 'artifact.packaged', 'pkg:generic/shop@v1.0.1', c['y']],
    [at(8), 'service.deployed', 'shop'],
  ];

  test('is told in time order, each commit delivered by the earliest release that contains it', async () => {
    const history = await read({ repository: shop, tags: ['v*'] });
    expect(told(history)).toEqual(expected());
    expect(history).toMatchObject({
      service: 'shop',
      source: '/git/shop',
      commits: 6,
      releases: 3,
      events: 12,
      notices: [],
    });
  });

  test('is the same when told again, from a folder within it, from a bare clone and from a linked work tree', async () => {
    const bare = join(folder, 'bare', 'shop.git');
    execFileSync('git', ['clone', '-q', '--bare', shop, bare], { stdio: 'ignore' });
    execFileSync('git', ['-C', shop, 'worktree', 'add', '-q', join(folder, 'tree'), 'v1.0.0'], {
      stdio: 'ignore',
    });
    mkdirSync(join(shop, 'inner'), { recursive: true });
    const first = [...(await read({ repository: shop, tags: ['v*'] }))];
    for (const repository of [shop, join(shop, 'inner'), bare, join(folder, 'tree')])
      expect([...(await read({ repository, tags: ['v*'] }))]).toEqual(first);
  });

  test('takes pre-releases where they are asked for', async () => {
    const history = await read({ repository: shop, tags: ['v*'], preReleases: true });
    expect(told(history).filter(([, what]) => what === 'artifact.packaged')).toEqual([
      [at(3), 'artifact.packaged', 'pkg:generic/shop@v1.0.0', c['b'], c['a']],
      [at(4), 'artifact.packaged', 'pkg:generic/shop@v1.1.0-rc.1', c['m'], c['x']],
      [at(7), 'artifact.packaged', 'pkg:generic/shop@v2.0.0', c['d']],
      [at(8), 'artifact.packaged', 'pkg:generic/shop@v1.0.1', c['y']],
    ]);
  });

  test('follows the globs it is given', async () => {
    const packages = async (tags: string[]) => {
      const events = told(await read({ repository: shop, tags }));
      return events.flatMap(([, what, id]) => (what === 'artifact.packaged' ? [id] : []));
    };
    expect(await packages(['v2*', '*.1'])).toEqual(['pkg:generic/shop@v2.0.0', 'pkg:generic/shop@v1.0.1']);
    expect(await packages(['--help', 'v2.0.0'])).toEqual(['pkg:generic/shop@v2.0.0']);
    expect(await packages([])).toHaveLength(4);
  });

  test('only gains events when a tag is added', async () => {
    const clone = join(folder, 'clone', 'shop');
    execFileSync('git', ['clone', '-q', shop, clone], { stdio: 'ignore' });
    execFileSync('git', ['-C', clone, 'remote', 'remove', 'origin']);
    const ids = async () =>
      new Set([...(await read({ repository: clone, tags: ['v*'] }))].map(({ context }) => context.id));
    const before = await ids();
    expect(before.size).toBe(12);
    repositoryAt(clone).annotate('v2.1.0', 10);
    const after = await ids();
    expect(after.size).toBe(15);
    expect([...before].every((id) => after.has(id))).toBe(true);
  });

  test('says what a person would want to know when there is nothing', async () => {
    const history = await read({ repository: shop, tags: ['release-*'] });
    expect([...history]).toEqual([]);
    expect(history.notices).toEqual([
      expect.stringMatching(/^No tag matches release-\*; there are .*v2\.0\.0/),
    ]);
    const empty = join(folder, 'empty');
    repositoryAt(empty);
    expect((await read({ repository: empty })).notices).toEqual([
      'No tag matches a release; the repository has no tag.',
    ]);
  });

  test('of a shallow clone says that it is', async () => {
    const shallow = join(folder, 'shallow', 'shop');
    execFileSync('git', ['clone', '-q', '--depth', '1', '--branch', 'v2.0.0', `file://${shop}`, shallow], {
      stdio: 'ignore',
    });
    const history = await read({ repository: shallow });
    expect(history.notices).toEqual([expect.stringContaining('shallow')]);
    expect(told(history)).toEqual([
      [at(5), 'change.merged', c['d']],
      [at(7), 'artifact.packaged', 'pkg:generic/shop@v2.0.0', c['d']],
      [at(7), 'service.deployed', 'shop'],
    ]);
  });

  test.skipIf(!existsSync(schemas))(
    'obeys the CDEvents schemas (skipped: ../shared/data/cdevents-0.5.1 is absent)',
    async () => {
      const ajv = new Ajv2020({ strict: false });
      formats.default(ajv);
      const schema = (file: string) => JSON.parse(readFileSync(join(schemas, file), 'utf8'));
      for (const file of readdirSync(join(schemas, 'links'))) ajv.addSchema(schema(join('links', file)));
      const events = [...(await read({ repository: shop }))];
      expect(new Set(events.map(kind)).size).toBe(3);
      for (const event of events) {
        const { $id, ...body } = schema(`${kind(event).replace('.', '')}.json`);
        const validate = ajv.getSchema($id) ?? ajv.compile({ $id, ...body });
        expect([validate(event), validate.errors]).toEqual([true, null]);
      }
    },
  );
});

describe('tags', () => {
  test('of one second follow history, and an annotated tag of a tag counts', async () => {
    const path = join(folder, 'second');
    const { git, commit, annotate } = repositoryAt(path);
    const [one, two] = [commit(1), commit(1)];
    annotate('b-later', 2, two);
    annotate('c-first', 2, one);
    annotate('a-nested', 2, 'b-later');
    git(['tag', 'blob', git(['hash-object', '-w', '--stdin'], 0, 'x')]);
    const history = await read({ repository: path });
    expect(told(history).slice(2)).toEqual([
      [at(2), 'artifact.packaged', 'pkg:generic/second@c-first', one],
      [at(2), 'service.deployed', 'second'],
      [at(2), 'artifact.packaged', 'pkg:generic/second@a-nested', two],
      [at(2), 'service.deployed', 'second'],
      [at(2), 'artifact.packaged', 'pkg:generic/second@b-later'],
      [at(2), 'service.deployed', 'second'],
    ]);
    expect(history.notices).toEqual(['Tags left out because they lead to no commit: blob.']);
  });

  test('with a date that cannot be one fall back on the commit, and such commits are left out', async () => {
    const path = join(folder, 'undated');
    const { git } = repositoryAt(path);
    const tree = git(['write-tree']);
    const commit = (seconds: string, ...parents: string[]) => {
      const heads = parents.map((parent) => `parent ${parent}\n`).join('');
      const who = `A <a@example.org> ${seconds} +0000`;
      return git(
        ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'],
        0,
        `tree ${tree}\n${heads}author ${who}\ncommitter ${who}\n\nx\n`,
      );
    };
    const odd = commit('999999999999999');
    const fine = commit('1767229200', odd);
    const tagger = `tagger A <a@example.org> 999999999999999 +0000`;
    const tag = git(
      ['hash-object', '-t', 'tag', '-w', '--stdin', '--literally'],
      0,
      `object ${fine}\ntype commit\ntag v1\n${tagger}\n\nx\n`,
    );
    git(['update-ref', 'refs/tags/v1', tag]);
    git(['update-ref', 'refs/tags/v0', odd]);
    const history = await read({ repository: path });
    expect(told(history)).toEqual([
      [at(1), 'change.merged', fine],
      [at(1), 'artifact.packaged', 'pkg:generic/undated@v1', fine],
      [at(1), 'service.deployed', 'undated'],
    ]);
    expect(history.notices).toEqual(['Commits left out because their date cannot be one: 1.']);
  });

  test('that deliver thousands of commits take several events, none over 64 KiB', async () => {
    for (const format of ['sha1', 'sha256']) {
      const path = join(folder, format);
      const { git, tag } = repositoryAt(path, `--object-format=${format}`);
      git(['fast-import', '--quiet'], 0, straight(2_500));
      tag('v1');
      const history = await read({ repository: path });
      const packages = [...history].filter((event) => kind(event) === 'artifact.packaged');
      expect(packages).toHaveLength(format === 'sha1' ? 3 : 4);
      expect(new Set(packages.map(({ context }) => context.id)).size).toBe(packages.length);
      expect(new Set(packages.map(({ subject }) => subject.id)).size).toBe(1);
      expect(new Set(packages.flatMap(({ customData }) => customData?.commits)).size).toBe(2_500);
      expect(Math.max(...packages.map((event) => JSON.stringify(event).length))).toBeLessThan(64_000);
      expect([...history]).toHaveLength(history.events);
    }
  });

  test('whatever the graph, each commit is delivered once, by the earliest release that contains it', async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(anyGraph, async (graph) => {
        const path = join(folder, 'any', `${number++}`);
        const { git } = repositoryAt(path);
        git(['fast-import', '--quiet'], 0, imported(graph));
        const marks = new Map(graph.commits.map((_, at) => [git(['rev-parse', `refs/heads/c${at}`]), at]));
        const events = [...(await read({ repository: path }))];
        const delivered = events.flatMap(({ subject, customData }) =>
          (customData?.commits ?? []).map((hash) => [marks.get(hash), subject.id.split('@')[1]]),
        );
        expect(Object.fromEntries(delivered)).toEqual(earliest(graph));
        expect(delivered).toHaveLength(Object.keys(earliest(graph)).length);
        const times = events.map(({ context }) => context.timestamp);
        expect(times).toEqual([...times].sort());
      }),
      { numRuns: 12 },
    );
  });
});

describe('git', () => {
  test('says no in its own words', async () => {
    await expect(read({ repository: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'GIT_FAILED' });
    await expect(read({ repository: folder })).rejects.toThrow(/not a git repository/);
  });

  test('is missed by name', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    await expect(read({ repository: folder })).rejects.toMatchObject({ code: 'GIT_MISSING' });
    process.env['PATH'] = path;
  });

  test('is not asked with options that cannot be', async () => {
    for (const bad of [{ environment: '' }, { service: 'a\nb' }, { tags: ['v\0'] }, { tags: [''] }])
      await expect(read({ repository: folder, ...bad })).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });
});

/** A straight line of commits for `git fast-import`. */
function straight(length: number): string {
  const commits = Array.from({ length }, (_, at) =>
    commitOf('refs/heads/main', at, 1_767_229_200 + at, at === 0 ? [] : [at - 1]),
  );
  return commits.join('');
}

function commitOf(ref: string, at: number, seconds: number, parents: readonly number[]): string {
  const [first, ...others] = parents.map((parent) => `:${parent + 1}`);
  const heads = `${first === undefined ? '' : `from ${first}\n`}${others.map((other) => `merge ${other}\n`).join('')}`;
  return `reset ${ref}\ncommit ${ref}\nmark :${at + 1}\ncommitter A <a@example.org> ${seconds} +0000\ndata 1\n${at % 10}\n${heads}\n`;
}

interface Graph {
  /** Parents come before their children. */
  readonly commits: readonly { readonly seconds: number; readonly parents: readonly number[] }[];
  /** The commit and the time of a tag, all different. */
  readonly tags: readonly { readonly commit: number; readonly seconds: number }[];
}

const anyGraph: fc.Arbitrary<Graph> = fc
  .array(fc.tuple(fc.nat(5_000), fc.array(fc.nat(1_000), { maxLength: 3 })), { minLength: 1, maxLength: 14 })
  .chain((drawn) => {
    const commits = drawn.map(([seconds, parents], at) => ({
      seconds,
      parents: at === 0 ? [] : [...new Set(parents.map((parent) => parent % at))],
    }));
    const tags = fc.uniqueArray(fc.record({ commit: fc.nat(commits.length - 1), seconds: fc.nat(9_000) }), {
      selector: ({ seconds }) => seconds,
      maxLength: 5,
    });
    return tags.map((each) => ({ commits, tags: each }));
  });

function imported({ commits, tags }: Graph): string {
  const body = commits.map(({ seconds, parents }, at) => commitOf(`refs/heads/c${at}`, at, seconds, parents));
  const named = tags.map(
    ({ commit, seconds }, at) =>
      `tag t${at}\nfrom :${commit + 1}\ntagger A <a@example.org> ${seconds} +0000\ndata 0\n`,
  );
  return [...body, ...named].join('');
}

/** The slow way: the ancestors of every tag, the earliest tag first. */
function earliest({ commits, tags }: Graph): Record<number, string> {
  const within = (commit: number): number[] => [commit, ...(commits[commit]?.parents ?? []).flatMap(within)];
  const order = tags.map((tag, at) => ({ ...tag, name: `t${at}` })).sort((a, b) => a.seconds - b.seconds);
  const owner: Record<number, string> = {};
  for (const { commit, name } of order) for (const ancestor of within(commit)) owner[ancestor] ??= name;
  return owner;
}
