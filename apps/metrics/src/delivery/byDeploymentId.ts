import type { Deployment } from './deployment.js';

/** Finds deployments by their id: of one service, or of every service where none is named. */
export type Named<D extends Deployment> = (deploymentId: string, service?: string) => readonly D[];

/** An index of deployments by their id. */
export function byDeploymentId<D extends Deployment>(deployments: readonly D[]): Named<D> {
  const index = new Map<string, D[]>();
  for (const deployment of deployments) {
    const same = index.get(deployment.deploymentId);
    if (same) same.push(deployment);
    else index.set(deployment.deploymentId, [deployment]);
  }
  return (deploymentId, service) => {
    const all = index.get(deploymentId) ?? [];
    return service === undefined ? all : all.filter((d) => d.service === service);
  };
}
