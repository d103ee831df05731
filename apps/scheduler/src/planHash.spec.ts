import { Rejected } from '#events';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PlanContent, planHash } from './planHash.js';

const sha = (digit: string) => `sha256:${digit.repeat(64)}`;
const plan: PlanContent = {
  services: ['payments', 'ledger'],
  artifacts: [
    { service: 'payments', digest: sha('a') },
    { service: 'ledger', digest: sha('b') },
  ],
  configuration: sha('c'),
  environment: 'production',
  strategy: 'canary',
  phases: [{ trafficPercent: 5 }, { trafficPercent: 100 }],
  migrations: ['001_add_column', '002_backfill'],
  runbook: 'payments@7',
  start: '2027-03-01T22:00:00Z',
  end: '2027-03-01T23:30:00Z',
};

const refusal = (given: unknown): string => {
  try {
    return planHash(given as PlanContent);
  } catch (error) {
    if (error instanceof Rejected)
      return error.violations.map(({ code, message }) => `${code} ${message}`).join('\n');
    throw error;
  }
};

describe('the plan hash', () => {
  test('is the SHA-256 of the canonical JSON of the fields of SCH-01.2 and of nothing else', () => {
    const canonicalText =
      `{"artifacts":[{"digest":"${sha('a')}","service":"payments"},{"digest":"${sha('b')}","service":"ledger"}],` +
      `"configuration":"${sha('c')}","end":"2027-03-01T23:30:00.000Z","environment":"production",` +
      '"migrations":["001_add_column","002_backfill"],"phases":[{"trafficPercent":5},{"trafficPercent":100}],' +
      '"runbook":"payments@7","services":["ledger","payments"],"start":"2027-03-01T22:00:00.000Z","strategy":"canary"}';
    expect(planHash(plan)).toBe(`sha256:${createHash('sha256').update(canonicalText).digest('hex')}`);
  });

  test('takes no notice of who asked, why, or what kind it is', () => {
    const asked = { ...plan, reason: 'spring', kind: 'PLANNED', requestedBy: 'ana', rollbackMinutes: 15 };
    expect(planHash(asked)).toBe(planHash(plan));
  });

  test('takes no notice of commits and version names, which the digest already fixes', () => {
    const artifacts = plan.artifacts.map((artifact) => ({ ...artifact, version: '7.1', commits: [] }));
    expect(planHash({ ...plan, artifacts })).toBe(planHash(plan));
  });

  test('reads what is absent as none', () => {
    const { phases: _phases, migrations: _migrations, ...bare } = plan;
    expect(planHash(bare)).toBe(planHash({ ...plan, phases: [], migrations: [] }));
  });

  test('knows an instant however it is written', () => {
    expect(planHash({ ...plan, start: '2027-03-01T23:00:00.000+01:00' })).toBe(planHash(plan));
  });

  test('tells apart which service gets which digest', () => {
    const [first, second] = plan.artifacts;
    const swapped = [
      { service: 'payments', digest: second!.digest },
      { service: 'ledger', digest: first!.digest },
    ];
    expect(planHash({ ...plan, artifacts: swapped })).not.toBe(planHash(plan));
  });

  test('changes when only a member unknown to this version differs in a phase', () => {
    expect(
      planHash({ ...plan, phases: [{ trafficPercent: 5, header: 'x-beta' }, { trafficPercent: 100 }] }),
    ).not.toBe(planHash(plan));
  });
});

const digestOf = fc.constantFrom('0', '1', '2', '9', 'd', 'f').map(sha);
const name = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' });
const anyPlan: fc.Arbitrary<PlanContent> = fc.record({
  services: fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
  artifacts: fc.uniqueArray(fc.record({ service: name, digest: digestOf }), {
    maxLength: 5,
    selector: ({ service }) => service,
  }),
  configuration: fc.option(digestOf, { nil: undefined }),
  environment: name,
  strategy: name,
  phases: fc.array(fc.dictionary(name, fc.nat()), { maxLength: 3 }),
  migrations: fc.uniqueArray(name, { maxLength: 4 }),
  runbook: fc.option(name, { nil: undefined }),
  start: fc.integer({ min: 0, max: 9e11 }).map((at) => new Date(at).toISOString()),
  end: fc.integer({ min: 1e12, max: 2e12 }).map((at) => new Date(at).toISOString()),
});

describe('for any plan', () => {
  test('neither the order of keys nor that of services and artifacts matters', () => {
    fc.assert(
      fc.property(anyPlan, (any) => {
        const reversed = Object.fromEntries(Object.entries(any).reverse()) as PlanContent;
        const shuffled = {
          ...reversed,
          services: any.services.toReversed(),
          artifacts: any.artifacts.map(({ service, digest }) => ({ digest, service })).toReversed(),
        };
        expect(planHash(shuffled)).toBe(planHash(any));
        expect(planHash({ ...any, services: [...any.services, any.services[0]!] })).toBe(planHash(any));
      }),
    );
  });

  test('a change of any field changes the hash', () => {
    const changes: Record<keyof PlanContent, (any: PlanContent) => Partial<PlanContent>> = {
      services: ({ services }) => ({ services: [...services, `${services.join('')}!`.slice(-150)] }),
      artifacts: ({ artifacts }) => ({
        artifacts: [...artifacts, { service: 'another one', digest: sha('e') }],
      }),
      configuration: () => ({ configuration: sha('e') }),
      environment: ({ environment }) => ({ environment: `${environment}!` }),
      strategy: ({ strategy }) => ({ strategy: `${strategy}!` }),
      phases: ({ phases = [] }) => ({ phases: [...phases, { trafficPercent: 100 }] }),
      migrations: ({ migrations = [] }) => ({ migrations: [...migrations, 'one more'] }),
      runbook: ({ runbook }) => ({ runbook: `${runbook}!` }),
      start: ({ start }) => ({ start: new Date(Date.parse(start) + 1).toISOString() }),
      end: ({ end }) => ({ end: new Date(Date.parse(end) - 1).toISOString() }),
    };
    for (const change of Object.values(changes)) {
      fc.assert(
        fc.property(anyPlan, (any) => planHash({ ...any, ...change(any) }) !== planHash(any)),
        { numRuns: 30 },
      );
    }
  });

  test('a phase member counts whatever its name', () => {
    const hashOf = (phase: string) =>
      planHash({ ...plan, phases: [JSON.parse(phase) as Record<string, unknown>] });
    const hashes = ['{}', '{"__proto__":1}', '{"__proto__":2}', '{"constructor":1}', '{"a":{"__proto__":1}}'];
    expect(new Set(hashes.map(hashOf)).size).toBe(hashes.length);
  });

  test('the order of migrations and of phases matters', () => {
    expect(planHash({ ...plan, migrations: plan.migrations!.toReversed() })).not.toBe(planHash(plan));
    expect(planHash({ ...plan, phases: plan.phases!.toReversed() })).not.toBe(planHash(plan));
  });
});

describe('bad input is refused by name', () => {
  test.each([
    [{ ...plan, services: [] }, 'services'],
    [{ ...plan, artifacts: [{ service: 'payments', digest: 'latest' }] }, 'artifacts.0.digest'],
    [{ ...plan, configuration: 'sha256:short' }, 'configuration'],
    [{ ...plan, environment: '' }, 'environment'],
    [{ ...plan, strategy: undefined }, 'strategy'],
    [{ ...plan, start: 'tomorrow' }, 'start'],
    [{ ...plan, start: plan.end, end: plan.start }, 'end'],
    [{ ...plan, end: plan.start }, 'end'],
    [{ ...plan, runbook: '\ud800' }, '"runbook"'],
    [{ ...plan, phases: [{ trafficPercent: NaN }] }, '"trafficPercent"'],
    [{ ...plan, services: Array.from({ length: 1_000_000 }, () => 'x') }, 'services'],
    [null, 'plan'],
  ])('%#', (given, field) => expect(refusal(given)).toMatch(`INVALID_INPUT ${field}: `));

  test('phases nested without end', () => {
    const phase: Record<string, unknown> = {};
    phase['again'] = phase;
    expect(refusal({ ...plan, phases: [phase] })).toMatch('INVALID_INPUT "again": ');
  });
});
