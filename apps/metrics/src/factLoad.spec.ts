import { expect, test } from 'vitest';
import { at, built, caused, change, incident, live, said, step } from '../../../test/metrics/given.js';
import type { Fact } from './fact.js';
import { loadOf } from './factLoad.js';

const services = (id: string, many: number) =>
  Array.from({ length: many }, (_, i) => live(id, at(4), 'v1', { service: `s${i}` }));
const shared = (id: string, more = {}) =>
  step('deploymentStarted', id, at(4), { service: undefined, ...more });
const word = (kind: 'failureAttributed' | 'failureWithdrawn', more = {}): Fact => ({
  ...said('w', at(5)),
  kind,
  deploymentId: 'd',
  reason: 'review',
  ...more,
});

test.each<[string, Fact[], number]>([
  ['nothing', [], 0],
  ['changes, artifacts and incidents', [change('a', at(1)), built('v', ['a']), ...incident('I', at(1))], 3],
  ['steps of a service each', [...services('d', 3), ...services('e', 2)], 5],
  ['a service told of twice', [...services('d', 1), ...services('d', 1)], 2],
  ['a step of all services', [...services('d', 3), shared('d')], 6],
  ['a step of a deployment that names no service', [shared('d')], 0],
  ['a word about all services', [...services('d', 3), word('failureAttributed')], 6],
  [
    'a word about one, which is looked for',
    [...services('d', 3), word('failureWithdrawn', { service: 's1' })],
    6,
  ],
  ['a word that names another service', [...services('d', 3), word('failureWithdrawn', { service: 'x' })], 6],
  ['causes', [...services('d', 3), caused('I', 'd', at(5)), caused('J', 'e', at(5))], 6],
  [
    'a cause that is rejected',
    [...services('d', 3), caused('I', 'd', at(5), { kind: 'incidentCauseRejected' })],
    6,
  ],
  [
    'what mends two',
    [...services('d', 3), ...services('e', 2), live('f', at(5), 'v', { remediates: ['d', 'e', 'I'] })],
    11,
  ],
  [
    'what mends with all its services',
    [...services('d', 3), ...services('e', 2), shared('e', { remediates: ['d'] })],
    13,
  ],
])('the load of %s', (_, facts, load) => expect(loadOf(facts)).toBe(load));
