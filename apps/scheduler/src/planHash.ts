import { accept, Rejected } from '#events';
import { canonical, InvalidJson, sha256 } from '#json';
import { z } from 'zod';

const Name = z.string().min(1).max(200);
const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'Expected sha256: and 64 hexadecimal digits');
const Instant = z.iso.datetime({ offset: true });

/** The part of a plan that approval binds to (SCH-01.2). Whatever else a plan carries does not change its hash. */
export const PlanContent = z
  .object({
    services: z.array(Name).min(1).max(1000),
    artifacts: z.array(z.object({ service: Name, digest: Digest })).max(1000),
    /** Digest of the configuration snapshot. */
    configuration: Digest.optional(),
    environment: Name,
    strategy: Name,
    /** Carried whole: a phase member this version knows nothing of is still approved content. */
    phases: z.array(z.record(z.string(), z.unknown())).max(1000).optional(),
    /** In the order they run. */
    migrations: z.array(Name).max(1000).optional(),
    /** Runbook with its version. */
    runbook: Name.optional(),
    /** The approved time range, [start, end). */
    start: Instant,
    end: Instant,
  })
  .refine(({ start, end }) => Date.parse(start) < Date.parse(end), {
    path: ['end'],
    message: 'Expected an instant after start',
  })
  .meta({ id: 'PlanContent' });
export type PlanContent = z.infer<typeof PlanContent>;

/**
 * `sha256:` and the SHA-256, in lower-case hex, of the canonical form of what a plan would do.
 * @throws Rejected `INVALID_INPUT`, one violation a field, also for text that has no canonical form.
 */
export const planHash = (plan: PlanContent): string => hashOf(canonicalPlan(plan));

/** The hash of a canonical form. */
export const hashOf = (canonicalForm: string): string => `sha256:${sha256(canonicalForm).toString('hex')}`;

/**
 * The canonical JSON (RFC 8785) of what a plan would do: services, artifact digests, configuration snapshot, environment,
 * strategy and phases, migrations, runbook version, approved time range. Services and artifacts are sets, migrations and
 * phases are sequences, instants are compared as instants.
 * @throws Rejected `INVALID_INPUT`, one violation a field, also for text that has no canonical form.
 */
export function canonicalPlan(plan: PlanContent): string {
  const accepted = accept(PlanContent, plan, { whole: 'plan', ref: 'SCH-01.2' });
  try {
    // As given: a parsed record has lost a member named `__proto__`, which is approved content too.
    return canonical(content({ ...accepted, phases: plan.phases }));
  } catch (error) {
    if (!(error instanceof InvalidJson)) throw error;
    throw new Rejected('INVALID_INPUT', error.message, 'SCH-01.2');
  }
}

function content(plan: PlanContent) {
  return {
    services: sorted(new Set(plan.services)),
    artifacts: artifactSet(plan.artifacts),
    configuration: plan.configuration ?? null,
    environment: plan.environment,
    strategy: plan.strategy,
    phases: plan.phases ?? [],
    migrations: plan.migrations ?? [],
    runbook: plan.runbook ?? null,
    start: new Date(plan.start).toISOString(),
    end: new Date(plan.end).toISOString(),
  };
}

function artifactSet(artifacts: PlanContent['artifacts']) {
  const byKey = new Map(artifacts.map((artifact) => [`${artifact.digest} ${artifact.service}`, artifact]));
  return sorted(byKey.keys()).map((key) => byKey.get(key));
}

/** By UTF-16 code units, as canonical JSON sorts its keys: no locale decides a hash. */
function sorted(texts: Iterable<string>): string[] {
  return [...texts].sort();
}
