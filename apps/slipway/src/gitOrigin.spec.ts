import { describe, expect, test } from 'vitest';
import { originOf } from './gitOrigin.js';

const named = (remote: string | undefined, folder = '/home/me/shop/.git', service?: string) => {
  const { purl, ...origin } = originOf(folder, remote, service);
  return { ...origin, purl: purl('v1.0.0') };
};

describe('a repository', () => {
  test.each([
    'https://github.com/Fastify/fastify.git',
    'https://me:ghp_secret@github.com/Fastify/fastify',
    'git@github.com:Fastify/fastify.git',
    'ssh://git@github.com:22/Fastify/fastify.git/',
    'git://github.com/Fastify/fastify?x=1#y',
  ])('is named after its remote %s', (remote) =>
    expect(named(remote)).toEqual({
      service: 'Fastify/fastify',
      source: '/git/Fastify/fastify',
      repository: { id: 'Fastify/fastify', source: 'https://github.com' },
      purl: 'pkg:github/fastify/fastify@v1.0.0',
    }),
  );

  test('of another host has a generic package', () =>
    expect(named('https://git.example.org:8443/team/sub/shop.git')).toEqual({
      service: 'team/sub/shop',
      source: '/git/team/sub/shop',
      repository: { id: 'team/sub/shop', source: 'https://git.example.org:8443' },
      purl: 'pkg:generic/team/sub/shop@v1.0.0',
    }));

  test.each([
    [undefined, '/home/me/shop/.git', 'shop'],
    [undefined, '/srv/git/shop.git', 'shop'],
    [undefined, '/', 'repository'],
    ['/srv/git/store.git', '/home/me/shop/.git', 'store'],
    ['file:///srv/git/store.git', '/home/me/shop/.git', 'store'],
    ['../store', '/home/me/shop/.git', 'store'],
    ['C:\\git\\store', '/home/me/shop/.git', 'store'],
    ['https://host/../..', '/home/me/shop/.git', 'host'],
    ['https://host/.git', '/home/me/shop/.git', 'host'],
  ])('with remote %s in %s is called %s', (remote, folder, name) => {
    const origin = named(remote, folder);
    expect(origin.service).toBe(name);
    expect(origin.repository).toEqual({ id: name });
    expect(origin.purl).toBe(`pkg:generic/${name}@v1.0.0`);
  });

  test('is called what the person says', () => {
    expect(named(undefined, '/a/b', 'till').source).toBe('/git/till');
    expect(named('git@github.com:a/b.git', '/a/b', 'till')).toMatchObject({
      service: 'till',
      source: '/git/a/b',
    });
  });

  test('may have any name, and its package any tag', () => {
    const origin = originOf('/home/me/mein lädchen\n(1)', undefined);
    expect(origin.source).toBe('/git/mein%20l%C3%A4dchen%281%29');
    expect(origin.service).toBe('mein lädchen(1)');
    expect(origin.purl('@a/b@1.0+2')).toBe('pkg:generic/mein%20l%C3%A4dchen%281%29@%40a%2Fb%401.0%2B2');
  });
});
