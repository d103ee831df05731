import { Rejected } from '#events';
import type { ChangeFact, ChangeMerged } from '../fact.js';
import { earlier, instant } from './instant.js';
import { listed } from './listed.js';

/** A commit of a service. Times in milliseconds. */
export interface Change {
  /** Its number among the changes of its service. */
  readonly index: number;
  readonly commit: string;
  readonly service: string;
  readonly committedAt: number;
  readonly mergedAt: number;
  /** When a flag first showed it to anybody. */
  readonly exposedAt?: number;
  /** The first event that told of it, and any more. */
  readonly event: string;
  readonly more?: readonly string[];
}

/** What was built: when first, and the commits that are said to be in it; `undefined` where nobody said. */
export interface Artifact {
  readonly builtAt: number;
  /** May repeat itself. */
  readonly commits?: readonly string[];
}

/** The changes and artifacts that are known. */
export interface Sources {
  /** A commit of a service; one that only another service knows is that one. */
  change(service: string, commit: string): Change | undefined;
  /** The changes of a service in the order they were merged. */
  changesOf(service: string): readonly Change[];
  readonly artifacts: ReadonlyMap<string, Artifact>;
  /** When each service's first change was merged. */
  readonly firstMerged: ReadonlyMap<string, number>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Entry = Mutable<Change> & { more?: string[] };
type Services = Map<string, Map<string, Entry>>;
type Artifacts = Map<string, { builtAt: number; commits?: readonly string[]; own?: string[] }>;

/**
 * Gathers changes and artifacts: the earliest time said for each stands, lists of commits add up.
 * @throws Rejected `INVALID_FACT` or `INVALID_TIME`, naming the field.
 */
export function sourcesOf(facts: readonly ChangeFact[]): Sources {
  const services: Services = new Map();
  const artifacts: Artifacts = new Map();
  for (const fact of facts) {
    if (fact.kind === 'changeMerged') addChange(services, fact);
    if (fact.kind !== 'artifactPackaged') continue;
    listed(fact.commits, 'commits');
    addArtifact(artifacts, fact.artifact, instant(fact.at, 'artifactPackaged.at'), fact.commits);
  }
  for (const fact of facts) {
    const entry = fact.kind === 'changeExposed' && services.get(fact.service)?.get(fact.commit);
    if (!entry) continue;
    entry.exposedAt = earlier(entry.exposedAt, instant(fact.at, 'changeExposed.at'));
    tell(entry, fact.id);
  }
  for (const artifact of artifacts.values()) artifact.own?.sort();
  const elsewhere = once(() => anyService(services));
  return {
    change: (service, commit) => services.get(service)?.get(commit) ?? elsewhere().get(commit),
    changesOf: (service) => inMergeOrder(services.get(service)),
    artifacts,
    firstMerged: new Map([...services].map(([service, own]) => [service, firstOf(own)])),
  };
}

function addChange(services: Services, fact: ChangeMerged): void {
  const { service, commit } = fact;
  if (!isText(commit) || !isText(service))
    throw new Rejected(
      'INVALID_FACT',
      "A changeMerged fact's commit and service must be texts that are not empty.",
    );
  const at = instant(fact.at, 'changeMerged.at');
  const committedAt = fact.committedAt === fact.at ? at : instant(fact.committedAt, 'committedAt');
  const mergedAt =
    fact.mergedAt === undefined || fact.mergedAt === fact.at ? at : instant(fact.mergedAt, 'mergedAt');
  let own = services.get(service);
  if (!own) services.set(service, (own = new Map()));
  const entry = own.get(commit);
  if (!entry) {
    own.set(commit, {
      index: own.size,
      commit,
      service,
      committedAt,
      mergedAt,
      exposedAt: undefined,
      event: fact.id,
    });
    return;
  }
  entry.committedAt = Math.min(entry.committedAt, committedAt);
  entry.mergedAt = Math.min(entry.mergedAt, mergedAt);
  tell(entry, fact.id);
}

function tell(entry: Entry, event: string): void {
  if (entry.more) entry.more.push(event);
  else entry.more = [event];
}

/** A single list is kept as it came; only a second one makes a list of our own to add to, sorted in the end. */
function addArtifact(
  artifacts: Artifacts,
  name: string,
  at: number,
  commits: readonly string[] | undefined,
): void {
  const artifact = artifacts.get(name);
  if (!artifact) {
    artifacts.set(name, { builtAt: at, commits });
    return;
  }
  artifact.builtAt = Math.min(artifact.builtAt, at);
  if (!commits) return;
  if (!artifact.commits) artifact.commits = commits;
  else {
    artifact.own ??= [...artifact.commits];
    for (const commit of commits) artifact.own.push(commit);
    artifact.commits = artifact.own;
  }
}

/** Commits by id alone, the service first by name standing for those that share one. */
function anyService(services: Services): Map<string, Change> {
  const found = new Map<string, Change>();
  for (const service of [...services.keys()].sort())
    for (const entry of services.get(service)!.values())
      if (!found.has(entry.commit)) found.set(entry.commit, entry);
  return found;
}

function inMergeOrder(entries: ReadonlyMap<string, Entry> | undefined): Change[] {
  return [...(entries?.values() ?? [])].sort(
    (a, b) => a.mergedAt - b.mergedAt || (a.commit < b.commit ? -1 : 1),
  );
}

function firstOf(entries: ReadonlyMap<string, Entry>): number {
  let first = Infinity;
  for (const { mergedAt } of entries.values()) first = Math.min(first, mergedAt);
  return first;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
