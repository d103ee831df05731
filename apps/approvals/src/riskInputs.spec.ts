import { Rejected } from '#events';
import { describe, expect, test } from 'vitest';
import { exampleB, exampleC } from '../../../test/support/riskExamples.js';
import { assess, type RiskInputs } from './risk.js';

const [service] = exampleB.services!;
const refusals = (more: object, inputs: RiskInputs = exampleB) => {
  try {
    assess({ ...inputs, ...more });
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
    throw error;
  }
  return [];
};
const first = (more: object) => {
  const [violation] = refusals(more);
  return { ...violation, message: violation?.message.split(': ')[0] };
};

const count = { accepted: [0, 1_000_000_000], refused: [-1, 0.5, 1_000_000_001, NaN] };
const flag = { accepted: [true, false], refused: ['true', 1, null] };
const elapsed = { accepted: [0, 0.5, 1e6], refused: [-0.001, NaN, Infinity] };

test.each<[string, { accepted: unknown[]; refused: unknown[] }]>([
  ['dependents', count],
  ['sharedInfrastructure', flag],
  ['impactAssessed', flag],
  ['components', { accepted: [1, 1_000_000_000], refused: [0, 1.5, 1_000_000_001] }],
  ['lines', count],
  ['resources', count],
  ['rollback', { accepted: ['tested', 'untested', 'irreversible', 'none'], refused: ['', 'x'] }],
  ['rollbackTestedDaysAgo', elapsed],
  ['waivedGates', count],
  ['slotMultiplier', { accepted: [0, 9, 'none'], refused: [-0.001, '', 'x', NaN] }],
  ['strategy', { accepted: ['canary', 'blue-green', 'rolling', 'recreate'], refused: ['', 'x'] }],
  ['openSevereIncident', flag],
  ['freezeException', flag],
  ['regulated', flag],
  ['dataHandlingChange', flag],
  ['errorBudgetWarning', flag],
  ['breakGlass', flag],
])('%s has limits, may be left out, and what lies beyond is refused by name', (name, of) => {
  expect([undefined, ...of.accepted].flatMap((value) => refusals({ [name]: value }))).toEqual([]);
  for (const value of of.refused) {
    expect(first({ [name]: value })).toEqual({ code: 'INVALID_INPUT', message: name, ref: '4.1' });
  }
});

test.each<[string, { accepted: unknown[]; refused: unknown[] }]>([
  ['service', { accepted: ['x', 'x'.repeat(200)], refused: ['', 'x'.repeat(201)] }],
  ['tier', { accepted: [1, 2, 3, 4], refused: [0, 5, 1.5, '1'] }],
  ['failures', { accepted: [0, 20], refused: [-1, 0.5, 21] }],
  ['deployments', { accepted: [0, 20], refused: [-1, 0.5, 21, 1_000_000_001] }],
  ['daysSinceLastSuccess', { ...elapsed, accepted: [...elapsed.accepted, 'never'] }],
])('%s of a service has limits, and what lies beyond is refused by name', (name, of) => {
  const services = (value: unknown) => ({ services: [service, { ...service, [name]: value }] });
  expect([undefined, ...of.accepted].flatMap((value) => refusals(services(value)))).toEqual([]);
  for (const value of of.refused) {
    expect(first(services(value))).toEqual({
      code: 'INVALID_INPUT',
      message: `services.1.${name}`,
      ref: '4.1',
    });
  }
});

describe('an assessment refuses, in a whole sentence,', () => {
  test('more failures than deployments', () => {
    expect(refusals({ services: [{ failures: 4, deployments: 4 }] })).toEqual([]);
    expect(refusals({ services: [{ failures: 4 }] })).toEqual([]);
    expect(refusals({ services: [{ failures: 4, deployments: 3 }] })).toEqual([
      {
        code: 'INVALID_INPUT',
        message: 'services.0.failures: Expected at most as many failures as deployments.',
        ref: '4.1',
      },
    ]);
  });

  test('more deployments than the model looks at', () => {
    const services = [service, { failures: 0, deployments: 21 }, { failures: 0, deployments: 22 }];
    expect(refusals({ services })).toEqual([
      {
        code: 'INVALID_INPUT',
        message: 'services.1.deployments: Too big: expected number to be <=20.',
        ref: '4.1',
      },
    ]);
  });

  test('more than a thousand services', () => {
    const services = (n: number) => ({ services: Array.from({ length: n }, () => service) });
    expect(refusals(services(1_000))).toEqual([]);
    expect(refusals(services(1_001))).toEqual([
      {
        code: 'INVALID_INPUT',
        message: 'services: Too big: expected array to have <=1000 items.',
        ref: '4.1',
      },
    ]);
  });

  test('shared infrastructure before its impact is assessed', () => {
    const said = {
      code: 'IMPACT_ASSESSMENT_REQUIRED',
      message: 'A shared-infrastructure change is scored after its impact assessment is complete.',
      ref: 'APR-02.6',
    };
    expect(refusals({ impactAssessed: false }, exampleC)).toEqual([said]);
    expect(refusals({ impactAssessed: undefined }, exampleC)).toEqual([]);
    expect(refusals({ impactAssessed: false, sharedInfrastructure: false }, exampleC)).toEqual([]);
  });
});
