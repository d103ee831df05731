import type { DeploymentKind } from '../fact.js';
import { byDeploymentId } from './byDeploymentId.js';
import type { Deployment } from './deployment.js';
import { type VersionStack, versionStack } from './versionStack.js';

/** A deployment that no longer is what runs, because something put an earlier version back. */
export interface Undone {
  readonly at: number;
  /** The deployment that did it; absent for the rollback phase of the undone one itself. */
  readonly by?: string;
  /** Whether it is blamed. What only went back along with a blamed one is not. */
  readonly charged: boolean;
}

export interface Lineage {
  /** The stated kind, or the one that the order of versions shows. */
  readonly kinds: ReadonlyMap<Deployment, DeploymentKind>;
  readonly undone: ReadonlyMap<Deployment, Undone>;
  /** Those whose rollback phase shows as a deployment of its own. */
  readonly announced: ReadonlySet<Deployment>;
}

interface Reading {
  readonly kinds: Map<Deployment, DeploymentKind>;
  readonly undone: Map<Deployment, Undone>;
  readonly announced: Set<Deployment>;
}

interface Step {
  readonly at: number;
  readonly deployment: Deployment;
  readonly undo: boolean;
}

/**
 * Reads the order of versions in each production environment of each service as a stack. A new version lies on top;
 * the version on top again is a redeployment; a version further down is a rollback to it, which takes off all above.
 * The first one taken off is charged: V1, V2, V3, V1 means V2 failed, because the state returned to is the last one
 * that was trusted; V3 only went back with it (formulas 4.2.4 a, Datadog's published rule). A version taken off is
 * forgotten, so releasing it again is a release. A stated kind is believed. Linear after sorting.
 * Deployments come in the order of their ids, which decides between equal times.
 */
export function lineageOf(deployments: readonly Deployment[]): Lineage {
  const reading: Reading = { kinds: new Map(), undone: new Map(), announced: new Set() };
  for (const d of deployments) reading.kinds.set(d, d.deploymentKind ?? 'PLANNED');
  for (const steps of stepsByPlace(deployments).values()) readPlace(steps, reading);
  for (const d of deployments)
    if (d.rolledBackAt !== undefined) reading.undone.set(d, { at: d.rolledBackAt, charged: true });
  readNames(deployments, reading);
  return reading;
}

/** A rollback that names what it mends undoes that too where it never was fully live, as a canary. */
function readNames(deployments: readonly Deployment[], { kinds, undone, announced }: Reading): void {
  const named = byDeploymentId(deployments);
  const rollbacks = deployments.filter((d) => kinds.get(d) === 'ROLLBACK' && d.liveAt !== undefined);
  for (const by of rollbacks.sort((a, b) => a.liveAt! - b.liveAt!))
    for (const target of by.remediates ?? [])
      for (const d of named(target, by.service)) {
        if (d.rolledBackAt !== undefined) announced.add(d);
        else if (!undone.has(d) && startedBefore(d, by.liveAt!))
          undone.set(d, { at: by.liveAt!, by: by.deploymentId, charged: true });
      }
}

function startedBefore({ startedAt, exposedAt, endedAt }: Deployment, at: number): boolean {
  return (startedAt ?? exposedAt ?? endedAt ?? Infinity) <= at;
}

function readPlace(steps: readonly Step[], { kinds, undone, announced }: Reading): void {
  const stack = versionStack();
  let lately: Deployment | undefined;
  for (const { at, deployment, undo } of steps) {
    if (undo) {
      if (undone.has(deployment)) announced.add(deployment);
      stack.remove(deployment);
      lately = deployment;
      continue;
    }
    const { kind, off } = arrive(stack, deployment, lately !== undefined);
    kinds.set(deployment, kind);
    const blamed = blame(off, deployment);
    for (const d of off) undone.set(d, { at, by: deployment.deploymentId, charged: blamed.has(d) });
    if (kind === 'ROLLBACK' && lately) announced.add(lately);
    lately = undefined;
  }
}

/** Places a deployment that went live; answers what it is and what it takes off, lowest first. */
function arrive(stack: VersionStack, deployment: Deployment, afterUndo: boolean) {
  const stated = deployment.deploymentKind;
  const none: Deployment[] = [];
  if (stated === 'REDEPLOY') return { kind: stated, off: none };
  const relation = stack.relation(deployment);
  if (stated === 'ROLLBACK') {
    const unknown = stack.height() - (afterUndo ? 1 : 2);
    return { kind: stated, off: stack.cutAbove('depth' in relation ? relation.depth : unknown) };
  }
  if (stated === undefined && relation.is === 'same')
    return { kind: afterUndo ? ('ROLLBACK' as const) : ('REDEPLOY' as const), off: none };
  if (stated === undefined && relation.is === 'earlier')
    return { kind: 'ROLLBACK' as const, off: stack.cutAbove(relation.depth) };
  stack.push(deployment);
  return {
    kind: stated ?? (relation.is === 'reconfigured' ? ('CONFIG' as const) : ('PLANNED' as const)),
    off: none,
  };
}

/** Those that a rollback names; without a name the first version after the one returned to. */
function blame(off: readonly Deployment[], by: Deployment): ReadonlySet<Deployment> {
  const named = off.filter(({ deploymentId }) => by.remediates?.includes(deploymentId));
  return new Set(named.length > 0 ? named : off.slice(0, 1));
}

function stepsByPlace(deployments: readonly Deployment[]): Map<string, Step[]> {
  const places = new Map<string, Step[]>();
  for (const deployment of deployments) {
    const { service, environment, production, dryRun, liveAt, rolledBackAt } = deployment;
    if (!production || dryRun || liveAt === undefined || (rolledBackAt ?? Infinity) <= liveAt) continue;
    const key = JSON.stringify([service, environment]);
    const steps = places.get(key) ?? [];
    steps.push({ at: liveAt, deployment, undo: false });
    if (rolledBackAt !== undefined) steps.push({ at: rolledBackAt, deployment, undo: true });
    places.set(key, steps);
  }
  for (const steps of places.values()) steps.sort(inOrder);
  return places;
}

function inOrder(a: Step, b: Step): number {
  return a.at - b.at || Number(b.undo) - Number(a.undo);
}
