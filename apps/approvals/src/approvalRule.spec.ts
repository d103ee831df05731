import { describe, expect, test } from 'vitest';
import {
  ApprovalRule,
  criticalApproval,
  emergencyApproval,
  offHoursApproval,
  singleApproval,
} from './approvalRule.js';

const names = (length: number) => Array.from({ length }, (_, i) => `n${i}`);
const step = (more: object = {}) => ({ name: 's', groups: ['g'], quorum: 1, ...more });
const rule = (more: object = {}, ofTheRule: object = {}) => ({
  id: 'r',
  version: '1',
  steps: [step(more)],
  ...ofTheRule,
});
const steps = (length: number) => names(length).map((name) => step({ name }));
const due = (amount: number, unit = 'h') => rule({ due: { amount, unit } });

test('a rule counts distinct approvers of one stage, who may abstain, for 14 days, unless it says otherwise', () =>
  expect(ApprovalRule.parse(rule())).toEqual({
    id: 'r',
    version: '1',
    steps: [
      {
        name: 's',
        stage: 1,
        groups: ['g'],
        quorum: 1,
        veto: [],
        awaitVeto: true,
        allowAbstain: true,
        distinct: true,
        duty: 'approver',
      },
    ],
    validHours: 336,
  }));

describe('the rules that come with an installation', () => {
  test('one approver', () =>
    expect(singleApproval('team')).toEqual({
      id: 'single-approval',
      version: '1',
      steps: [{ name: 'approval', groups: ['team'], quorum: 1 }],
    }));

  test('off hours: two who take a stand, for 4 hours', () =>
    expect(offHoursApproval('team')).toEqual({
      id: 'off-hours',
      version: '1',
      steps: [{ name: 'off-hours', groups: ['team'], quorum: 2, allowAbstain: false }],
      validHours: 4,
    }));

  test.each([
    [4, undefined],
    [23, 23],
    [24, 25],
  ])('an emergency: for %i hours where %s are asked for', (validHours, asked) =>
    expect(emergencyApproval(asked)).toEqual({
      id: 'emergency',
      version: '1',
      steps: [
        { name: 'service owner', groups: ['oncall_service_owner'], quorum: 1 },
        { name: 'manager', groups: ['release_manager', 'duty_manager'], quorum: 1 },
      ],
      validHours,
    }),
  );

  test('a critical change: two, then an executive who takes a stand', () =>
    expect(criticalApproval()).toEqual({
      id: 'critical',
      version: '1',
      steps: [
        { name: 'approval', groups: ['approver'], quorum: 2 },
        { name: 'executive', groups: ['executive'], quorum: 1, stage: 2, allowAbstain: false },
      ],
    }));
});

describe('a rule of a company’s own', () => {
  test.each([
    ['stages', rule({ stage: 20 })],
    ['persons', rule({ quorum: 50 })],
    ['groups', rule({ groups: names(50), veto: names(50) })],
    ['steps', rule({}, { steps: steps(10) })],
    ['hours', rule({}, { validHours: 336 })],
    ['hours until it escalates', due(10_000)],
    ['business hours until it escalates', due(0.5, 'bh')],
  ])('may have so many %s', (_, given) => expect(ApprovalRule.safeParse(given).success).toBe(true));

  test.each([
    ['steps.0.stage', rule({ stage: 0 })],
    ['steps.0.stage', rule({ stage: 21 })],
    ['steps.0.quorum', rule({ quorum: 0 })],
    ['steps.0.quorum', rule({ quorum: 51 })],
    ['steps.0.groups', rule({ groups: [] })],
    ['steps.0.groups', rule({ groups: names(51) })],
    ['steps.0.veto', rule({ groups: names(50), veto: [...names(50), 'n0'] })],
    ['steps.0.due.amount', due(0)],
    ['steps.0.due.amount', due(10_000.1)],
    ['steps.0.due.unit', due(1, 'days')],
    ['steps.0.due', rule({ due: { amount: 1, unit: 'h', from: 'now' } })],
    ['steps.0', rule({ color: 'red' })],
    ['steps', rule({}, { steps: [] })],
    ['steps', rule({}, { steps: steps(11) })],
    ['validHours', rule({}, { validHours: 0 })],
    ['validHours', rule({}, { validHours: 336.1 })],
    ['', rule({}, { color: 'red' })],
  ])('is refused by its field: %s', (field, given) =>
    expect(ApprovalRule.safeParse(given).error?.issues.map(({ path }) => path.join('.'))).toEqual([field]),
  );

  test.each([
    [rule({ veto: ['g', 'h'] }), 'steps.0.veto: Expected groups of the step itself'],
    [rule({}, { steps: [step(), step()] }), 'steps: Expected distinct step names'],
  ])('that contradicts itself is refused with the reason (%#)', (given, reason) =>
    expect(
      ApprovalRule.safeParse(given).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    ).toEqual([reason]),
  );
});
