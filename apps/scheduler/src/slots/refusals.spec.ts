import { expect, test } from 'vitest';
import { ask, at, candidate } from './testQuestions.js';
import { bin, model } from './example.js';
import type { Bin } from './model.js';
import type { SlotQuestion } from './question.js';

const withBin = (hour: number, changes: Partial<Bin>) => ({
  model: model({ bins: model().bins.with(hour, bin(changes)) }),
});

test.each<[string, Partial<SlotQuestion>]>([
  ['question.score', { score: NaN }],
  ['question.score', { score: 100.1 }],
  ['question.score', { score: -0.1 }],
  ['question.risk.b', { risk: { a: 0, b: Infinity } }],
  ['question.model: must be given, or else history, and not both', { model: undefined }],
  ['question.model: must be given', { history: { zone: 'UTC', outcomes: [] } }],
  ['model.bins.27.failures: must not be more than deployments', withBin(27, { deployments: 1, failures: 2 })],
  ['question.model.bins.3.deployments', withBin(3, { deployments: -1 })],
  ['question.model.bins.3.failures', withBin(3, { failures: -1 })],
  ['question.model.bins.3.load', withBin(3, { load: NaN })],
  ['question.model.bins.3.loadPercentile', withBin(3, { loadPercentile: 1.01 })],
  ['question.model.bins.3.loadPercentile: must be known exactly if load is', withBin(3, { load: null })],
  ['bins.3.loadPercentile: must be known exactly if load is', withBin(3, { loadPercentile: null })],
  ['question.model.bins.3.incidentsPerHour', withBin(3, { incidentsPerHour: -1 })],
  ['question.model.bins', { model: model({ bins: model().bins.slice(1) }) }],
  ['question.model.bins', { model: model({ bins: [...model().bins, bin()] }) }],
  ['question.model.rate', { model: model({ rate: 0 }) }],
  ['question.model.rate', { model: model({ rate: 1 }) }],
  ['question.model.weights.load', { model: model({ weights: { load: 1.1, incidents: 0 } }) }],
  ['question.policy.horizonDays', { policy: { horizonDays: 61 } }],
  ['question.policy.results', { policy: { results: 21 } }],
  ['question.policy.stepMinutes', { policy: { stepMinutes: 4 } }],
  ['question.environments', { environments: [] }],
  ['question.environments', { environments: Array.from({ length: 11 }, (_, i) => `e${i}`) }],
  ['question.candidate.services.0', { candidate: candidate({ services: ['x\u0000'] }) }],
  ['question.candidate.services.0', { candidate: candidate({ services: ['\ud800'] }) }],
  ['question.candidate.services.0', { candidate: candidate({ services: ['x'.repeat(201)] }) }],
  ['question.now', { now: 'soon' }],
  ['ZONE_UNKNOWN: model.zone', { model: model({ zone: 'Mars/Base' }) }],
  ['ZONE_FIXED_OFFSET: model.zone', { model: model({ zone: '+02:00' }) }],
  ['MODEL_VERSION_MISMATCH: model.version', { model: model({ version: 'sha256:0' }) }],
  ['candidate.latest', { candidate: candidate({ earliest: at(3, '00:00'), latest: at(2, '00:00') }) }],
  ['candidate ends before it starts', { candidate: candidate({ end: at(1, '00:00') }) }],
  ['SLOT_TOO_LONG: candidate', { candidate: candidate({ end: '2027-03-08T23:30:01Z' }) }],
])('a question is refused: %s', (message, changes) => expect(() => ask(changes)).toThrow(message));

test('a present that is no date is refused', () =>
  expect(() => ask({}, new Date(NaN))).toThrow('now must be a valid date'));

test('a week of occupation is not refused', () =>
  expect(ask({ candidate: candidate({ end: '2027-03-08T23:30:00Z' }) }).slots).toEqual([]));
