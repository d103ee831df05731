import { v5 as uuidv5 } from 'uuid';
import { byTime, type CommitGraph, type Delivery } from './gitGraph.js';
import type { Origin } from './gitOrigin.js';
import type { Release } from './gitRelease.js';

/** A CDEvent 0.5.1 as the history of a repository tells it. */
export interface GitCdevent {
  readonly context: {
    readonly specversion: '0.5.1';
    readonly id: string;
    readonly source: string;
    readonly type: `dev.cdevents.${'change.merged' | 'artifact.packaged' | 'service.deployed'}.0.3.0`;
    readonly timestamp: string;
  };
  readonly subject: {
    readonly id: string;
    readonly source: string;
    readonly content: Record<string, unknown>;
  };
  readonly customData?: { readonly commits: readonly string[] };
  readonly customDataContentType?: 'application/json';
}

/** Any fixed UUID serves; changing it would make every repeated import a second one. */
const NAMESPACE = '0d1f6a58-5c1b-5f0e-9b8e-3f5f9f1f6a30';

/** Keeps an event of commits under 64 KiB: 1,000 hashes of 40 digits, fewer of 64. */
const LIST_BYTES = 48_000;
const LIST_LENGTH = 1_000;

/** The whole history in time order: commits before the release of the same second, the artifact before its deployment. */
export function* gitEvents(
  graph: CommitGraph,
  deliveries: readonly Delivery[],
  origin: Origin,
  environment: string,
): Generator<GitCdevent> {
  const commits = deliveries.flatMap((delivery) => delivery.commits).sort(byTime(graph));
  let next = 0;
  for (const { release, commits: delivered } of deliveries) {
    for (; next < commits.length && (graph.times[commits[next] as number] as number) <= release.time; next++)
      yield merged(graph, commits[next] as number, origin);
    const hashes = delivered.map((number) => graph.hashes[number] as string);
    for (const list of lists(hashes)) yield packaged(release, list, origin);
    yield deployed(release, origin, environment);
  }
  for (; next < commits.length; next++) yield merged(graph, commits[next] as number, origin);
}

/** How many events {@link gitEvents} will give. */
export function countEvents(graph: CommitGraph, deliveries: readonly Delivery[]): number {
  const size = listSize(graph.hashes[0] ?? '');
  return deliveries.reduce(
    (sum, { commits }) => sum + commits.length + Math.max(1, Math.ceil(commits.length / size)) + 1,
    0,
  );
}

function merged({ hashes, times }: CommitGraph, number: number, { source, repository }: Origin): GitCdevent {
  const subject = { id: hashes[number] as string, source, content: { repository } };
  return event('change.merged', times[number] as number, source, { subject });
}

function packaged(
  { tag, commit, time }: Release,
  commits: readonly string[],
  { source, purl }: Origin,
): GitCdevent {
  const subject = { id: purl(tag), source, content: { change: { id: commit, source } } };
  return event('artifact.packaged', time, source, {
    subject,
    customData: { commits },
    customDataContentType: 'application/json',
  });
}

function deployed(
  { tag, time }: Release,
  { service, source, purl }: Origin,
  environment: string,
): GitCdevent {
  const content = { environment: { id: environment, source }, artifactId: purl(tag) };
  return event('service.deployed', time, source, { subject: { id: service, source, content } });
}

type Kind = 'change.merged' | 'artifact.packaged' | 'service.deployed';

/** The id follows from everything else in the event: the same fact has the same id, and another fact another. */
function event(kind: Kind, seconds: number, source: string, rest: Omit<GitCdevent, 'context'>): GitCdevent {
  const timestamp = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  const type = `dev.cdevents.${kind}.0.3.0` as const;
  const id = uuidv5(JSON.stringify([type, source, timestamp, rest]), NAMESPACE);
  return { context: { specversion: '0.5.1', id, source, type, timestamp }, ...rest };
}

/** A release that delivers nothing first still says so, with an empty list. */
function lists(hashes: readonly string[]): (readonly string[])[] {
  const size = listSize(hashes[0] ?? '');
  const parts = [hashes.slice(0, size)];
  for (let at = size; at < hashes.length; at += size) parts.push(hashes.slice(at, at + size));
  return parts;
}

const listSize = (hash: string) => Math.min(LIST_LENGTH, Math.floor(LIST_BYTES / (hash.length + 3)));
