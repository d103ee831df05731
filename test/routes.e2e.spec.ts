import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Slipway, type Someone, startSlipway } from './support/slipway.js';

interface Operation {
  readonly 'x-roles'?: readonly string[];
  readonly 'x-stores-nothing'?: true;
  readonly parameters: readonly object[];
}

let slipway: Slipway;
let auditor: Someone;
let operations: { method: string; path: string; operation: Operation }[];

beforeAll(async () => {
  slipway = await startSlipway();
  auditor = await slipway.as('paula', 'auditor');
  const { paths } = (await (await fetch(`${slipway.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => slipway.close());

/** An address of the route, with an id that nothing has. */
const address = (path: string) => path.replaceAll(/\{[^}]+\}/g, '1');

describe('every route', () => {
  test('is described, those of all four services among them', () => {
    const paths = operations.map(({ path }) => path);
    for (const path of [
      '/v1/deployments/{id}',
      '/v1/freezes/{id}',
      '/v1/approvals/{id}/votes',
      '/v1/ledger/heads',
      '/v1/dora/summary',
      '/v1/ingest/cdevents',
      '/v1/ops/parked',
    ])
      expect(paths).toContain(path);
  });

  test('asks who is calling, but for health, figures and the description', async () => {
    const open: string[] = [];
    for (const { method, path } of operations) {
      const { status } = await fetch(slipway.url + address(path), { method });
      if (status !== 401) open.push(path);
    }
    expect(open.toSorted()).toEqual(['/docs', '/health/live', '/health/ready', '/metrics', '/openapi.json']);
  });

  test('LIB-07 S3: that changes anything is closed to an auditor', async () => {
    const changing = operations.filter(
      ({ method, operation }) => method !== 'GET' && !operation['x-stores-nothing'],
    );
    expect(changing.length).toBeGreaterThan(15);
    for (const { method, path } of changing)
      expect({ method, path, status: (await auditor(method, address(path), {})).status }).toMatchObject({
        status: 403,
      });
  });

  test('that only computes is open to an auditor, takes no command, and leaves no trace in the log', async () => {
    const { store } = slipway.running.platform;
    const computing = operations.filter(({ operation }) => operation['x-stores-nothing']);
    expect(computing.map(({ path }) => path)).toContain('/v1/plans/hash');
    for (const { method, path, operation } of computing) {
      expect([path, method, operation.parameters]).toEqual([path, 'POST', []]);
      const before = await store.head();
      const statuses = [{}, [], '"a"', '{'].map(async (body) => (await auditor('POST', path, body)).status);
      for (const status of await Promise.all(statuses))
        expect([path, status]).toEqual([path, expect.toBeOneOf([200, 400, 422])]);
      expect([path, await store.head()]).toEqual([path, before]);
    }
  });

  test('that only reads is open to an auditor', async () => {
    for (const { method, path } of operations.filter((each) => each.method === 'GET')) {
      const { status } = await auditor(method, address(path));
      expect({ path, status }).not.toMatchObject({ status: 403 });
      expect({ path, status, server: status >= 500 && status !== 503 }).toMatchObject({ server: false });
    }
  });
});
