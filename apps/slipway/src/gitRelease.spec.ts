import { describe, expect, test } from 'vitest';
import { isPreRelease, isTime } from './gitRelease.js';

describe('a tag', () => {
  test.each([
    'v1.0.0-rc.1',
    '1.0.0-alpha',
    'v2.0.0-0',
    '1.0.0-beta.1.2',
    'v1.0.0-next.3+build.7',
    'fastify-cli-v1.0.0-rc.1',
    '@scope/name@1.0.0-alpha.2',
    'packages/v1.0.0-dev',
    '1.0a1',
    '1.0rc2',
    '3.2.0.M1',
    '5.0.0.RC2',
    '2.1.dev3',
    'v5-rc1',
    'REL_12_BETA1',
    'OpenSSL_1_1_1-pre1',
  ])('%s comes before its release', (tag) => expect(isPreRelease(tag)).toBe(true));

  test.each([
    'v1.0.0',
    '1.0',
    'v5',
    '2.17.1',
    'release-1.2.3',
    'rel/log4j-2.17.1',
    '@alpha/beta@1.0.0',
    'next/v1.0.0',
    'v1.0.0+rc.1',
    '5.0.0.RELEASE',
    '5.0.0.Final',
    'v1.2.3-final',
    'v20.1.0-lts',
    '1.0-post1',
    '2024-01-15',
    'release-2024.01.15',
    'python3.9-lib-1.0.0',
    'jdk-17+35',
    'v1.0.0/dev',
    'stable',
  ])('%s is a release', (tag) => expect(isPreRelease(tag)).toBe(false));
});

describe('a git timestamp', () => {
  test.each([0, 1_700_000_000, 253_402_300_799])('%d is a time', (seconds) =>
    expect(isTime(seconds)).toBe(true),
  );
  test.each([-1, 253_402_300_800, 2 ** 60, NaN, 1.5])('%d is none', (seconds) =>
    expect(isTime(seconds)).toBe(false),
  );
});
