import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Configuration } from './configuration.js';
import { Look } from './look.js';
import { KayentaLook } from './kayenta/schema.js';

/** The paths of what is refused. */
const refused = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ path, code }) => `${path.join('.')} ${code}`) ?? [];

const metric = { name: 'm', bad: 'increase' };
const configuration = { metrics: [metric], baseline: 'concurrent' };
const look = { mode: 'slipway', configuration, samples: [] };
const times = <Item>(length: number, item: Item) => Array.from({ length }, () => item);

const ofMetric = (more: object) =>
  refused(Configuration, { ...configuration, metrics: [{ ...metric, ...more }] });
const ofPolicy = (policy: object) => refused(Configuration, { ...configuration, policy });
const ofLook = (more: object) => refused(Look, { ...look, ...more });

type Bounds = readonly (readonly [string, readonly number[], readonly number[]])[];

describe('a metric is accepted up to its bounds and refused beyond', () => {
  const bounds: Bounds = [
    ['tolerance', [0, 1e100], [-1e-9, 1.1e100]],
    ['criticalTolerance', [0, 1e100], [-1e-9, 1.1e100]],
    ['minSamples', [10, 10_080], [9, 10_081, 10.5]],
    ['minRequests', [0, 1e12], [-1, 1e12 + 1, 0.5]],
    ['minEffect', [0.5, 1], [0.499, 1.001]],
    ['minEffectZeroInflated', [0.5, 1], [0.499, 1.001]],
  ];

  test.each(bounds)('%s', (field, good, bad) => {
    for (const value of good) expect(ofMetric({ [field]: value })).toEqual([]);
    for (const value of bad)
      expect(ofMetric({ [field]: value })).toEqual([expect.stringMatching(`^metrics.0.${field} `)]);
  });

  test('name and query by their length', () => {
    expect(ofMetric({ name: 'x'.repeat(200), query: 'x'.repeat(2_000) })).toEqual([]);
    expect(ofMetric({ name: 'x'.repeat(201), query: 'x'.repeat(2_001) })).toEqual([
      'metrics.0.name too_big',
      'metrics.0.query too_big',
    ]);
    expect(ofMetric({ name: '' })).toContain('metrics.0.name too_small');
  });

  test('names of one character or more, none of which is a control character, wherever it stands', () => {
    for (const name of ['a', 'é😀', 'a b']) expect(ofMetric({ name })).toEqual([]);
    for (const name of ['\u0000a', 'a\u0000', 'a\nb', '\ud800b', 'a\udc00'])
      expect(ofMetric({ name })).toEqual(['metrics.0.name invalid_format']);
    const { error } = Configuration.safeParse({
      ...configuration,
      metrics: [{ ...metric, name: '\n' }],
    });
    expect(error!.issues[0]!.message).toBe('must hold no control characters or lone surrogates');
  });

  test('only with words and fields that are known', () => {
    for (const bad of ['increase', 'decrease', 'either']) expect(ofMetric({ bad })).toEqual([]);
    for (const nan of ['drop', 'zero']) expect(ofMetric({ nan })).toEqual([]);
    for (const outliers of ['none', '3xIQR']) expect(ofMetric({ outliers })).toEqual([]);
    expect(ofMetric({ bad: '', nan: '', outliers: '', colour: 'red' })).toEqual([
      'metrics.0.bad invalid_value',
      'metrics.0.nan invalid_value',
      'metrics.0.outliers invalid_value',
      'metrics.0 unrecognized_keys',
    ]);
  });
});

describe('a policy is accepted up to its bounds and refused beyond', () => {
  const bounds: Bounds = [
    ['alpha', [1e-9, 0.5], [0, 0.501]],
    ['earlyAlpha', [1e-9, 0.5], [0, 0.501]],
    ['extensions', [0, 20], [-1, 21, 0.5]],
    ['passScore', [0, 100], [-0.1, 100.1]],
    ['marginalScore', [0, 100], [-0.1, 100.1]],
    ['mostInconclusive', [0, 100], [-0.1, 100.1]],
    ['warmUpMinutes', [0, 1_440], [-1, 1_441, 0.5]],
    ['limitMinutes', [1, 10_080], [0, 10_081, 1.5]],
  ];

  test.each(bounds)('%s', (field, good, bad) => {
    for (const value of good) expect(ofPolicy({ [field]: value })).toEqual([]);
    for (const value of bad)
      expect(ofPolicy({ [field]: value })).toEqual([expect.stringMatching(`^policy.${field} `)]);
  });

  test('what happens when nothing was concluded', () => {
    for (const what of ['hold', 'fail'])
      expect(ofPolicy({ inconclusive: { PROD: what, STAGING: what, TEST: what, DEV: what } })).toEqual([]);
    expect(ofPolicy({ inconclusive: { PROD: '', QA: 'hold' }, colour: 'red' })).toEqual([
      'policy.inconclusive.PROD invalid_value',
      'policy.inconclusive unrecognized_keys',
      'policy unrecognized_keys',
    ]);
  });
});

describe('a configuration is accepted up to its bounds and refused beyond', () => {
  const of = (more: object) => refused(Configuration, { ...configuration, ...more });

  test('metrics, groups, steps, weights', () => {
    const group = { name: 'g', weight: 100 };
    expect(of({ metrics: times(200, metric), groups: times(200, group), steps: 100 })).toEqual([]);
    expect(of({ metrics: times(201, metric), groups: times(201, group), steps: 101 })).toEqual([
      'metrics too_big',
      'groups too_big',
      'steps too_big',
    ]);
    expect(of({ metrics: [metric], groups: [group], steps: 1 })).toEqual([]);
    expect(of({ metrics: [], groups: [], steps: 0 })).toEqual([
      'metrics too_small',
      'groups too_small',
      'steps too_small',
    ]);
    expect(of({ groups: [{ name: 'g', weight: 0 }], steps: 1.5 })).toEqual([
      'groups.0.weight too_small',
      'steps invalid_type',
    ]);
    expect(of({ groups: [{ name: 'g', weight: 100.1, colour: 'red' }] })).toEqual([
      'groups.0.weight too_big',
      'groups.0 unrecognized_keys',
    ]);
  });

  test('what the baseline is, and nothing unknown', () => {
    for (const baseline of ['concurrent', 'production']) expect(of({ baseline })).toEqual([]);
    expect(of({ baseline: '', colour: 'red' })).toEqual(['baseline invalid_value', ' unrecognized_keys']);
  });
});

describe('a look is accepted up to its bounds and refused beyond', () => {
  const bounds: Bounds = [
    ['step', [1, 100], [0, 101, 1.5]],
    ['extensionsUsed', [0, 20], [-1, 21, 0.5]],
    ['elapsedMinutes', [0, 1e6], [-0.1, 1e6 + 0.1]],
  ];

  test.each(bounds)('%s', (field, good, bad) => {
    for (const value of good) expect(ofLook({ [field]: value })).toEqual([]);
    for (const value of bad)
      expect(ofLook({ [field]: value })).toEqual([expect.stringMatching(`^${field} `)]);
  });

  test('requests of either side', () => {
    for (const side of ['control', 'canary']) {
      for (const value of [0, 1e15, null]) expect(ofLook({ requests: { [side]: value } })).toEqual([]);
      for (const value of [-1, 1e15 + 1, 0.5])
        expect(ofLook({ requests: { [side]: value } })).toEqual([
          expect.stringMatching(`^requests.${side} `),
        ]);
    }
  });

  test('a week of minutes of 200 metrics', () => {
    const week = times(10_080, null);
    expect(ofLook({ samples: [{ metric: 'm', control: week, canary: week }] })).toEqual([]);
    const longer = [...week, 1];
    expect(ofLook({ samples: [{ metric: 'm', control: longer, canary: longer }] })).toEqual([
      'samples.0.control too_big',
      'samples.0.canary too_big',
    ]);
    const one = { metric: 'm', control: [1], canary: [null] };
    expect(ofLook({ samples: times(200, one) })).toEqual([]);
    expect(ofLook({ samples: times(201, one) })).toEqual(['samples too_big']);
  });

  test('with words and fields that are known', () => {
    for (const environmentClass of ['DEV', 'TEST', 'STAGING', 'PROD'])
      expect(ofLook({ environmentClass })).toEqual([]);
    expect(
      ofLook({
        mode: '',
        environmentClass: '',
        samples: [{ metric: 'm', control: [], canary: [], colour: 'red' }],
        requests: { colour: 'red' },
        colour: 'red',
      }),
    ).toEqual([
      'mode invalid_value',
      'samples.0 unrecognized_keys',
      'requests unrecognized_keys',
      'environmentClass invalid_value',
      ' unrecognized_keys',
    ]);
  });
});

test('what is left out has its value from 4.3 and the defaults table', () =>
  expect(Look.parse(look)).toEqual({
    mode: 'slipway',
    configuration: {
      metrics: [
        {
          name: 'm',
          bad: 'increase',
          group: 'all',
          critical: false,
          reportOnly: false,
          absolute: false,
          minSamples: 30,
          minRequests: 500,
          minEffect: 0.64,
          minEffectZeroInflated: 0.56,
          counter: false,
          nan: 'drop',
          outliers: 'none',
        },
      ],
      groups: [{ name: 'all', weight: 100 }],
      steps: 4,
      baseline: 'concurrent',
      policy: {
        alpha: 0.05,
        earlyAlpha: 0.001,
        extensions: 2,
        passScore: 95,
        marginalScore: 75,
        mostInconclusive: 30,
        warmUpMinutes: 2,
        limitMinutes: 240,
        inconclusive: { PROD: 'hold', STAGING: 'fail', TEST: 'fail', DEV: 'fail' },
      },
    },
    samples: [],
    requests: { control: null, canary: null },
    step: 1,
    extensionsUsed: 0,
    elapsedMinutes: 0,
    environmentClass: 'PROD',
    early: false,
  }));

describe('a look in the shapes of Kayenta', () => {
  const minimal = { mode: 'kayenta', canaryConfig: { metrics: [{ name: 'm' }] }, metricSetPairList: [] };
  const of = (more: object) => refused(KayentaLook, { ...minimal, ...more });
  const ofAnalysis = (canary: object) =>
    of({ canaryConfig: { metrics: [{ name: 'm', analysisConfigurations: { canary } }] } }).map((refusal) =>
      refusal.replace('canaryConfig.metrics.0.analysisConfigurations.canary.', ''),
    );
  const weighed = (Errors: number) => ({
    canaryConfig: { metrics: [{ name: 'm' }], classifier: { groupWeights: { Errors } } },
  });

  test('has the values that Kayenta takes for what is left out', () =>
    expect(KayentaLook.parse({ ...minimal, metricSetPairList: [{ name: 'm', values: {} }] })).toEqual({
      mode: 'kayenta',
      canaryConfig: {
        metrics: [
          {
            name: 'm',
            groups: [],
            analysisConfigurations: {
              canary: {
                direction: 'either',
                nanStrategy: 'remove',
                critical: false,
                mustHaveData: false,
                muted: false,
                outliers: { strategy: 'keep', outlierFactor: 3 },
                effectSize: { measure: 'meanRatio' },
              },
            },
          },
        ],
        classifier: { groupWeights: {} },
      },
      scoreThresholds: {},
      metricSetPairList: [{ name: 'm', values: { control: [], experiment: [] } }],
    }));

  test('is let through with fields of Kayenta that are not read, but for those beside them', () => {
    const more = { scopes: {} };
    const canary = { ...more, outliers: more, effectSize: more };
    const stored = {
      canaryConfig: {
        ...more,
        metrics: [{ name: 'm', ...more, analysisConfigurations: { ...more, canary } }],
        classifier: more,
      },
      metricSetPairList: [{ name: 'm', ...more, values: more }],
    };
    expect(of(stored)).toEqual([]);
    expect(of({ ...more, mode: '', scoreThresholds: more })).toEqual([
      'mode invalid_value',
      'scoreThresholds unrecognized_keys',
      ' unrecognized_keys',
    ]);
  });

  test.each<[string, readonly object[]]>([
    ['direction', [{ direction: 'increase' }, { direction: 'decrease' }, { direction: 'either' }]],
    ['nanStrategy', [{ nanStrategy: 'remove' }, { nanStrategy: 'replace' }]],
    ['outliers.strategy', [{ outliers: { strategy: 'keep' } }, { outliers: { strategy: 'remove' } }]],
    ['effectSize.measure', [{ effectSize: { measure: 'meanRatio' } }, { effectSize: { measure: 'cles' } }]],
  ])('knows the words of %s', (field, good) => {
    for (const canary of good) expect(ofAnalysis(canary)).toEqual([]);
    const [outer, inner] = field.split('.');
    expect(ofAnalysis({ [outer!]: inner ? { [inner]: '' } : '' })).toEqual([`${field} invalid_value`]);
  });

  test('is accepted up to the bounds of its analysis and refused beyond', () => {
    for (const name of ['allowedIncrease', 'allowedDecrease', 'criticalIncrease', 'criticalDecrease']) {
      for (const value of [0, 1e6]) expect(ofAnalysis({ effectSize: { [name]: value } })).toEqual([]);
      for (const value of [-0.1, 1e6 + 1])
        expect(ofAnalysis({ effectSize: { [name]: value } })).toEqual([
          expect.stringMatching(`^effectSize.${name} too_`),
        ]);
    }
    for (const outlierFactor of [1e-9, 1e6]) expect(ofAnalysis({ outliers: { outlierFactor } })).toEqual([]);
    for (const outlierFactor of [0, 1e6 + 1])
      expect(ofAnalysis({ outliers: { outlierFactor } })).toEqual([
        expect.stringMatching('^outliers.outlierFactor too_'),
      ]);
  });

  test('is accepted up to the bounds of its score and refused beyond', () => {
    for (const weight of [0, 1e6]) expect(of(weighed(weight))).toEqual([]);
    for (const weight of [-0.1, 1e6 + 1])
      expect(of(weighed(weight))).toEqual([
        expect.stringMatching('^canaryConfig.classifier.groupWeights.Errors too_'),
      ]);
    for (const score of [0, 100])
      expect(of({ scoreThresholds: { pass: score, marginal: score } })).toEqual([]);
    for (const score of [-0.1, 100.1])
      expect(of({ scoreThresholds: { pass: score, marginal: score } })).toEqual([
        expect.stringMatching('^scoreThresholds.pass too_'),
        expect.stringMatching('^scoreThresholds.marginal too_'),
      ]);
  });

  test('is accepted up to the bounds of its lists and refused beyond', () => {
    const metrics = (count: number, groups: number) => ({
      canaryConfig: { metrics: times(count, { name: 'm', groups: times(groups, 'g') }) },
    });
    expect(of(metrics(200, 20))).toEqual([]);
    expect(of(metrics(201, 20))).toEqual(['canaryConfig.metrics too_big']);
    expect(of(metrics(1, 21))).toEqual(['canaryConfig.metrics.0.groups too_big']);
    expect(of(metrics(0, 0))).toEqual(['canaryConfig.metrics too_small']);
    const pair = (control: unknown, experiment: unknown = []) => ({
      name: 'm',
      values: { control, experiment },
    });
    expect(of({ metricSetPairList: times(200, pair([])) })).toEqual([]);
    expect(of({ metricSetPairList: times(201, pair([])) })).toEqual(['metricSetPairList too_big']);
    const week = times(10_080, 'NaN');
    expect(of({ metricSetPairList: [pair(week, week)] })).toEqual([]);
    expect(of({ metricSetPairList: [pair([...week, 1], [...week, null])] })).toEqual([
      'metricSetPairList.0.values.control too_big',
      'metricSetPairList.0.values.experiment too_big',
    ]);
    expect(of({ metricSetPairList: [pair([1, null, 'NaN'], ['', Infinity])] })).toEqual([
      'metricSetPairList.0.values.experiment.0 invalid_union',
      'metricSetPairList.0.values.experiment.1 invalid_union',
    ]);
  });
});
