import { describe, expect, test } from 'vitest';
import { secretIn } from './secret.js';

const found = (data: unknown) => secretIn(Buffer.from(JSON.stringify(data)), data);
const x = (length: number) => 'a1B2c3D4'.repeat(20).slice(0, length);

describe('a secret', () => {
  test.each<[string, string]>([
    ['a private key', `-----BEGIN PRIVATE KEY-----\n${x(64)}`],
    ['an RSA private key', '-----BEGIN RSA PRIVATE KEY-----'],
    ['an encrypted private key', '-----BEGIN ENCRYPTED PRIVATE KEY-----'],
    ['an OpenSSH private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['a PGP private key', '-----BEGIN PGP PRIVATE KEY BLOCK-----'],
    ['an AWS access key', `AKIA${'ABCDEFGH'.repeat(2)}`],
    ['a temporary AWS access key', `ASIA${'ABCDEFGH'.repeat(2)}`],
    ['a Google API key', `AIza${x(35)}`],
    ['a GitHub token', `ghp_${x(36)}`],
    ['a fine-grained GitHub token', `github_pat_${x(30)}`],
    ['a GitLab token', `glpat-${x(20)}`],
    ['a Slack token', `xoxb-${x(24)}`],
    ['an npm token', `npm_${x(36)}`],
    ['a Stripe key', `sk_live_${x(24)}`],
    ['a Vault token', `hvs.${x(24)}`],
    ['a webhook secret', `whsec_${x(32)}`],
    ['an API key of ours', `slw_${x(8)}_${x(43)}`],
    ['a JSON web token', `eyJ${x(20)}.eyJ${x(40)}.${x(43)}`],
  ])('is %s, alone or in a sentence', (_, secret) => {
    expect(found({ note: secret })).toBe('data.note');
    expect(found({ note: `Use "${secret}", it works.` })).toBe('data.note');
  });

  test('is found wherever it stands, a name included', () => {
    const secret = `ghp_${x(36)}`;
    expect(found({ plan: { steps: ['build', { run: secret }] } })).toBe('data.plan.steps.1.run');
    expect(found({ plan: { [secret]: 'value' } })).toBe('data.plan (a key)');
    expect(found([null, secret])).toBe('data.1');
    expect(found(`ü🚀 ${secret}`)).toBe('data');
  });

  test.each<[string, string]>([
    ['a public key', `-----BEGIN PUBLIC KEY-----\n${x(64)}`],
    ['a certificate', `-----BEGIN CERTIFICATE-----\n${x(64)}`],
    ['a digest', `sha256:${'0123456789abcdef'.repeat(4)}`],
    ['a commit', '0123456789abcdef0123456789abcdef01234567'],
    ['an id', '01a1fc75-df93-73e9-aa7e-a7575cb9eefb'],
    [
      'a word on secrets',
      'Rotate the private key, then the token ghp_… of the pipeline (AKIA… in the vault).',
    ],
    ['a package name', 'npm_config_registry, hvs.example, glpat-short'],
    ['base64 that begins like a token', `eyJ${x(200)}`],
  ])('is not %s', (_, harmless) => {
    expect(found({ note: harmless })).toBeUndefined();
  });

  test('is not made of two values side by side', () => {
    expect(found({ a: '-----BEGIN RSA', b: 'PRIVATE KEY-----' })).toBeUndefined();
    expect(found([`ghp_${x(18)}`, x(18)])).toBeUndefined();
  });
});
