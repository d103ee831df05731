import { describe, expect, test } from 'vitest';
import { halt, startRefusals } from './progress.js';
import type { PlanRequest, Step, StepReport } from './request.js';
import { sequence } from './sequence.js';

const hard = (consumer: string, provider: string) => ({ consumer, provider, kind: 'hard' as const });
const contract = (
  provider: string,
  consumer: string,
  forward: 'PASS' | 'FAIL' | 'UNKNOWN',
  back: 'PASS' | 'FAIL' | 'UNKNOWN',
) => ({
  provider,
  consumer,
  newProviderOldConsumer: forward,
  oldProviderNewConsumer: back,
});
const step = (id: string, changes: Partial<Step> = {}): Step => ({ id, minutes: 30, ...changes });
const ended = '2027-06-01T10:00:00Z';
const report = (
  id: string,
  state: StepReport['state'] = 'SUCCEEDED',
  changes: Partial<StepReport> = {},
): StepReport => ({
  step: id,
  state,
  endedAt: ended,
  ...changes,
});
const LATER = new Date('2027-06-01T12:00:00Z');

/** Four waves: db, then api and jobs, then web, then mail. */
const plan: PlanRequest = {
  steps: [step('db'), step('api'), step('jobs'), step('web'), step('mail')],
  dependencies: [hard('api', 'db'), hard('jobs', 'db'), hard('web', 'api'), hard('mail', 'web')],
};
const order = sequence(plan);
const refusals = (reports: readonly StepReport[], of: string, now = LATER, asked = plan) =>
  startRefusals({ plan: asked, order: sequence(asked), reports }, of, now).map(({ code }) => code);

describe('a step', () => {
  test('of the first wave may start', () => {
    expect(refusals([], 'db')).toEqual([]);
  });

  test('waits for every step of the waves before it, whichever of them it needs', () => {
    expect(refusals([], 'api')).toEqual(['PREDECESSOR_UNFINISHED']);
    expect(refusals([report('db'), report('api')], 'web')).toEqual(['PREDECESSOR_UNFINISHED']);
    expect(refusals([report('db'), report('api'), report('jobs')], 'web')).toEqual([]);
    expect(refusals([report('db', 'IN_PROGRESS')], 'api')).toEqual(['PREDECESSOR_UNFINISHED']);
    expect(refusals([], 'mail')).toHaveLength(4);
  });

  test('may start after one that a person accepted in part', () => {
    expect(refusals([report('db', 'ACCEPTED_PARTIAL')], 'api')).toEqual([]);
  });

  test('waits for the soak, to the millisecond', () => {
    const at = (time: string) =>
      startRefusals({ plan, order, reports: [report('db')] }, 'api', new Date(time));
    expect(at('2027-06-01T10:30:00Z')).toEqual([]);
    expect(at('2027-06-01T10:29:59.999Z')).toEqual([
      { code: 'SOAK_RUNNING', message: 'db soaks until 2027-06-01T10:30:00.000Z.', ref: 'SCH-07.3' },
    ]);
    expect(refusals([report('db', 'SUCCEEDED', { endedAt: undefined })], 'api')).toEqual(['SOAK_UNKNOWN']);
    const instantly = { ...plan, steps: [step('db', { soakMinutes: 0 }), ...plan.steps.slice(1)] };
    expect(refusals([report('db', 'SUCCEEDED', { endedAt: undefined })], 'api', LATER, instantly)).toEqual(
      [],
    );
  });

  test('SCH-07.7: waits for the task of another team to be confirmed', () => {
    const withTask = { ...plan, steps: [step('db', { owner: 'dba' }), ...plan.steps.slice(1)] };
    expect(
      startRefusals({ plan: withTask, order: sequence(withTask), reports: [report('db')] }, 'api', LATER),
    ).toEqual([
      {
        code: 'TASK_UNCONFIRMED',
        message: 'db is a task of dba, who have not confirmed it.',
        ref: 'SCH-07.7',
      },
    ]);
    expect(refusals([report('db', 'PENDING', { confirmed: false })], 'api', LATER, withTask)).toEqual([
      'TASK_UNCONFIRMED',
    ]);
    expect(
      refusals([report('db', 'PENDING', { confirmed: true, endedAt: undefined })], 'api', LATER, withTask),
    ).toEqual([]);
  });

  test('that the plan does not have is refused by name', () => {
    expect(() => refusals([], 'x')).toThrow('step names x');
    expect(() => refusals([report('db', 'SUCCEEDED', { endedAt: 'late' })], 'api')).toThrow(
      'reports[db].endedAt must be an instant',
    );
    expect(() => refusals([], 'api', new Date(Number.NaN))).toThrow('now must be a valid date');
  });
});

describe('a failure', () => {
  const failed = [report('db'), report('api', 'FAILED'), report('jobs')];

  test('SCH-07 S2: in wave 2 of 4 leaves waves 3 and 4 unstarted, lists the ways out and refuses a manual start', () => {
    const tested = {
      ...plan,
      contracts: [contract('db', 'api', 'PASS', 'FAIL'), contract('db', 'jobs', 'PASS', 'FAIL')],
    };
    expect(halt({ plan: tested, order: sequence(tested), reports: failed })).toEqual({
      wave: 2,
      failed: ['api'],
      unstarted: [3, 4],
      options: [
        { action: 'RETRY', order: [['api']] },
        { action: 'ROLL_BACK_WAVE', order: [['api', 'jobs']] },
        { action: 'ROLL_BACK_ALL', order: [['api', 'jobs'], ['db']] },
      ],
    });
    expect(startRefusals({ plan, order, reports: failed }, 'web', LATER)).toEqual([
      {
        code: 'WAVE_HALTED',
        message: 'Wave 2 failed: nothing after it starts until someone decides.',
        ref: 'SCH-07.4',
      },
      { code: 'PREDECESSOR_UNFINISHED', message: 'api is FAILED.', ref: 'SCH-07.3' },
    ]);
    expect(refusals(failed, 'mail')[0]).toBe('WAVE_HALTED');
    expect(refusals(failed, 'api')).toEqual([]);
  });

  test('is none while nothing failed', () => {
    expect(halt({ plan, order, reports: [report('db'), report('api', 'IN_PROGRESS')] })).toBeUndefined();
  });

  test('of several waves is that of the first, and a step rolled back counts as failed', () => {
    const both = [report('mail', 'FAILED'), report('jobs', 'ROLLED_BACK'), report('api', 'FAILED')];
    expect(halt({ plan, order, reports: both })).toMatchObject({
      wave: 2,
      failed: ['api', 'jobs'],
      unstarted: [3, 4],
    });
    expect(halt({ plan, order, reports: [report('mail', 'FAILED')] })).toMatchObject({
      wave: 4,
      unstarted: [],
    });
    expect(halt({ plan, order, reports: [report('mail', 'FAILED')] })?.options.at(-1)?.order).toEqual([
      ['mail'],
      ['web'],
      ['api', 'jobs'],
      ['db'],
    ]);
  });

  const actions = (changes: Partial<PlanRequest>, reports = failed) => {
    const changed = { ...plan, ...changes };
    return halt({ plan: changed, order: sequence(changed), reports })?.options.map(({ action }) => action);
  };

  test('lets a wave be rolled back alone only where it was tested beside the new ones before it', () => {
    const alone = ['RETRY', 'ROLL_BACK_WAVE', 'ROLL_BACK_ALL'];
    const all = ['RETRY', 'ROLL_BACK_ALL'];
    const both = (forward: 'PASS' | 'UNKNOWN') => [
      contract('db', 'api', forward, 'FAIL'),
      contract('db', 'jobs', 'PASS', 'FAIL'),
    ];
    expect(actions({ contracts: both('PASS') })).toEqual(alone);
    expect(actions({ contracts: both('UNKNOWN') })).toEqual(all);
    expect(actions({ contracts: both('PASS').slice(1) })).toEqual(all);
    expect(actions({ contracts: [...both('PASS'), contract('db', 'api', 'UNKNOWN', 'PASS')] })).toEqual(all);
    expect(actions({})).toEqual(all);
    expect(actions({}, [report('db', 'FAILED')])).toEqual(alone);
  });

  test('judges a consumer that went first by old provider with new consumer', () => {
    const turned = { steps: [step('p'), step('c')], dependencies: [hard('c', 'p')] };
    const of = (back: 'PASS' | 'UNKNOWN') =>
      actions({ ...turned, contracts: [contract('p', 'c', 'FAIL', back)] }, [
        report('c'),
        report('p', 'FAILED'),
      ]);
    expect(of('PASS')).toContain('ROLL_BACK_WAVE');
    expect(of('UNKNOWN')).not.toContain('ROLL_BACK_WAVE');
  });

  test('goes by the services of a step, and by contracts without a dependency too', () => {
    const steps = [step('one', { services: ['p'] }), step('two', { services: ['c'] })];
    const edges = [{ before: 'one', after: 'two' }];
    const reports = [report('one'), report('two', 'FAILED')];
    expect(
      actions(
        { steps, edges, dependencies: [], contracts: [contract('p', 'c', 'UNKNOWN', 'PASS')] },
        reports,
      ),
    ).not.toContain('ROLL_BACK_WAVE');
    expect(
      actions(
        { steps, edges, dependencies: [{ consumer: 'c', provider: 'p', kind: 'soft' }], contracts: [] },
        reports,
      ),
    ).toContain('ROLL_BACK_WAVE');
  });
});
