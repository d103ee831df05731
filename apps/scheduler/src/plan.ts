import type { Plan, Violation } from '#events';

/** Everything that is wrong with a plan, at once (SCH-01.1). */
export function violationsOf(plan: Plan, now: Date): Violation[] {
  const violations: Violation[] = [];
  const unnamed = plan.services.filter(
    (service) => !plan.artifacts.some((artifact) => artifact.service === service),
  );
  const foreign = plan.artifacts.filter(({ service }) => !plan.services.includes(service));
  if (Date.parse(plan.end) <= Date.parse(plan.start))
    violations.push({
      code: 'INTERVAL_INVALID',
      message: 'end must be after start.',
      ref: '00-conventions 0.4',
    });
  if (Date.parse(plan.end) <= now.getTime())
    violations.push({ code: 'IN_THE_PAST', message: 'end must be in the future.', ref: 'SCH-01.1' });
  if (plan.kind === 'HOTFIX' && plan.remediates === undefined)
    violations.push({
      code: 'HOTFIX_WITHOUT_CAUSE',
      message: 'remediates must name the incident or deployment that a HOTFIX mends.',
      ref: 'SCH-01.5',
    });
  for (const service of unnamed)
    violations.push({
      code: 'ARTIFACT_MISSING',
      message: `artifacts must name a digest for ${service}.`,
      ref: 'SCH-01.1',
    });
  for (const { service } of foreign)
    violations.push({
      code: 'SERVICE_UNLISTED',
      message: `services must list ${service}, which has an artifact.`,
      ref: 'SCH-01.1',
    });
  return violations;
}

/** The names of the fields in which two plans differ, sorted. */
export function changedFields(before: Plan, after: Plan): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Plan>;
  return [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])).sort();
}

/** Where a plan goes and what it brings; who only sees the outcome needs to know. */
export function broughtBy({ environment, artifacts }: Plan) {
  const brought = artifacts.map(({ service, digest, version }) => ({ service, digest, version }));
  return { environment, artifacts: brought };
}
