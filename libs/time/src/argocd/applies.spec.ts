import { expect, test } from 'vitest';
import { applies } from './applies.js';
import type { SyncWindow } from './syncWindow.js';

const application = { name: 'web-prod', namespace: 'shop', cluster: 'eu-1', server: 'https://10.0.0.1' };
const window: SyncWindow = { kind: 'deny', schedule: '* * * * *', duration: '1h' };

test.each<[boolean, Partial<SyncWindow>]>([
  [false, {}],
  [false, { applications: [], namespaces: [], clusters: [] }],
  [true, { applications: ['api-*', 'web-*'] }],
  [true, { namespaces: ['shop'] }],
  [true, { clusters: ['eu-*'] }],
  [true, { clusters: ['https://10.*'] }],
  [false, { applications: ['shop'], namespaces: ['eu-1'], clusters: ['web-prod'] }],
  [true, { applications: ['other'], namespaces: ['shop'] }],
  [false, { applications: ['other'], namespaces: ['shop'], andOperator: true }],
  [true, { applications: ['web-*'], namespaces: ['shop'], clusters: ['eu-1'], andOperator: true }],
  [true, { applications: ['web-*'], clusters: [], andOperator: true }],
  [false, { applications: ['web-*'], clusters: ['us'], andOperator: true }],
  [false, { andOperator: true }],
])('%j: %j', (expected, selectors) => {
  expect(applies({ ...window, ...selectors }, application)).toBe(expected);
});

test('what the application does not say matches nothing, not even a star', () => {
  expect(applies({ ...window, namespaces: ['*'] }, { name: 'web' })).toBe(false);
});
