import { Rejected } from '#events';
import { describe, expect, test } from 'vitest';
import { judge } from './judge.js';
import { type Input, look, looks, series } from './testLook.js';
import { X3 } from './testVectors.js';

const violations = (input: unknown) => {
  try {
    judge(input as Input);
  } catch (error) {
    if (error instanceof Rejected)
      return error.violations.map(({ code, message, ref }) => `${code} ${ref}: ${message}`);
    throw error;
  }
  return [];
};
const configured = (more: object, metric: object = {}) => {
  const input = look(X3, X3, metric);
  return { ...input, configuration: { ...input.configuration, ...more } };
};
const group = (name: string, weight: number) => ({ name, weight });

describe('a configuration is refused', () => {
  test.each<[string, unknown, string]>([
    [
      'whose groups do not sum to 100',
      configured({ groups: [group('all', 99)] }),
      'groups must have weights that sum to 100, not 99.',
    ],
    [
      'whose groups exceed 100',
      configured({ groups: [group('all', 60), group('b', 40.1)] }, { group: 'b' }),
      'groups must have weights that sum to 100, not 100.1.',
    ],
    [
      'whose metric has no such group',
      configured({}, { group: 'b' }),
      'metrics.latency.group must be one of groups, not b.',
    ],
    [
      'whose group nobody can earn',
      configured({ groups: [group('all', 50), group('b', 50)] }),
      'groups.b must have a metric that is not reportOnly.',
    ],
    [
      'all of which is only reported',
      configured({}, { reportOnly: true }),
      'groups.all must have a metric that is not reportOnly.',
    ],
    [
      'with a group twice',
      configured({ groups: [group('all', 50), group('all', 50)] }),
      'groups must name all once.',
    ],
    [
      'with a metric twice',
      looks([
        [{ name: 'a' }, X3, X3],
        [{ name: 'a' }, X3, X3],
      ]),
      'metrics must name a once.',
    ],
    [
      'that is critical and only reported',
      configured({}, { critical: true, reportOnly: true }),
      'metrics.latency.critical and reportOnly exclude each other.',
    ],
    [
      'that fills with zeros what is no counter',
      configured({}, { nan: 'zero' }),
      'metrics.latency.nan must be drop unless it is a counter.',
    ],
    [
      'with an absolute tolerance alone',
      configured({}, { absolute: true, tolerance: 1 }),
      'metrics.latency.tolerance and criticalTolerance must be given where they are absolute.',
    ],
    [
      'with an absolute critical tolerance alone',
      configured({}, { absolute: true, criticalTolerance: 1 }),
      'metrics.latency.tolerance and criticalTolerance must be given where they are absolute.',
    ],
    [
      'whose tolerance exceeds the critical one',
      configured({}, { tolerance: 0.26 }),
      'metrics.latency.tolerance must be at most criticalTolerance.',
    ],
    [
      'with a step beyond those planned',
      { ...look(X3, X3), step: 5 },
      'step must be at most the 4 planned steps.',
    ],
    [
      'whose marginal score exceeds its pass score',
      configured({ policy: { marginalScore: 96 } }),
      'policy.marginalScore must be at most passScore.',
    ],
    [
      'with samples of no metric',
      { ...look(X3, X3), samples: [series('latency', X3, X3), series('other', [], [])] },
      'samples.other must be one of metrics.',
    ],
    [
      'with samples twice',
      { ...look(X3, X3), samples: [series('latency', X3, X3), series('latency', X3, X3)] },
      'samples must hold latency once.',
    ],
    [
      'whose tolerances have no meaning for what was measured',
      look(
        X3.map(() => 0),
        X3,
      ),
      'metrics.latency.absolute must be true, with tolerances in its unit: its control median is 0 or half of all differences are.',
    ],
  ])('%s', (_, input, message) =>
    expect(violations(input)).toContain(`CONFIGURATION_INVALID 4.3.1: ${message}`),
  );

  test('with all of its faults at once, twenty at most', () => {
    const faults = violations(
      configured({ groups: [group('all', 1)] }, { nan: 'zero', critical: true, reportOnly: true }),
    );
    expect(faults).toHaveLength(4);
    const many = looks(
      Array.from({ length: 30 }, (_, i) => [{ name: `m${i}`, nan: 'zero' as const }, X3, X3] as const),
    );
    expect(violations(many)).toHaveLength(20);
  });

  test('never for what is at the edge of the rules', () => {
    expect(violations(configured({ groups: [group('all', 0.1), group('b', 99.9)] }, { group: 'b' }))).toEqual(
      ['CONFIGURATION_INVALID 4.3.1: groups.all must have a metric that is not reportOnly.'],
    );
    expect(violations({ ...look(X3, X3), step: 4 })).toEqual([]);
    expect(violations(configured({}, { tolerance: 0.25 }))).toEqual([]);
    expect(violations(configured({}, { counter: true, nan: 'zero' }))).toEqual([]);
    expect(violations(configured({ policy: { marginalScore: 95, warmUpMinutes: 0 } }))).toEqual([]);
    const thirds = looks(
      ['a', 'b', 'c'].map((name) => [{ name, group: name }, X3, X3] as const),
      { groups: ['a', 'b', 'c'].map((name) => group(name, 100 / 3)) },
    );
    expect(violations(thirds)).toEqual([]);
  });
});

describe('input is refused by the name of its field', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'INVALID_INPUT 4.3.1: input: '],
    ['NaN', look([Number.NaN], [1]), 'INVALID_INPUT 4.3.1: samples.0.control.0: '],
    ['an infinity', look([1], [1, -Infinity]), 'INVALID_INPUT 4.3.1: samples.0.canary.1: '],
    [
      'a million samples',
      look(
        Array.from({ length: 1_000_000 }, () => 1),
        [1],
      ),
      'INVALID_INPUT 4.3.1: samples.0.control: ',
    ],
    [
      'a control value out of range',
      look([1e101], [1]),
      'SAMPLE_INVALID 4.3.2: samples.latency.control[0] must be',
    ],
    [
      'a canary value out of range',
      look([1], [1, 1e-101]),
      'SAMPLE_INVALID 4.3.2: samples.latency.canary[1] must be',
    ],
    ['no metrics', configured({ metrics: [] }), 'INVALID_INPUT 4.3.1: configuration.metrics: '],
    [
      'half a character',
      configured({}, { name: 'a\ud800' }),
      'INVALID_INPUT 4.3.1: configuration.metrics.0.name: ',
    ],
    ['NUL', configured({}, { name: '\u0000' }), 'INVALID_INPUT 4.3.1: configuration.metrics.0.name: '],
    [
      'an endless name',
      configured({}, { name: 'x'.repeat(201) }),
      'INVALID_INPUT 4.3.1: configuration.metrics.0.name: ',
    ],
    ['an empty name', configured({}, { name: '' }), 'INVALID_INPUT 4.3.1: configuration.metrics.0.name: '],
    [
      'fewer than ten samples as enough',
      configured({}, { minSamples: 9 }),
      'INVALID_INPUT 4.3.1: configuration.metrics.0.minSamples: ',
    ],
    [
      'an undeclared baseline',
      configured({ baseline: undefined }),
      'INVALID_INPUT 4.3.1: configuration.baseline: ',
    ],
    [
      'a group without weight',
      configured({ groups: [group('all', 0), group('b', 100)] }),
      'INVALID_INPUT 4.3.1: configuration.groups.0.weight: ',
    ],
    ['an unknown field', { ...look(X3, X3), colour: 'red' }, 'INVALID_INPUT 4.3.1: input: '],
  ])('%s', (_, input, start) => expect(violations(input)[0]).toContain(start));

  test('a name that an object would know is a name like any other', () =>
    expect(
      violations(
        looks([
          [{ name: '__proto__' }, X3, X3],
          [{ name: 'constructor' }, X3, X3],
        ]),
      ),
    ).toEqual([]));

  test('with twenty violations at most', () =>
    expect(
      violations(
        look(
          Array.from({ length: 50 }, () => Number.NaN),
          [1],
        ),
      ),
    ).toHaveLength(20));
});
