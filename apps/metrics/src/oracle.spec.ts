import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, built, caused, change, january, live, said, step } from '../../../test/metrics/given.js';
import { assemble } from './delivery.js';
import { dora } from './dora.js';
import type { DeploymentKind, Fact, Severity } from './fact.js';

/*
 * Formulas 4.2 told a second time: over what happened instead of over facts, with lists instead of indexes. Kinds are
 * stated and versions differ, so that nothing is derived from versions; that is told below on its own.
 */
const HOUR = 3_600_000;
const KINDS: readonly DeploymentKind[] = ['PLANNED', 'PLANNED', 'PLANNED', 'HOTFIX', 'CONFIG', 'REDEPLOY'];

interface Told {
  readonly id: string;
  readonly kind: DeploymentKind;
  readonly production: boolean;
  readonly dryRun: boolean;
  readonly start: number;
  readonly length: number;
  readonly end: 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  readonly effect: boolean;
  readonly back?: { readonly after: number; readonly automatic: boolean; readonly traffic: number };
  readonly remediates: readonly string[];
  readonly commits: readonly string[];
}
interface Trouble {
  readonly id: string;
  readonly severity: Severity;
  readonly start: number;
  readonly hours?: number;
  readonly again?: { readonly after: number; readonly hours: number };
  readonly causes: readonly {
    readonly id: string;
    readonly confirmed: boolean;
    readonly extended: boolean;
  }[];
}

const hours = (max: number) => fc.integer({ min: 1, max });
const target = fc.constantFrom('d0', 'd1', 'd2', 'd3', 'd4', 'i0', 'i1');
const told: fc.Arbitrary<Omit<Told, 'id'>> = fc.record({
  kind: fc.constantFrom(...KINDS),
  production: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  dryRun: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  start: fc.integer({ min: -100, max: 31 * 24 }),
  length: hours(5),
  end: fc.constantFrom('SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'FAILED', 'CANCELLED'),
  effect: fc.boolean(),
  back: fc.option(
    fc.record({ after: hours(30), automatic: fc.boolean(), traffic: fc.constantFrom(5, 25, 26, 100) }),
    { nil: undefined, freq: 3 },
  ),
  remediates: fc.uniqueArray(target, { maxLength: 1 }),
  commits: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'e', 'f'), { maxLength: 3 }),
});
const trouble: fc.Arbitrary<Omit<Trouble, 'id'>> = fc.record({
  severity: fc.constantFrom('SEV1', 'SEV2', 'SEV3', 'SEV4'),
  start: fc.integer({ min: -100, max: 31 * 24 }),
  hours: fc.option(hours(40), { nil: undefined }),
  again: fc.option(fc.record({ after: hours(40), hours: hours(10) }), { nil: undefined }),
  causes: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('d0', 'd1', 'd2', 'd3', 'd4'),
      confirmed: fc.boolean(),
      extended: fc.boolean(),
    }),
    { maxLength: 2, selector: ({ id }) => id },
  ),
});
const numbered = <T>(one: fc.Arbitrary<T>, letter: string, maxLength: number) =>
  fc.array(one, { maxLength }).map((all) => all.map((each, i) => ({ id: `${letter}${i}`, ...each })));
const time = (hour: number) => at(1, hour);
const committed: Record<string, number> = { a: -400, b: -90, c: 5, e: 300, f: 700 };

function factsOf(deployments: readonly Told[], troubles: readonly Trouble[]): Fact[] {
  return [
    ...Object.entries(committed).map(([commit, hour]) => change(commit, time(hour))),
    ...deployments.flatMap(stepsOf),
    ...troubles.flatMap(({ id, severity, start, hours: lasted, again, causes }): Fact[] => {
      const incidentId = id;
      const restored = start + (lasted ?? 0);
      return [
        { ...said(`o-${id}`, time(start)), kind: 'incidentOpened', incidentId, severity, service: 's' },
        ...(lasted === undefined
          ? []
          : [{ ...said(`r-${id}`, time(restored)), kind: 'incidentResolved' as const, incidentId }]),
        ...(lasted === undefined || !again
          ? []
          : [
              {
                ...said(`a-${id}`, time(restored + again.after)),
                kind: 'incidentReopened' as const,
                incidentId,
              },
              {
                ...said(`e-${id}`, time(restored + again.after + again.hours)),
                kind: 'incidentResolved' as const,
                incidentId,
              },
            ]),
        ...causes.map(({ id: deployment, confirmed, extended }) =>
          caused(id, deployment, time(2_000), {
            kind: confirmed ? 'incidentCauseConfirmed' : 'incidentCauseRejected',
            ...(extended && { extension: 'monthly job' }),
          }),
        ),
      ];
    }),
  ];
}

function stepsOf({ id, kind, start, length, end, effect, back, commits, ...one }: Told): Fact[] {
  const { production, dryRun, remediates } = one;
  const more = { production, dryRun, deploymentKind: kind, remediates, artifacts: [`v-${id}`] };
  const done = time(start + length);
  return [
    built(`v-${id}`, commits),
    step('deploymentStarted', id, time(start), more),
    ...(end === 'SUCCEEDED' ? [live(id, done, `v-${id}`, { production, dryRun })] : []),
    ...(end === 'FAILED' ? [step('deploymentFailed', id, done, { effect, production, dryRun })] : []),
    ...(end === 'CANCELLED' ? [step('deploymentCancelled', id, done, { production, dryRun })] : []),
    ...(end === 'CANCELLED' && effect
      ? [step('deploymentExposed', id, time(start), { production, dryRun })]
      : []),
    ...(isBack({ end, effect, back })
      ? [
          step('deploymentRolledBack', id, time(start + length + back!.after), {
            automatic: back!.automatic,
            trafficPercent: back!.traffic,
            production,
            dryRun,
          }),
        ]
      : []),
  ];
}

const isBack = ({ end, effect, back }: Pick<Told, 'end' | 'effect' | 'back'>) =>
  back !== undefined && (end === 'SUCCEEDED' || (end === 'FAILED' && effect));
const wentBackAt = (d: Told) => (isBack(d) ? d.start + d.length + d.back!.after : undefined);
const liveAt = (d: Told) => (d.end === 'SUCCEEDED' ? d.start + d.length : undefined);
const endedAt = (d: Told) => liveAt(d) ?? wentBackAt(d) ?? d.start + d.length;
const touched = (d: Told) => d.end === 'SUCCEEDED' || d.effect;
const counts = (d: Told) => d.production && !d.dryRun && touched(d) && d.kind !== 'REDEPLOY';
const inJanuary = (hour: number) => hour >= 0 && hour < 31 * 24;
const grave = ({ severity }: Trouble) => severity !== 'SEV4';

/** Stretches of an incident; a reopening within 24 h goes on with the one before. */
function stretches({ start, hours: lasted, again }: Trouble): { from: number; to: number | undefined }[] {
  if (lasted === undefined) return [{ from: start, to: undefined }];
  const restored = start + lasted;
  if (!again) return [{ from: start, to: restored }];
  const [from, to] = [restored + again.after, restored + again.after + again.hours];
  return again.after <= 24
    ? [{ from: start, to }]
    : [
        { from: start, to: restored },
        { from, to },
      ];
}

function expected(deployments: readonly Told[], troubles: readonly Trouble[]) {
  const all = deployments.filter(counts);
  const inWindow = all.filter((d) => inJanuary(endedAt(d)));
  const causedBy = (d: Told) =>
    troubles
      .filter(grave)
      .filter(({ start, causes }) =>
        causes.some(
          ({ id, confirmed, extended }) =>
            id === d.id &&
            confirmed &&
            start >= d.start &&
            (extended || start <= (liveAt(d) ?? endedAt(d)) + 72),
        ),
      );
  const fixesOf = (d: Told) =>
    all.filter((h) => {
      const at_ = liveAt(h);
      return (
        h.kind === 'HOTFIX' &&
        h !== d &&
        h.remediates.includes(d.id) &&
        at_ !== undefined &&
        at_ >= d.start &&
        at_ <= (liveAt(d) ?? endedAt(d)) + 7 * 24
      );
    });
  const onlyFailed = (d: Told) => d.end === 'FAILED' && wentBackAt(d) === undefined;
  const failed = inWindow.filter(
    (d) => wentBackAt(d) !== undefined || onlyFailed(d) || causedBy(d).length > 0 || fixesOf(d).length > 0,
  );
  const caught = failed.filter(
    (d) =>
      wentBackAt(d) !== undefined &&
      d.back!.automatic &&
      d.back!.traffic <= 25 &&
      d.end !== 'SUCCEEDED' &&
      causedBy(d).length === 0 &&
      fixesOf(d).length === 0,
  );
  const isAfter = (d: Told, id: string) => {
    const began = [...all.filter((o) => o.id === id), ...troubles.filter((t) => t.id === id)].map(
      ({ start }) => start,
    );
    return id !== d.id && (began.length === 0 || began.some((start) => d.start > start));
  };
  const rework = inWindow.filter((d) => d.kind === 'HOTFIX' || d.remediates.some((id) => isAfter(d, id)));
  const recoveries = failed.map((d) => {
    const incidents = causedBy(d);
    const signs = [...incidents.map(({ start }) => start), ...(onlyFailed(d) ? [d.start + d.length] : [])];
    const from = Math.max(d.start, signs.length > 0 ? Math.min(...signs) : (liveAt(d) ?? endedAt(d)));
    const ends = incidents.map((one) => stretches(one)[0]!.to);
    if (ends.includes(undefined)) return { from, to: undefined };
    const over = ends as number[];
    const fixes = fixesOf(d)
      .filter((h) => wentBackAt(h) === undefined && (over.length === 0 || h.start <= Math.max(...over)))
      .map((h) => liveAt(h)!);
    const all_ = [...over, ...fixes, ...(wentBackAt(d) === undefined ? [] : [wentBackAt(d)!])];
    return { from, to: all_.length > 0 ? Math.max(...all_) : undefined };
  });
  const outages = troubles.filter(grave).flatMap(stretches);
  const restored = outages.filter(({ to }) => to !== undefined && inJanuary(to));
  return {
    counted: inWindow.map(({ id }) => id).sort(),
    failed: failed.map(({ id }) => id).sort(),
    notCaught: failed.length - caught.length,
    impacting: failed.filter((d) => causedBy(d).length > 0).length,
    rework: rework.length,
    recovery: middle(
      recoveries.flatMap(({ from, to }) => (to === undefined || to < from ? [] : [(to - from) * 60])),
    ),
    open: recoveries.filter(({ to }) => to === undefined).length,
    mttr: average(restored.map(({ from, to }) => (to! - from) * 60)),
    leadTimes: leadTimes(all),
  };
}

/** A commit belongs to the first deployment that lists it, was live and stood. */
function leadTimes(all: readonly Told[]): string[] {
  const standing = all
    .filter((d) => liveAt(d) !== undefined && wentBackAt(d) === undefined)
    .sort((a, b) => liveAt(a)! - liveAt(b)! || (a.id < b.id ? -1 : 1));
  return Object.entries(committed).flatMap(([commit, hour]) => {
    const d = standing.find(({ commits }) => commits.includes(commit));
    return d ? [`${commit} ${d.id} ${Math.max(0, liveAt(d)! - hour)}`] : [];
  });
}

function middle(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  if (sorted.length === 0) return null;
  return sorted.length % 2 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function average(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('the metrics of what happened', () => {
  test('are those of formulas 4.2, told a second time', () =>
    fc.assert(
      fc.property(numbered(told, 'd', 5), numbered(trouble, 'i', 2), (deployments, troubles) => {
        const facts = factsOf(deployments, troubles);
        const summary = dora(facts, january);
        const record = assemble(facts, january);
        const credits = [...record.credits.values()].flat().filter(({ basis }) => basis === 'listed');
        const inWindow = record.deployments.filter(
          ({ endedAt: end }) => end >= Date.parse(at(1)) && end < Date.parse(at(32)),
        );
        const failed = record.failures.map(({ deployment }) => deployment);
        const wanted = expected(deployments, troubles);
        expect({
          counted: inWindow.map(({ deploymentId }) => deploymentId).sort(),
          failed: failed
            .filter((d) => inWindow.includes(d))
            .map(({ deploymentId }) => deploymentId)
            .sort(),
          notCaught: summary.changeFailRate.variants.excludingCanaryCaught.numerator,
          impacting: summary.changeFailRate.variants.customerImpacting.numerator,
          rework: summary.deploymentReworkRate.numerator,
          recovery: summary.failedDeploymentRecoveryTime.value,
          open: summary.failedDeploymentRecoveryTime.open,
          mttr: summary.timeToRestore.value,
          leadTimes: credits
            .map((c) => `${c.commit} ${c.deployment.deploymentId} ${c.leadTime! / HOUR}`)
            .sort(),
        }).toEqual(wanted);
        const [n, k] = [wanted.counted.length, wanted.failed.length];
        expect(summary.deploymentFrequency.value).toBe(n / 31);
        expect(summary.changeFailRate.value).toBe(n === 0 ? null : k / n);
      }),
      { numRuns: 1_000 },
    ));

  test('versions: a run of them, read as peers 1.13 tells it', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom('V1', 'V2', 'V3'), { maxLength: 9 }), (versions) => {
        const { deployments, failures, excluded } = assemble(
          versions.map((version, i) => live(`d${i}`, time(i), version)),
          january,
        );
        const running: { version: string; id: string }[] = [];
        const [count, fail, out]: string[][] = [[], [], []];
        versions.forEach((version, i) => {
          const before = running.findLastIndex((one) => one.version === version);
          if (before < 0) return void (running.push({ version, id: `d${i}` }), count!.push(`d${i}`));
          out!.push(`d${i} ${before === running.length - 1 ? 'REDEPLOY' : 'ROLLBACK'}`);
          const [first] = running.splice(before + 1);
          if (first) fail!.push(first.id);
        });
        expect([
          deployments.map(({ deploymentId }) => deploymentId),
          failures.map(({ deployment }) => deployment.deploymentId).sort(),
          excluded.map(({ id, reason }) => `${id} ${reason}`),
        ]).toEqual([count, fail!.sort(), out]);
      }),
    ));
});
