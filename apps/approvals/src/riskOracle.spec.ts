import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess, type RiskInputs } from './risk.js';

/* Formulas 4.1.1 to 4.1.5 told a second time, with plain numbers in the order of the spec. */
const service = fc.record(
  {
    tier: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
    failures: fc.nat(5),
    deployments: fc.integer({ min: 5, max: 20 }),
    daysSinceLastSuccess: fc.oneof(
      fc.double({ min: 0, max: 200, noNaN: true }),
      fc.constant('never' as const),
    ),
  },
  { requiredKeys: [] },
);
const anyInputs: fc.Arbitrary<RiskInputs> = fc.record(
  {
    services: fc.array(service, { maxLength: 3 }),
    dependents: fc.nat(60),
    sharedInfrastructure: fc.boolean(),
    components: fc.integer({ min: 1, max: 8 }),
    lines: fc.nat(3_000),
    resources: fc.nat(80),
    rollback: fc.constantFrom('tested', 'untested', 'irreversible', 'none'),
    rollbackTestedDaysAgo: fc.constantFrom(0, 90, 90.01, 200),
    waivedGates: fc.nat(4),
    slotMultiplier: fc.oneof(fc.double({ min: 0, max: 3, noNaN: true }), fc.constant('none' as const)),
    strategy: fc.constantFrom('canary', 'blue-green', 'rolling', 'recreate'),
    openSevereIncident: fc.boolean(),
    freezeException: fc.boolean(),
    regulated: fc.boolean(),
    dataHandlingChange: fc.boolean(),
    errorBudgetWarning: fc.boolean(),
    breakGlass: fc.boolean(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<RiskInputs>;

function expected(given: RiskInputs) {
  const services = given.services?.length ? given.services : [{}];
  let imputed = 0;
  const known = <T>(value: T | undefined, worst: T): T => value ?? worst;
  const missing = (...values: unknown[]) => void (values.includes(undefined) && imputed++);

  missing(...services.map(({ tier }) => tier));
  const criticality = Math.max(...services.map(({ tier }) => [0, 1, 0.6, 0.3, 0.1][known(tier, 1)]!));
  missing(given.dependents);
  const reach = Math.min(1, Math.log2(1 + known(given.dependents, 31)) / 5);
  const blast = given.sharedInfrastructure ? Math.max(0.8, reach) : reach;
  missing(given.components, given.lines, given.resources);
  const scope =
    0.5 * Math.min(1, (known(given.components, 5) - 1) / 4) +
    0.3 * Math.min(1, known(given.lines, 2000) / 2000) +
    0.2 * Math.min(1, known(given.resources, 50) / 50);
  missing(...services.flatMap(({ failures, deployments }) => [failures, deployments]));
  const rates = services.map(({ failures: k, deployments: n }) =>
    k === undefined || n === undefined ? 0.4 : (k + 10 * 0.15) / (n + 10),
  );
  const history = Math.min(1, Math.max(...rates) / 0.4);
  missing(...services.map((one) => one.daysSinceLastSuccess));
  const ages = services.map(({ daysSinceLastSuccess: days }) => {
    if (days === undefined || days === 'never' || days >= 90) return 1;
    return days <= 7 ? 0 : (days - 7) / 83;
  });
  missing(given.rollback);
  const expired = known(given.rollbackTestedDaysAgo, 0) > 90;
  const reversibility = { tested: expired ? 0.5 : 0, untested: 0.5, irreversible: 1, none: 1 };
  missing(given.waivedGates);
  missing(given.slotMultiplier);
  const m = given.slotMultiplier === 'none' ? 1 : known(given.slotMultiplier, 2);
  missing(given.strategy);
  const exposure = { canary: 0.2, 'blue-green': 0.2, rolling: 0.5, recreate: 1 };

  const score =
    20 * criticality +
    12 * blast +
    12 * scope +
    18 * history +
    8 * Math.max(...ages) +
    12 * reversibility[known(given.rollback, 'none')] +
    8 * Math.min(1, 0.34 * known(given.waivedGates, 3)) +
    6 * Math.min(1, Math.max(0, (m - 0.5) / 1.5)) +
    4 * exposure[known(given.strategy, 'recreate')];
  const own = (score >= 30 ? 1 : 0) + (score >= 55 ? 1 : 0) + (score >= 75 ? 1 : 0);
  const floors = [
    given.openSevereIncident || given.freezeException ? 2 : 0,
    given.regulated || given.dataHandlingChange || given.errorBudgetWarning ? 1 : 0,
    given.breakGlass ? 3 : 0,
  ];
  const band = Math.min(3, Math.max(own + (imputed > 3 ? 1 : 0), ...floors));
  return {
    score,
    band: ['LOW', 'MODERATE', 'HIGH', 'CRITICAL'][band],
    probability: 1 / (1 + Math.exp(3.6 - 0.045 * score)),
    lowConfidence: imputed > 3,
  };
}

describe('the risk of a change', () => {
  test('is that of formulas 4.1, told a second time', () =>
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const wanted = expected(inputs);
        const { unrounded, score, band, probability, lowConfidence } = assess(inputs);
        fc.pre([30, 55, 75].every((edge) => Math.abs(wanted.score - edge) > 1e-6));
        expect(unrounded).toBeCloseTo(wanted.score, 8);
        expect(Math.abs(score - wanted.score)).toBeLessThanOrEqual(0.05 + 1e-8);
        expect({ band, lowConfidence }).toEqual({ band: wanted.band, lowConfidence: wanted.lowConfidence });
        expect(probability).toBeCloseTo(wanted.probability, 10);
      }),
      { numRuns: 1_000 },
    ));
});
