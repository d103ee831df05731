import { Rejected } from '#events';
import { compare, DAY, HOUR, instant } from './delivery/instant.js';
import { correlationOf, type CorrelationPolicy, initialCorrelation } from './incidentCorrelation/policy.js';
import { firstFrom, reaching, seenBefore, type Surroundings } from './incidentCorrelation/surroundings.js';

export { CorrelationPolicy, initialCorrelation } from './incidentCorrelation/policy.js';
export type { Surroundings } from './incidentCorrelation/surroundings.js';

/** A deployment that might have caused an incident. Times are RFC 3339 instants. */
export interface Candidate {
  readonly deploymentId: string;
  readonly service: string;
  readonly startedAt?: string;
  readonly liveAt: string;
  /** 0 to 100 (formulas 4.1). */
  readonly riskScore?: number;
}

/** An incident whose cause is looked for. */
export interface Case {
  readonly incidentId: string;
  readonly services: readonly string[];
  readonly startedAt: string;
  /** What the error looks like, such as a hash of a stack trace. */
  readonly signature?: string;
}

/** The four parts, each from 0 to 1; `null` where nothing is known, which adds nothing. */
export interface Parts {
  readonly proximity: number;
  readonly topology: number;
  readonly novelty: number | null;
  readonly risk: number | null;
}

export interface Suspect {
  readonly incidentId: string;
  readonly deploymentId: string;
  readonly service: string;
  readonly score: number;
  readonly parts: Parts;
}

/** The score of the parts (MET-06.2). */
export function correlationScore(
  { proximity, topology, novelty, risk }: Parts,
  { weights }: Pick<CorrelationPolicy, 'weights'> = initialCorrelation,
): number {
  const { proximity: p, topology: t, novelty: n, risk: r } = weights;
  return p * proximity + t * topology + n * (novelty ?? 0) + r * (risk ?? 0);
}

/** `exp(−Δt / 4 h)` of milliseconds up to 72 h, else 0 (MET-06.2). */
export function proximityOf(elapsed: number, policy: CorrelationPolicy = initialCorrelation): number {
  const { boundHours, decayHours } = policy;
  return elapsed >= 0 && elapsed <= boundHours * HOUR ? Math.exp(-elapsed / (decayHours * HOUR)) : 0;
}

/**
 * The likely causes of each incident, at most five each and none below 0.5, best first (MET-06). Bounded in time: a
 * deployment is a candidate from its start to 72 h after it was live, and never beyond, whatever else speaks for it.
 * The time that counts is the one since it was live, none while it was being rolled out. Many to many.
 * @throws Rejected `INVALID_TIME`, `INVALID_RISK`, `INVALID_SERVICES` or `POLICY_INVALID`, naming the field.
 */
export function suspectsOf(
  cases: readonly Case[],
  candidates: readonly Candidate[],
  { dependencies = [], sightings = [] }: Surroundings = {},
  given: CorrelationPolicy = initialCorrelation,
): Suspect[] {
  const policy = correlationOf(given);
  const near = candidatesBy(candidates, policy.boundHours * HOUR);
  const reach = reaching(dependencies, policy.topology);
  const seen = seenBefore(sightings, policy.signatureDays * DAY);
  return cases.flatMap((one) => {
    if (!Array.isArray(one.services))
      throw new Rejected('INVALID_SERVICES', 'services must be a list of the ids of services.');
    const at = instant(one.startedAt, 'startedAt');
    const novelty = one.signature === undefined ? null : Number(!seen(one.signature, at));
    return [...reach(one.services)]
      .flatMap(([service, topology]) => near(service, at).map((placed) => ({ placed, topology })))
      .map(({ placed, topology }) => ({
        placed,
        suspect: suspectOf(one, placed, { topology, novelty, at }, policy),
      }))
      .filter(({ suspect }) => suspect.score >= policy.least)
      .sort(bestFirst)
      .slice(0, policy.most)
      .map(({ suspect }) => suspect);
  });
}

function suspectOf(
  { incidentId }: Case,
  { candidate, liveAt }: Placed,
  { topology, novelty, at }: Pick<Parts, 'topology' | 'novelty'> & { readonly at: number },
  policy: CorrelationPolicy,
): Suspect {
  const { deploymentId, service, riskScore } = candidate;
  const risk = riskScore === undefined ? null : riskScore / 100;
  const parts = { proximity: proximityOf(Math.max(0, at - liveAt), policy), topology, novelty, risk };
  return { incidentId, deploymentId, service, score: correlationScore(parts, policy), parts };
}

interface Ranked {
  readonly placed: Placed;
  readonly suspect: Suspect;
}

/** By score; of equals the later one, then by id and service. */
function bestFirst(a: Ranked, b: Ranked): number {
  const [one, other] = [a.suspect, b.suspect];
  return (
    other.score - one.score ||
    b.placed.liveAt - a.placed.liveAt ||
    compare(one.deploymentId, other.deploymentId) ||
    compare(one.service, other.service)
  );
}

/**
 * When a suggestion becomes a cause by itself: 48 h after it was made, from a score of 0.8, unless somebody objected
 * by then (MET-04.4). `undefined` if it never will, or had not by `asOf`. Milliseconds.
 */
export function confirmedAt(
  { score }: Pick<Suspect, 'score'>,
  { suggestedAt, asOf, objectedAt }: Hearing,
  { certain, objectionHours }: CorrelationPolicy = initialCorrelation,
): number | undefined {
  const at = suggestedAt + objectionHours * HOUR;
  const objected = objectedAt !== undefined && objectedAt <= at;
  return score >= certain && at <= asOf && !objected ? at : undefined;
}

/** What happened to a suggestion until now; milliseconds. */
export interface Hearing {
  readonly suggestedAt: number;
  readonly asOf: number;
  readonly objectedAt?: number | undefined;
}

interface Placed {
  readonly candidate: Candidate;
  readonly startedAt: number;
  readonly liveAt: number;
}

/** Finds the candidates of a service at an instant without looking at all of them. */
function candidatesBy(
  candidates: readonly Candidate[],
  bound: number,
): (service: string, at: number) => Placed[] {
  const services = new Map<string, { placed: Placed[]; longest: number }>();
  for (const candidate of candidates) {
    const { service, riskScore } = candidate;
    if (riskScore !== undefined && !(riskScore >= 0 && riskScore <= 100))
      throw new Rejected('INVALID_RISK', 'riskScore must be a number from 0 to 100.');
    const liveAt = instant(candidate.liveAt, 'liveAt');
    const startedAt = candidate.startedAt === undefined ? liveAt : instant(candidate.startedAt, 'startedAt');
    const own = services.get(service) ?? { placed: [], longest: 0 };
    own.placed.push({ candidate, startedAt, liveAt });
    own.longest = Math.max(own.longest, liveAt - startedAt);
    services.set(service, own);
  }
  for (const { placed } of services.values()) placed.sort((a, b) => a.startedAt - b.startedAt);
  return (service, at) => {
    const { placed = [], longest = 0 } = services.get(service) ?? {};
    const found: Placed[] = [];
    for (
      let i = firstFrom(placed, at - bound - longest, (one) => one.startedAt);
      i < placed.length && placed[i]!.startedAt <= at;
      i++
    )
      if (placed[i]!.liveAt + bound >= at) found.push(placed[i]!);
    return found;
  };
}
