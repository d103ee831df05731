import { Rejected, type Violation } from '#events';
import { instant, iso, MINUTE, moment } from '../instant.js';
import { once } from './checks.js';
import { contractsOf, key, type Untested } from './edges.js';
import { soakMinutesOf, type PlanRequest, type Step, type StepReport } from './request.js';
import type { Sequence } from './sequence.js';

type State = StepReport['state'];
const DONE: ReadonlySet<State> = new Set(['SUCCEEDED', 'ACCEPTED_PARTIAL']);
const BROKEN: ReadonlySet<State> = new Set(['FAILED', 'ROLLED_BACK']);

/** A plan in order, and how far its steps are. */
export interface Progress {
  readonly plan: PlanRequest;
  readonly order: Sequence;
  readonly reports: readonly StepReport[];
}

/** What a person may choose after a wave has failed, and the steps in the order in which they would be taken. */
export interface Option {
  readonly action: 'RETRY' | 'ROLL_BACK_WAVE' | 'ROLL_BACK_ALL';
  readonly order: readonly (readonly string[])[];
}

/** A wave that failed, what stays unstarted for it, and what may be done. */
export interface Halt {
  readonly wave: number;
  readonly failed: readonly string[];
  readonly unstarted: readonly number[];
  readonly options: readonly Option[];
}

/**
 * Why a step may not start now; empty if it may. All earlier waves are done (or accepted in part by a person) and
 * have soaked, tasks of other teams are confirmed, and no earlier wave has failed; SCH-07.3, .4 and .7. Only an
 * override, which is not decided here, passes these.
 * @throws Rejected STEP_UNKNOWN, STEP_DUPLICATE, INSTANT_INVALID
 */
export function startRefusals(progress: Progress, step: string, now: Date): Violation[] {
  const { plan, order, reports } = progress;
  const wave = order.waves.findIndex((units) => units.some(({ steps }) => steps.includes(step)));
  if (wave < 0)
    throw new Rejected('STEP_UNKNOWN', `step names ${step}, which the plan does not have.`, 'SCH-07.1');
  checkReports(progress);
  const known = new Map(reports.map((one) => [one.step, one]));
  const steps = new Map(plan.steps.map((one) => [one.id, one]));
  const earlier = order.waves.slice(0, wave).flatMap(membersOf);
  const unfinished = earlier.flatMap((id) =>
    pending(steps.get(id)!, known.get(id), { plan, now: moment(now) }),
  );
  const halted = halt(progress);
  return halted && halted.wave <= wave ? [stopped(halted), ...unfinished] : unfinished;
}

/**
 * The first wave with a failed step, and what may be done about it; undefined if none failed. SCH-07.4.
 * @throws Rejected STEP_UNKNOWN, STEP_DUPLICATE
 */
export function halt(progress: Progress): Halt | undefined {
  checkReports(progress);
  const { plan, order, reports } = progress;
  const broken = new Set(reports.filter(({ state }) => BROKEN.has(state)).map(({ step }) => step));
  const index = order.waves.findIndex((units) => membersOf(units).some((step) => broken.has(step)));
  if (index < 0) return undefined;
  const failed = membersOf(order.waves[index]!).filter((step) => broken.has(step));
  const unstarted = order.waves.slice(index + 1).map((_, i) => index + 2 + i);
  return { wave: index + 1, failed, unstarted, options: options(plan, order, index, failed) };
}

/** Two reports of one step would make the answer depend on their order. */
function checkReports({ order, reports }: Progress): void {
  const known = new Set(order.waves.flatMap(membersOf));
  once(
    reports.map(({ step }) => step),
    'reports',
  );
  reports.forEach(({ step }, i) => {
    if (!known.has(step))
      throw new Rejected(
        'STEP_UNKNOWN',
        `reports[${i}].step names ${step}, which the plan does not have.`,
        'SCH-07.1',
      );
  });
}

function options(plan: PlanRequest, order: Sequence, index: number, failed: readonly string[]): Option[] {
  const backwards = order.rollback.slice(order.waves.length - 1 - index);
  const alone: Option[] = compatible(plan, order, index)
    ? [{ action: 'ROLL_BACK_WAVE', order: [backwards[0]!] }]
    : [];
  return [{ action: 'RETRY', order: [failed] }, ...alone, { action: 'ROLL_BACK_ALL', order: backwards }];
}

/** The wave at its old versions works with the earlier ones at their new; what was not tested does not (REL-05.2). */
function compatible(plan: PlanRequest, { waves }: Sequence, index: number): boolean {
  const services = new Map(plan.steps.map((step) => [step.id, step.services ?? [step.id]]));
  const of = (units: Sequence['waves']) =>
    new Set(units.flatMap(membersOf).flatMap((step) => services.get(step)!));
  const [earlier, old] = [of(waves.slice(0, index)), of([waves[index]!])];
  const results = contractsOf(plan.contracts);
  const passes = (pair: Untested, side: 'newProviderOldConsumer' | 'oldProviderNewConsumer') =>
    results.get(key(pair))?.every((one) => one[side] === 'PASS') ?? false;
  const hard = (plan.dependencies ?? []).filter(({ kind }) => kind === 'hard');
  return [...hard, ...(plan.contracts ?? [])].every((pair) => {
    const { provider, consumer } = pair;
    if (earlier.has(provider) && old.has(consumer)) return passes(pair, 'newProviderOldConsumer');
    if (earlier.has(consumer) && old.has(provider)) return passes(pair, 'oldProviderNewConsumer');
    return true;
  });
}

function pending(
  step: Step,
  report: StepReport | undefined,
  { plan, now }: { plan: PlanRequest; now: number },
): Violation[] {
  if (step.owner !== undefined && !report?.confirmed)
    return [
      refusal(
        'TASK_UNCONFIRMED',
        `${step.id} is a task of ${step.owner}, who have not confirmed it.`,
        'SCH-07.7',
      ),
    ];
  if (step.owner === undefined && !DONE.has(report?.state ?? 'PENDING'))
    return [refusal('PREDECESSOR_UNFINISHED', `${step.id} is ${report?.state ?? 'PENDING'}.`)];
  const soak = soakMinutesOf(step, plan) * MINUTE;
  if (soak === 0) return [];
  if (report?.endedAt === undefined) return [refusal('SOAK_UNKNOWN', `Nobody says when ${step.id} ended.`)];
  const until = instant(report.endedAt, `reports[${step.id}].endedAt`) + soak;
  return until <= now ? [] : [refusal('SOAK_RUNNING', `${step.id} soaks until ${iso(until)}.`)];
}

function stopped({ wave }: Halt): Violation {
  return refusal(
    'WAVE_HALTED',
    `Wave ${wave} failed: nothing after it starts until someone decides.`,
    'SCH-07.4',
  );
}

function refusal(code: string, message: string, ref = 'SCH-07.3'): Violation {
  return { code, message, ref };
}

function membersOf(units: Sequence['waves'][number]): string[] {
  return units.flatMap(({ steps }) => [...steps]);
}
