import { isDeepStrictEqual } from 'node:util';
import { Rejected } from '#events';
import { canonical } from '#json';
import type { Fact } from '../fact.js';
import { instant } from './instant.js';

/** An event id that came again with another body. */
export interface Reused {
  readonly id: string;
  readonly at: string;
  readonly service?: string;
}

/** The facts that were on record, each once. */
export interface Known {
  readonly facts: readonly Fact[];
  readonly reused: readonly Reused[];
}

/**
 * Leaves out what was recorded after `asOf` (milliseconds) and what repeats. The same event id and kind, of the same
 * service, is one fact; where bodies differ the first recorded stands (then the lesser in canonical form), so the order of
 * arrival decides nothing. Linear in the number of facts.
 * @throws Rejected `INVALID_FACT` or `INVALID_TIME`, naming the field.
 */
export function known(facts: Iterable<Fact>, asOf: number): Known {
  const kept: Fact[] = [];
  const place = placing();
  const bodies = new Map<number, Fact[]>();
  const recorded = rememberingLast();
  for (const fact of facts) {
    if (typeof fact?.id !== 'string' || fact.id === '') throw invalid();
    if (recorded(fact.recordedAt) > asOf) continue;
    const at = place(fact, kept);
    if (at === kept.length) kept.push(fact);
    else if (bodies.has(at)) bodies.get(at)!.push(fact);
    else if (!isDeepStrictEqual(kept[at], fact)) bodies.set(at, [kept[at]!, fact]);
  }
  return { facts: kept, reused: [...bodies].flatMap(([at, all]) => settle(kept, at, all)) };
}

/** Where a fact is among those kept, or their number if it is new. Most ids carry one fact, so the id alone is tried first. */
function placing(): (fact: Fact, kept: readonly Fact[]) => number {
  const byId = new Map<string, number>();
  const byAll = new Map<string, number>();
  return (fact, kept) => {
    const first = byId.get(fact.id);
    if (first === undefined) {
      byId.set(fact.id, kept.length);
      return kept.length;
    }
    if (kept[first]!.kind === fact.kind && part(kept[first]!) === part(fact)) return first;
    const key = JSON.stringify([fact.id, fact.kind, part(fact)]);
    const found = byAll.get(key);
    if (found === undefined) byAll.set(key, kept.length);
    return found ?? kept.length;
  };
}

/** One event may say the same of several services, artifacts, commits or causes: each is a fact of its own. */
function part(fact: Fact): string {
  const { service = '' } = fact;
  return `${service.length} ${service} ${partOf(fact)}`;
}

function partOf(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'artifactPackaged':
      return fact.artifact;
    case 'changeMerged':
    case 'changeExposed':
      return fact.commit;
    case 'incidentCauseConfirmed':
    case 'incidentCauseRejected':
    case 'failureAttributed':
    case 'failureWithdrawn':
      return fact.deploymentId;
    default:
      return undefined;
  }
}

/** Puts the standing body in its place and answers one entry for each other body. */
function settle(kept: Fact[], at: number, all: readonly Fact[]): Reused[] {
  const ranked = all
    .map((fact) => ({ fact, recorded: Date.parse(fact.recordedAt), body: bodyOf(fact) }))
    .sort((a, b) => a.recorded - b.recorded || (a.body < b.body ? -1 : 1));
  const { fact } = ranked[0]!;
  kept[at] = fact;
  const others = new Set(ranked.map(({ body }) => body)).size - 1;
  return Array.from({ length: others }, () => ({ id: fact.id, at: fact.at, service: fact.service }));
}

/** What it says, without when we learned it. */
function bodyOf(fact: Fact): string {
  try {
    return canonical(JSON.parse(JSON.stringify({ ...fact, recordedAt: undefined })));
  } catch (error) {
    throw new Rejected(
      'INVALID_FACT',
      `The fact ${JSON.stringify(fact.id)} is not plain JSON: ${(error as Error).message}`,
    );
  }
}

/** Imports carry one recording time for many facts: the text read last is not read again. */
function rememberingLast(): (text: string) => number {
  let last: string | undefined;
  let at = Number.NaN;
  return (text) => {
    if (text !== last) at = instant(text, 'recordedAt');
    last = text;
    return at;
  };
}

function invalid(): Rejected {
  return new Rejected('INVALID_FACT', 'Every fact needs an id: a text that is not empty.');
}
