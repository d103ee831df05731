import { describe, expect, test } from 'vitest';
import { readConfig } from './config.js';
import { StartError } from './startError.js';

const oidc = { SLIPWAY_OIDC_ISSUER: 'https://login.example.com', SLIPWAY_OIDC_AUDIENCE: 'slipway' };

function refusalOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return (error as StartError).message;
  }
  return '';
}

describe('the configuration', () => {
  test('needs nothing on one machine', () => {
    expect(readConfig({ PATH: '/bin', SLIPWAY_BUS: '' })).toMatchObject({
      NODE_ENV: 'development',
      PORT: 3000,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      SLIPWAY_STORE: 'postgres',
      SLIPWAY_BUS: 'log',
      SLIPWAY_SERVICES: ['scheduler', 'approvals', 'audit', 'metrics'],
      developmentIssuer: true,
      oidc: undefined,
    });
  });

  test('takes what is set', () => {
    const config = readConfig({
      ...oidc,
      NODE_ENV: 'production',
      PORT: '8080',
      DATABASE_URL: 'postgres://slipway:pw@db:5432/slipway',
      SLIPWAY_STORE: 'kurrentdb',
      KURRENTDB_URL: 'kurrentdb://k1:2113?tls=false',
      SLIPWAY_BUS: 'kafka://k1:9092,k2:9092',
      SLIPWAY_SERVICES: 'scheduler, audit,scheduler',
      SLIPWAY_OIDC_ROLES_CLAIM: 'realm_access.roles',
      SLIPWAY_OIDC_ROLE_MAP: 'Release Managers=release_manager,sre=deployment_operator',
    });
    expect(config).toMatchObject({
      PORT: 8080,
      SLIPWAY_SERVICES: ['scheduler', 'audit'],
      developmentIssuer: false,
    });
    expect(config.oidc).toEqual({
      issuer: 'https://login.example.com',
      audience: 'slipway',
      rolesClaim: 'realm_access.roles',
      teamsClaim: 'teams',
      roleMap: { 'Release Managers': 'release_manager', sre: 'deployment_operator' },
    });
  });

  test.each([
    ['PORT', '65536', 'a port from 0 to 65535'],
    ['PORT', '3000; rm', 'a port'],
    ['HOST', 'a b', 'an address or name'],
    ['LOG_LEVEL', 'loud', 'trace, debug, info'],
    ['NODE_ENV', 'live', 'development, test or production'],
    ['DATABASE_URL', 'mysql://user:s3cret@db/x', 'postgres://user:password@host:port/database'],
    ['SLIPWAY_BUS', 'kafka://k1', 'kafka://host:port'],
    ['SLIPWAY_STORE', 'memory', 'postgres or kurrentdb'],
    ['SLIPWAY_SERVICES', 'scheduler,billing', 'scheduler, approvals, audit, metrics'],
    ['SLIPWAY_OIDC_ROLE_MAP', 'sre=root', 'group=role'],
    ['SLIPWAY_OIDC_ISSUER', 'ftp://x', 'https://'],
    ['SLIPWAY_DEVELOPMENT_ISSUER', 'yes', 'allow or deny'],
  ])('refuses %s=%s by its name, says what is accepted, and repeats no value', (name, value, accepted) => {
    const message = refusalOf({ [name]: value });
    expect(message).toContain(`${name} (`);
    expect(message).toContain(accepted);
    expect(message).not.toContain(value);
  });

  test('names every setting at fault at once', () => {
    expect(refusalOf({ PORT: 'x', HOST: ' ', SLIPWAY_BUS: 'y' })).toMatch(
      /PORT \(.*; HOST \(.*; SLIPWAY_BUS \(/,
    );
  });

  test('names a setting that it does not know, for it was meant for something', () => {
    expect(refusalOf({ SLIPWAY_BUSS: 'kafka://k:1' })).toMatch(
      /^Unknown settings: SLIPWAY_BUSS\. Known are NODE_ENV, PORT,/,
    );
    expect(refusalOf({ SLIPWAY_TEST_DATA: '/data' })).toBe('');
  });

  test.each([
    ['KURRENTDB_URL', { SLIPWAY_STORE: 'kurrentdb' }],
    ['SLIPWAY_OIDC_AUDIENCE', { SLIPWAY_OIDC_ISSUER: 'https://login.example.com' }],
    ['SLIPWAY_OIDC_ISSUER', { NODE_ENV: 'production' }],
    ['SLIPWAY_OIDC_ISSUER', { ...oidc, SLIPWAY_OIDC_ISSUER: 'http://login.example.com' }],
    ['SLIPWAY_OIDC_ISSUER', { SLIPWAY_DEVELOPMENT_ISSUER: 'deny' }],
    ['SLIPWAY_DEVELOPMENT_ISSUER', { ...oidc, NODE_ENV: 'production', SLIPWAY_DEVELOPMENT_ISSUER: 'allow' }],
  ])('does not do without, or with such a, %s for %j', (name, environment) => {
    expect(refusalOf(environment as Record<string, string>)).toContain(`cannot be used: ${name} (`);
  });

  test.each([
    [{}, true],
    [oidc, false],
    [{ ...oidc, SLIPWAY_DEVELOPMENT_ISSUER: 'allow' }, true],
    [{ ...oidc, NODE_ENV: 'production' }, false],
    [{ ...oidc, SLIPWAY_OIDC_ISSUER: 'http://127.0.0.1:9000' }, false],
  ])('with %j has a development issuer: %s', (environment, allowed) => {
    expect(readConfig(environment).developmentIssuer).toBe(allowed);
  });
});
