import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leafHash, nodeHash } from '../apps/audit/src/merkle.js';
import { formatKey, noteSigner, signNote } from '../apps/audit/src/note.js';
import { documented } from './support/documented.js';
import { exampleA, exampleB, exampleC } from './support/riskExamples.js';
import { workedSample } from './metrics/workedSample.js';
import { type Slipway, type Someone, startSlipway } from './support/slipway.js';

let slipway: Slipway;
let paula: Someone;
beforeAll(async () => {
  slipway = await startSlipway();
  paula = await documented(slipway.url, await slipway.as('paula', 'auditor'));
});
afterAll(() => slipway.close());

const at = '2027-03-10T09:00:00Z';

/** What is answered to a question that has an answer. */
async function asked(path: string, body: object) {
  const answer = await paula('POST', `/v1/${path}`, body);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return answer.body;
}

describe('POST /v1/conflicts/evaluate', () => {
  const reservation = { state: 'RESERVED', environment: 'PROD', services: ['S'] };
  const a = { ...reservation, id: 'A', start: '2027-03-10T22:00:00Z', end: '2027-03-10T23:00:00Z' };
  const candidate = (start: string, end: string) => ({
    id: 'B',
    services: ['S'],
    environment: 'PROD',
    kind: 'PLANNED',
    start: `2027-03-10T${start}Z`,
    end: `2027-03-10T${end}Z`,
  });

  test('SCH-04 S1: 23:29 is a BLOCKER, with other slots; 23:30 is none, and offers none', async () => {
    const soon = { now: at, candidate: candidate('23:29:00', '23:45:00'), snapshot: { reservations: [a] } };
    const answer = await asked('conflicts/evaluate', soon);
    expect(answer.now).toBe('2027-03-10T09:00:00.000Z');
    expect(answer.conflicts).toEqual([
      {
        code: 'SAME_SERVICE',
        severity: 'BLOCKER',
        order: 3,
        rule: 'formulas 4.4 rule 3',
        counterpart: 'A',
        interval: { start: '2027-03-10T23:29:00.000Z', end: '2027-03-10T23:30:00.000Z' },
        message: expect.stringContaining('2027-03-10T23:30:00.000Z'),
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(answer.alternatives).toHaveLength(5);
    expect(answer.alternatives[0]).toMatchObject({ start: '2027-03-10T23:30:00.000Z' });
    expect(answer.notEvaluated).toContain('FREEZE');
    expect(answer.notEvaluated).not.toContain('SAME_SERVICE');
    const later = await asked('conflicts/evaluate', {
      ...soon,
      candidate: candidate('23:30:00', '23:45:00'),
      previous: answer.conflicts,
    });
    expect(later.conflicts).toMatchObject([{ code: 'PROXIMITY', severity: 'INFO', counterpart: 'A' }]);
    expect(later).not.toHaveProperty('alternatives');
    expect(later.differences).toEqual({
      detected: later.conflicts,
      resolved: answer.conflicts,
      changed: [],
    });
  });

  test('SCH-04 S2: a freeze, a full environment and a dependency, in that order', async () => {
    const snapshot = {
      policy: { perEnvironment: 1 },
      reservations: [{ ...a, services: ['auth'] }],
      freezes: [
        {
          id: 'F',
          state: 'ACTIVE',
          mode: 'hard',
          selectors: [{}],
          start: a.start,
          end: '2027-03-11T00:00:00Z',
        },
      ],
      dependencies: [{ consumer: 'S', provider: 'auth', kind: 'hard' }],
    };
    const { conflicts } = await asked('conflicts/evaluate', {
      now: at,
      candidate: candidate('22:00:00', '23:00:00'),
      snapshot,
    });
    expect(conflicts.map(({ code }: { code: string }) => code)).toEqual([
      'FREEZE',
      'CAPACITY',
      'DEPENDENCY_OVERLAP',
    ]);
  });

  test('a reversed interval and two reservations of one name are refused by name', async () => {
    const reversed = { candidate: candidate('23:00:00', '22:00:00'), snapshot: {} };
    expect(await paula('POST', '/v1/conflicts/evaluate', reversed)).toMatchObject({
      status: 422,
      body: { violations: [{ code: 'INTERVAL_INVALID', message: expect.stringContaining('candidate') }] },
    });
  });
});

describe('POST /v1/sequences/evaluate', () => {
  const steps = ['a', 'b', 'c', 'd'].map((id) => ({ id, minutes: 30 }));
  const edges = ['ab', 'bc', 'cd'].map(([before, after]) => ({ before, after }));

  test('SCH-07 S2: after wave 2 of 4 failed, 3 and 4 stay unstarted and the step asked about may not start', async () => {
    const reports = [
      { step: 'a', state: 'SUCCEEDED', endedAt: '2027-03-09T00:00:00Z' },
      { step: 'b', state: 'FAILED' },
    ];
    const { halt, refusals } = await asked('sequences/evaluate', {
      plan: { steps, edges },
      now: at,
      reports,
      step: 'c',
    });
    expect(halt).toMatchObject({ wave: 2, failed: ['b'], unstarted: [3, 4] });
    expect(halt.options.map(({ action }: { action: string }) => action)).toContain('ROLL_BACK_ALL');
    expect(refusals.map(({ code }: { code: string }) => code)).toEqual([
      'WAVE_HALTED',
      'PREDECESSOR_UNFINISHED',
    ]);
  });

  test('SCH-07.2: a cycle set by hand is 422 and named', async () => {
    const plan = { steps, edges: [...edges, { before: 'd', after: 'a' }] };
    const { status, body } = await paula('POST', '/v1/sequences/evaluate', { plan });
    expect(status).toBe(422);
    expect(body.violations[0]).toMatchObject({
      code: 'EXPLICIT_CYCLE',
      message: expect.stringContaining('→'),
    });
  });
});

describe('POST /v1/risk', () => {
  test.each([
    ['A', exampleA, 47.5, 'MODERATE', 0.188],
    ['B', exampleB, 13.5, 'LOW', 0.048],
    ['C', exampleC, 85.3, 'CRITICAL', 0.56],
  ] as const)('preview: example %s of 4.1.4', async (_, inputs, score, band, probability) => {
    const answer = await asked('risk/preview', { inputs });
    expect(answer).toMatchObject({ score, band, floors: [], lowConfidence: false });
    expect(answer.probability).toBeCloseTo(probability, 3);
    const points = answer.factors.map((factor: { points: number }) => factor.points);
    expect(points).toEqual(points.toSorted((one: number, other: number) => other - one));
    expect(answer.factors).toHaveLength(9);
  });

  test('recalibrate: APR-03 S2: 80 outcomes propose nothing, 200 a model', async () => {
    const factors = Object.fromEntries(
      'criticality blast scope history novelty reversibility evidence timing exposure'
        .split(' ')
        .map((name) => [name, 0.5]),
    );
    const outcomes = Array.from({ length: 80 }, (_, i) => ({
      id: `d${i}`,
      endedAt: '2027-03-01T00:00:00Z',
      failed: i % 4 === 0,
      factors,
    }));
    expect(await asked('risk/recalibrate', { at, outcomes, version: '2' })).toEqual({
      state: 'NONE',
      outcomes: 80,
      failures: 20,
      reasons: ['INSUFFICIENT_OUTCOMES'],
    });
    const more = Array.from({ length: 200 }, (_, i) => ({
      ...outcomes[0]!,
      id: `e${i}`,
      failed: i % 4 === 0,
    }));
    expect(await asked('risk/recalibrate', { at, outcomes: more, version: '2' })).toMatchObject({
      state: 'PROPOSED',
      reasons: [],
      failures: 50,
      trained: 160,
      heldOut: 40,
      model: { version: '2' },
    });
  });
});

describe('POST /v1/quorum and /v1/sod', () => {
  const duties = { environmentClass: 'PROD', tier: 1 };
  const round = {
    rule: { id: 'r', version: '1', steps: [{ name: 'approval', groups: ['team'], quorum: 2 }] },
    planHash: 'h1',
    openedAt: '2027-03-10T08:00:00Z',
    expiresAt: '2027-03-13T08:00:00Z',
    electorate: { groups: { team: { members: ['ana', 'ben', 'cleo'] } } },
    duties: { ...duties, acts: [{ duty: 'author', account: 'ana', evidence: 'commit 4f2a' }] },
  };
  const vote = (account: string) => ({
    account,
    decision: 'approve',
    planHash: 'h1',
    at: '2027-03-10T08:30:00Z',
  });

  test('APR-07 S1: the author’s vote does not count and cites the commit; who still may is named', async () => {
    const answer = await asked('quorum/evaluate', { at, round, votes: [vote('ana'), vote('ben')] });
    expect(answer).toMatchObject({
      state: 'PENDING',
      approvers: ['ben'],
      steps: [{ approvals: 1, needed: 1, remaining: 1, mayVote: ['cleo'], reason: 'Needs 1 more.' }],
    });
    expect(answer.refusals[0].violations[0]).toMatchObject({
      code: 'SOD_AUTHOR_APPROVER',
      message: expect.stringContaining('commit 4f2a'),
    });
    expect(await asked('quorum/evaluate', { at, round, votes: [vote('ben'), vote('cleo')] })).toMatchObject({
      state: 'GRANTED',
      approvers: ['ben', 'cleo'],
    });
  });

  test('a rule that nobody can satisfy is said to be none, with what is short', async () => {
    const question = { rule: round.rule, electorate: { groups: { team: { members: ['ana', 'ben'] } } } };
    expect(await asked('quorum/satisfiable', { ...question, duties: round.duties })).toMatchObject({
      satisfiable: false,
      reason: 'Step approval needs 2 persons and has 1.',
    });
  });

  test('APR-07 S2: Ben approved and starts: refused in PROD, allowed in TEST', async () => {
    const acts = [{ duty: 'approver', account: 'ben', evidence: 'vote' }];
    const question = { duty: 'operator', account: 'ben' };
    expect(await asked('sod/check', { ...question, facts: { ...duties, acts } })).toMatchObject({
      allowed: false,
      violations: [{ code: 'SOD_APPROVER_OPERATOR', acts }],
    });
    const test = { environmentClass: 'TEST', tier: 1, acts };
    expect(await asked('sod/check', { ...question, facts: test })).toEqual({ allowed: true, violations: [] });
  });
});

describe('POST /v1/dora/evaluate', () => {
  const question = { service: 'ledger-api', from: '2027-01-01', to: '2027-02-01' };

  test('the worked sample of 4.2.7, as of 5 and of 1 February', async () => {
    const late = { ...question, asOf: '2027-02-05T00:00:00Z', facts: workedSample };
    const answer = await asked('dora/evaluate', { ...late, edition: 2025, definition: 'devlake-2023' });
    expect(answer.deploymentFrequency).toMatchObject({ numerator: 7, denominator: 31 });
    expect(answer.changeLeadTime).toMatchObject({ p50: 8, p75: 26, p90: 34, n: 9 });
    expect(answer.changeFailRate).toMatchObject({ numerator: 3, denominator: 7 });
    expect(answer.changeFailRate.variants.excludingCanaryCaught).toMatchObject({ numerator: 2 });
    expect(answer.failedDeploymentRecoveryTime).toMatchObject({ value: 75 });
    expect(answer.deploymentReworkRate).toMatchObject({ numerator: 1, denominator: 7 });
    expect(answer.peer).toMatchObject({ definition: 'devlake-2023', differs: expect.any(String) });
    expect(answer.standing).toMatchObject({ year: 2025, disagree: expect.any(Array) });
    expect(answer.quickCheck).toMatchObject({ edition: 2025, throughput: expect.any(Number) });
    const early = await asked('dora/evaluate', { ...late, asOf: '2027-02-01T00:00:00Z' });
    expect(early.changeFailRate).toMatchObject({ numerator: 2, denominator: 7 });
    expect(Object.keys(early)).not.toContain('peer');
  });

  test('shuffled and doubled facts answer the same; no facts answer null, never 0', async () => {
    const of = (facts: readonly object[]) =>
      asked('dora/evaluate', { ...question, asOf: '2027-02-05T00:00:00Z', facts });
    expect(await of([...workedSample, ...workedSample].toReversed())).toEqual(await of(workedSample));
    expect((await of([])).changeFailRate.value).toBe(null);
  });

  test('facts that speak of too many services of a deployment are refused, not worked on for a minute', async () => {
    const time = '2027-01-04T09:30:00Z';
    const fact = { kind: 'deploymentStarted', at: time, recordedAt: time, deploymentId: 'd' };
    const each = (many: number, more: (i: number) => object) =>
      Array.from({ length: many }, (_, i) => more(i));
    const facts = [
      ...each(750, (i) => ({ ...fact, id: `a${i}`, service: `s${i}` })),
      ...each(750, (i) => ({ ...fact, id: `b${i}` })),
    ];
    const refused = await paula('POST', '/v1/dora/evaluate', { ...question, facts });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [
        expect.objectContaining({
          pointer: '/facts',
          detail: expect.stringContaining('more than 500000 times'),
        }),
      ],
    ]);
    const half = facts.filter((_, i) => i % 2 === 0);
    expect((await paula('POST', '/v1/dora/evaluate', { ...question, facts: half })).status).toBe(200);
    const bad = await paula('POST', '/v1/dora/evaluate', { ...question, facts: ['x', null, { kind: 1 }] });
    expect(bad.status).toBe(400);
  });

  test('a policy of one’s own moves the figures, and is refused by field', async () => {
    const of = (policy: object) => ({
      ...question,
      asOf: '2027-02-05T00:00:00Z',
      facts: workedSample,
      policy,
    });
    const { changeFailRate } = await asked('dora/evaluate', of({ canaryTrafficPercent: 4, lowSample: 7 }));
    expect(changeFailRate.variants.excludingCanaryCaught).toMatchObject({ numerator: 3 });
    expect(changeFailRate.lowSample).toBe(false);
    const wrong = await paula('POST', '/v1/dora/evaluate', of({ hotfixDays: -1 }));
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, '/policy/hotfixDays']);
  });

  test('GET /v1/dora/summary takes definition and edition too, and refuses unknown ones', async () => {
    const url = '/v1/dora/summary?service=none&from=2027-01-01&to=2027-02-01';
    const { body } = await paula('GET', `${url}&definition=four-keys&edition=2024`);
    expect(body).toMatchObject({
      peer: { definition: 'four-keys' },
      standing: { year: 2024, nearest: null },
      quickCheck: { edition: 2024 },
    });
    const wrong = await paula('GET', `${url}&definition=ours&edition=2020`);
    expect(wrong.status).toBe(400);
    expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/definition',
      '/edition',
    ]);
  });
});

describe('POST /v1/ledger/proofs/verify', () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const [one, two] = [leafHash(Buffer.from('one')), leafHash(Buffer.from('two'))];
  const root = nodeHash(one, two);
  const signer = noteSigner('example.org/log', Buffer.alloc(32, 7));
  const note = signNote(`example.org/log\n2\n${text(root)}\n`, [signer]);
  const pinned = { origin: 'example.org/log', keys: [formatKey(signer.key)] };
  const verified = (question: object) => asked('ledger/proofs/verify', question);
  const bad = (code: string) => ({ holds: false, violations: [expect.objectContaining({ code })] });

  test('inclusion: of the entry or its hash, and not at another place', async () => {
    const question = { kind: 'inclusion', index: 1, size: 2, root: text(root), proof: [text(one)] };
    const entry = text(Buffer.from('two'));
    expect(await verified({ ...question, entry })).toEqual({ holds: true, leaf: text(two) });
    expect(await verified({ ...question, leaf: text(two) })).toEqual({ holds: true, leaf: text(two) });
    expect(await verified({ ...question, entry, index: 0 })).toEqual(bad('PROOF_DOES_NOT_HOLD'));
    for (const both of [{ entry, leaf: text(two) }, {}])
      expect((await paula('POST', '/v1/ledger/proofs/verify', { ...question, ...both })).status).toBe(400);
  });

  test('consistency: of what grew, not of what was rewritten', async () => {
    const question = { kind: 'consistency', from: 1, to: 2, fromRoot: text(one), toRoot: text(root) };
    expect(await verified({ ...question, proof: [text(two)] })).toEqual({ holds: true });
    expect(await verified({ ...question, proof: [text(one)] })).toEqual(bad('PROOF_DOES_NOT_HOLD'));
    expect(await verified({ ...question, proof: [] })).toEqual(bad('PROOF_DOES_NOT_HOLD'));
  });

  test('a note and a checkpoint: by the keys one pins, for the log one means', async () => {
    expect(await verified({ kind: 'note', note, keys: pinned.keys })).toEqual({
      holds: true,
      text: note.slice(0, note.indexOf('\n\n') + 1),
      signatures: [{ key: pinned.keys[0] }],
    });
    expect(await verified({ kind: 'checkpoint', note, ...pinned })).toEqual({
      holds: true,
      origin: 'example.org/log',
      size: 2,
      root: text(root),
      witnesses: [],
    });
    expect(await verified({ kind: 'checkpoint', note, ...pinned, origin: 'example.org/other' })).toEqual(
      bad('CHECKPOINT_FOREIGN'),
    );
    const forged = { kind: 'note', note: note.replace('\n2\n', '\n3\n'), keys: pinned.keys };
    expect(await verified(forged)).toEqual(bad('NOTE_BAD_SIGNATURE'));
    expect(await verified({ ...forged, keys: ['no key'] })).toEqual(bad('KEY_MALFORMED'));
  });

  test('a proof file: the entry under the signed head', async () => {
    const file = `c2sp.org/tlog-proof@v1\nindex 0\n${text(two)}\n\n${note}`;
    const question = { kind: 'proof-file', file, ...pinned };
    expect(await verified({ ...question, entry: text(Buffer.from('one')) })).toEqual({
      holds: true,
      index: 0,
    });
    expect(await verified({ ...question, entry: text(Buffer.from('two')) })).toEqual(
      bad('PROOF_DOES_NOT_HOLD'),
    );
  });
});
