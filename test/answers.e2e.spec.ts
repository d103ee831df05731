import { afterAll, beforeAll, expect, test } from 'vitest';
import { documented } from './support/documented.js';
import { type Slipway, type Someone, startSlipway } from './support/slipway.js';

let slipway: Slipway;
let paula: Someone;

beforeAll(async () => {
  slipway = await startSlipway();
  paula = await slipway.as('paula', 'auditor');
});
afterAll(() => slipway.close());

test('an answer that says more, less or other than the document is noticed', async () => {
  const body = {
    candidate: {
      id: 'D',
      services: ['web'],
      environment: 'prod',
      kind: 'PLANNED',
      start: '2027-03-02T03:00:00Z',
      end: '2027-03-02T03:30:00Z',
    },
    snapshot: { windows: [] },
    score: 10,
    history: { zone: 'UTC', outcomes: [] },
  };
  const path = '/v1/slots/recommend';
  const answer = await paula('POST', path, body);
  const as = (change: object) =>
    documented(slipway.url, async () => ({ ...answer, body: { ...answer.body, ...change } }));
  expect((await (await as({}))('POST', path)).body).toEqual(answer.body);
  for (const change of [
    { more: true },
    { slots: undefined },
    { served: 'GUESS' },
    { model: { ...answer.body.model, more: true } },
    { says: [1] },
  ])
    await expect((await as(change))('POST', path)).rejects.toThrow(
      `POST ${path} answers what it does not describe`,
    );
});
