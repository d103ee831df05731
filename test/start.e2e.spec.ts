import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, type Server, slipway, started } from './support/command.js';

const dir = mkdtempSync(join(tmpdir(), 'slipway-start-'));
const DATA = process.env['SLIPWAY_TEST_DATA'] ?? '../shared/data';
const FASTIFY = join(DATA, 'oss-releases/fastify-fastify.ndjson.gz');
const real = existsSync(FASTIFY) ? test : test.skip;
if (!existsSync(FASTIFY))
  console.log(
    'Tests on real histories are skipped: set SLIPWAY_TEST_DATA to a folder that has oss-releases/.',
  );

let env: Record<string, string>;
let server: Server;

beforeAll(async () => {
  env = { SLIPWAY_DATA: join(dir, 'data'), PORT: await freePort(), LOG_LEVEL: '' };
  server = await started(env);
});
afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('slipway start', () => {
  test('says what is where and what to try next', () => {
    const out = server.out();
    for (const word of [
      '/v1',
      '/docs',
      '/openapi.json',
      '/health/ready',
      '/metrics',
      'slipway token',
      'import git',
      env['SLIPWAY_DATA']!,
    ])
      expect(out).toContain(word);
  });

  test('refuses a second instance on the same data, in one line', async () => {
    const second = await slipway(['start'], { ...env, PORT: await freePort() });
    expect(second).toMatchObject({ code: 1, out: '' });
    expect(second.err).toMatch(/^slipway: .* is already in use by process \d+: .*\n$/);
  });

  test('refuses a port that is taken, in one line', async () => {
    const other = await slipway(['start'], { ...env, SLIPWAY_DATA: join(dir, 'other') });
    expect(other).toMatchObject({ code: 1, out: '' });
    expect(other.err).toBe(
      `slipway: Port ${env['PORT']} of 127.0.0.1 is taken; set PORT to another one, or stop what listens there.\n`,
    );
  });

  test('refuses a database that does not answer, in one line and without its password', async () => {
    const lost = await slipway(['start'], {
      ...env,
      DATABASE_URL: 'postgres://me:pass-word@127.0.0.1:1/none',
    });
    expect(lost).toMatchObject({ code: 1, out: '' });
    expect(lost.err).toMatch(/^slipway: PostgreSQL at 127\.0\.0\.1:1\/none cannot be used: .*\n$/);
    expect(lost.err).not.toContain('pass-word');
  });

  test('refuses a faulty setting by name', async () => {
    const faulty = await slipway(['start'], { ...env, PORT: 'http' });
    expect(faulty).toMatchObject({ code: 1, out: '' });
    expect(faulty.err).toMatch(/^slipway: .*PORT \(a port from 0 to 65535.*\n$/);
  });

  test('stops in order within ten seconds, and has its data at the next start', async () => {
    const event = {
      context: {
        specversion: '0.5.1',
        id: 'e1',
        source: '/t',
        type: 'dev.cdevents.change.merged.0.3.0',
        timestamp: '2026-01-01T00:00:00Z',
      },
      subject: { id: 'c1', content: { repository: { id: 'kept' } } },
    };
    expect(await slipway(['import', 'cdevents', '-'], env, JSON.stringify(event))).toMatchObject({ code: 0 });
    const began = performance.now();
    expect(await server.stop('SIGINT')).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    server = await started(env);
    const again = await slipway(['import', 'cdevents', '-'], env, JSON.stringify(event));
    expect(again).toMatchObject({ code: 0, out: '0 accepted, 1 duplicates, 0 rejected\n' });
  });

  test('recovers after kill -9', async () => {
    await server.stop('SIGKILL');
    server = await started(env);
    const { out } = await slipway(
      ['dora', '--service', 'kept', '--from', '2026-01-01', '--to', '2026-02-01'],
      env,
    );
    expect(out).toContain('0 deployments');
  });
});

describe('slipway token', () => {
  test('prints a token and nothing else', async () => {
    const { code, out, err } = await slipway(
      ['token', '--as', 'alice', '--role', 'approver', '--team', 'cards'],
      env,
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(JSON.parse(Buffer.from(out.split('.')[1]!, 'base64url').toString())).toMatchObject({
      sub: 'alice',
      roles: ['approver'],
      teams: ['cards'],
    });
    expect(statSync(join(env['SLIPWAY_DATA']!, 'issuer.key.json')).mode & 0o077).toBe(0);
  });

  test('refuses a role that does not exist, in one line', async () => {
    const refused = await slipway(['token', '--as', 'alice', '--role', 'king'], env);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/^slipway: king cannot be given to a human: .*approver.*\n$/);
  });

  test('makes none in production', async () => {
    const production = {
      ...env,
      NODE_ENV: 'production',
      SLIPWAY_OIDC_ISSUER: 'https://issuer.example',
      SLIPWAY_OIDC_AUDIENCE: 'slipway',
    };
    expect(await slipway(['token', '--as', 'alice', '--role', 'approver'], production)).toMatchObject({
      code: 1,
      out: '',
    });
  });
});

describe('slipway import git', () => {
  test('reads tags as releases, and a second time adds nothing', async () => {
    const repository = join(dir, 'shop');
    const git = (at: string, ...args: string[]) =>
      execFileSync(
        'git',
        ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-C', repository, ...args],
        {
          env: { ...process.env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at },
        },
      );
    execFileSync('git', ['init', '-q', repository]);
    git('2026-03-01T10:00:00Z', 'commit', '-q', '--allow-empty', '-m', 'one');
    git('2026-03-01T12:00:00Z', 'commit', '-q', '--allow-empty', '-m', 'two');
    git('2026-03-02T12:00:00Z', 'tag', '-a', 'v1.0.0', '-m', 'one');
    const args = ['import', 'git', repository, '--tags', 'v*', '--environment', 'production'];
    expect(await slipway(args, env)).toMatchObject({
      code: 0,
      out: '2 commits and 1 releases of shop\n4 accepted, 0 duplicates, 0 rejected\n',
    });
    expect(await slipway(args, env)).toMatchObject({
      code: 0,
      out: '2 commits and 1 releases of shop\n0 accepted, 4 duplicates, 0 rejected\n',
    });
    const asked = ['dora', '--service', 'shop', '--from', '2026-03-01', '--to', '2026-04-01', '--json'];
    const summary = JSON.parse((await slipway(asked, env)).out);
    expect(summary.changeLeadTime).toMatchObject({ value: 25, n: 2, p50: 25 });
    expect(summary.deploymentFrequency).toMatchObject({ numerator: 1 });
    const all = await slipway(asked.toSpliced(1, 2), env);
    const { services, pending } = JSON.parse(all.out);
    expect(services).toContainEqual(
      expect.objectContaining({
        service: 'shop',
        changeLeadTime: expect.objectContaining({ value: 25, n: 2 }),
      }),
    );
    expect(pending).toEqual([]);
    expect((await slipway(asked.toSpliced(1, 2).slice(0, -1), env)).out).toMatch(
      /^2026-03-01 to 2026-04-01 UTC, as of [\s\S]*\n {2}shop +1, 0\.032 per day\*/,
    );
  });
});

describe('the README', () => {
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/```console\n([\s\S]*?)```/g)].map(
    ([, text]) => text!,
  );
  const steps = blocks.flatMap((text) =>
    [...text.matchAll(/^\$ npx slipway (.*)\n([^$]*)/gm)].map(([, line, output]) => ({
      line: line!,
      output: output!,
    })),
  );

  real('shows what its commands really print', async () => {
    expect(steps.length).toBeGreaterThan(1);
    for (const { line, output } of steps) {
      const args = line.split(' ').map((word) => (word === 'fastify-fastify.ndjson.gz' ? FASTIFY : word));
      const { out } = await slipway(args, env);
      expect(out.replace(/as of \S+/, 'as of NOW')).toBe(output);
    }
  });

  real('is right that importing again has no effect', async () => {
    const { out } = await slipway(['import', 'cdevents', FASTIFY], env);
    expect(out).toMatch(/^0 accepted, 5546 duplicates, 5 rejected\n/);
  });

  test('names commands that exist', async () => {
    const { out } = await slipway(['help'], env);
    for (const command of [
      'start',
      'token',
      'import git',
      'import cdevents',
      'dora',
      'export',
      'verify',
      'rebuild',
    ])
      expect(out).toContain(`slipway ${command}`);
  });
});

describe('slipway rebuild', () => {
  test('builds the read models anew while the server runs', async () => {
    const asked = [
      'dora',
      '--service',
      'kept',
      '--from',
      '2026-01-01',
      '--to',
      '2026-02-01',
      '--as-of',
      '2030-01-01T00:00:00Z',
    ];
    const before = (await slipway(asked, env)).out;
    const rebuilt = await slipway(['rebuild', 'metrics'], env);
    expect(rebuilt).toMatchObject({ code: 0 });
    const [, after, , rows] = /^delivery: (\d+) rows from (\d+) events \((\d+) rows before\)\n$/.exec(
      rebuilt.out,
    )!;
    expect(after).toBe(rows);
    expect((await slipway(asked, env)).out).toBe(before);
  });
});

describe('slipway export and verify', () => {
  test('prove what was recorded, offline', async () => {
    const exported = await slipway(['export'], env);
    expect(exported.code).toBe(0);
    const { vkey } = JSON.parse(exported.out.slice(0, exported.out.indexOf('\n')));
    expect(await slipway(['verify', '-', '--key', vkey], {}, exported.out)).toMatchObject({ code: 0 });
    const shorter = exported.out.split('\n').toSpliced(2, 1).join('\n');
    expect(await slipway(['verify', '-', '--key', vkey], {}, shorter)).toMatchObject({ code: 1 });
    expect(await slipway(['verify', '-'], {}, exported.out)).toMatchObject({ code: 1 });
    expect(await slipway(['verify', '-'], {}, 'nonsense')).toMatchObject({ code: 2 });
  });
});

describe('a command that cannot be done', () => {
  test('says so in one line', async () => {
    expect((await slipway(['fly'], env)).err).toBe(
      'slipway: there is no command "fly"; "slipway help" lists them.\n',
    );
    const lost = await slipway(['dora', '--service', 'x', '--from', '2026-01-01', '--to', '2026-02-01'], {
      ...env,
      PORT: '1',
    });
    expect(lost).toMatchObject({ code: 1, out: '' });
    expect(lost.err).toMatch(/^slipway: No answer from http:\/\/127\.0\.0\.1:1.*npm start.*\n$/);
    const vague = await slipway(
      ['dora', '--from', '2026-01-01', '--to', '2026-02-01', '--evidence', 'x'],
      env,
    );
    expect(vague).toMatchObject({ code: 1, err: 'slipway: --as-of and --evidence need a --service.\n' });
    const wrong = await slipway(['dora', '--service', 'x', '--from', 'monday', '--to', '2026-02-01'], env);
    expect(wrong.err).toMatch(/^slipway: 400 .*from.*\n$/);
  });

  test('passes on what another server answers', async () => {
    const strange = createServer((_, response) => response.writeHead(500).end('oops')).listen(0, '127.0.0.1');
    await once(strange, 'listening');
    const url = `http://127.0.0.1:${(strange.address() as { port: number }).port}`;
    const answer = await slipway(['export'], { ...env, SLIPWAY_URL: url });
    strange.close();
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toMatch(/^slipway: 500 .*\n$/);
  });
});
