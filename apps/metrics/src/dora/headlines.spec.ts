import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyLog } from '../../../../test/metrics/anyLog.js';
import { at, built, caused, change, incident, live, step } from '../../../../test/metrics/given.js';
import { workedSample } from '../../../../test/metrics/workedSample.js';
import { assemble } from '../delivery.js';
import { summarise } from '../dora.js';
import type { Fact } from '../fact.js';
import { defaults } from '../policy.js';
import { FIVE, type Headlines, headlinesOf } from './headlines.js';
import type { Headline, Metric } from './metric.js';
import { timelineOf } from './timeline.js';
import { windowOf } from './window.js';

/** What a summary says in a headline's words. */
const spoken = ({ value, numerator, denominator, n, lowSample, interval, partial }: Metric): Headline => ({
  value,
  numerator,
  denominator,
  n,
  lowSample,
  ...(interval && { interval }),
  ...(partial !== undefined && { partial }),
});
const asked = (facts: readonly Fact[], asOf: string, from: string, to: string) => {
  const delivery = assemble(facts, { asOf });
  const setting = { window: windowOf(from, to, 'UTC'), delivery };
  const services = [...delivery.lives.keys()];
  return {
    headlines: (...of: string[]) =>
      headlinesOf(
        of.map((service) => timelineOf(delivery, service)),
        setting,
      ),
    summary: (service?: string): Headlines => {
      const summary = summarise(delivery, { from, to, ...(service !== undefined && { service }) });
      return Object.fromEntries(FIVE.map((name) => [name, spoken(summary[name])])) as never;
    },
    services,
  };
};

describe('headlines', () => {
  test('are those of the summary, of each service and of all together, in any window at any time', () =>
    fc.assert(
      fc.property(
        anyLog,
        fc.nat(30),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(45),
        (facts, first, days, known) => {
          const { headlines, summary, services } = asked(
            facts,
            at(1 + known),
            at(1 + first, 6),
            at(1 + first + days, 6),
          );
          for (const service of services) expect(headlines(service)).toEqual(summary(service));
          expect(headlines(...services)).toEqual(summary());
        },
      ),
      { numRuns: 200 },
    ));

  test('of the worked sample are its figures (4.2.7)', () => {
    const { headlines } = asked(workedSample, '2027-02-05T00:00:00Z', '2027-01-01', '2027-02-01');
    const all = headlines('ledger-api');
    expect(FIVE.map((name) => [name, all[name].value, all[name].numerator, all[name].denominator])).toEqual([
      ['deploymentFrequency', 7 / 31, 7, 31],
      ['changeLeadTime', 8, 9, 9],
      ['changeFailRate', 3 / 7, 3, 7],
      ['failedDeploymentRecoveryTime', 75, 3, 3],
      ['deploymentReworkRate', 1 / 7, 1, 7],
    ]);
  });

  const few = { lowSample: true };
  const interval = expect.objectContaining({ method: 'wilson' });

  test('tell all about themselves', () => {
    const facts = [
      change('a', at(3)),
      change('b', at(3, 6)),
      built('v1', ['a', 'b', 'lost']),
      live('d1', at(4), 'v1'),
      ...incident('I', at(4, 1), at(4, 3)),
      caused('I', 'd1', at(5)),
      step('deploymentStarted', 'fix', at(6)),
      live('fix', at(7), 'v2', { deploymentKind: 'HOTFIX', remediates: ['d1'] }),
      live('late', '2027-02-01T00:00:00Z', 'v3'),
    ];
    const { headlines } = asked(facts, '2028-01-01T00:00:00Z', '2027-01-01', '2027-02-01');
    expect(headlines('s')).toEqual({
      deploymentFrequency: { value: 2 / 31, numerator: 2, denominator: 31, n: 2, ...few },
      changeLeadTime: { value: 21, numerator: 2, denominator: 3, n: 2, ...few, partial: 'partial (50 %)' },
      changeFailRate: { value: 1 / 2, numerator: 1, denominator: 2, n: 2, interval, ...few },
      failedDeploymentRecoveryTime: { value: 120, numerator: 1, denominator: 1, n: 1, ...few },
      deploymentReworkRate: { value: 1 / 2, numerator: 1, denominator: 2, n: 2, interval, ...few },
    });
  });

  test('of nothing are null, and a service that did not deploy has deployed 0 times', () => {
    const none = { value: null, numerator: 0, denominator: 0, n: 0, ...few };
    const facts = [live('d1', at(4), 'v1')];
    const of = (from: string, to: string) => asked(facts, '2028-01-01T00:00:00Z', from, to);
    expect(of('2027-02-01', '2027-02-11').headlines('s')).toEqual({
      deploymentFrequency: { value: 0, numerator: 0, denominator: 10, n: 0, ...few },
      changeLeadTime: none,
      changeFailRate: none,
      failedDeploymentRecoveryTime: none,
      deploymentReworkRate: none,
    });
    expect(of('2026-02-01', '2026-02-11').headlines('s').deploymentFrequency.value).toBeNull();
    expect(of('2027-02-01', '2027-02-11').headlines().deploymentFrequency.value).toBeNull();
  });

  test('say where nobody ever told of trouble, where the window is not over, and how many values are few', () => {
    const facts = Array.from({ length: 20 }, (_, i) => live(`d${i}`, at(1 + i), `v${i}`));
    const { changeFailRate } = asked(facts, at(25), at(1), at(30)).headlines('s');
    expect(changeFailRate).toMatchObject({
      value: 0,
      lowSample: false,
      partial: 'partial (no failure or incident ever reported); partial (window not over)',
    });
    expect(asked(facts, at(30), at(1), at(30)).headlines('s').deploymentFrequency).not.toHaveProperty(
      'partial',
    );
    const { lowSample } = asked(facts, at(30), at(2), at(30)).headlines('s').deploymentFrequency;
    expect([defaults.lowSample, lowSample]).toEqual([20, true]);
  });
});
