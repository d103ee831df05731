import type { Deployment } from './deployment.js';

interface Layer {
  readonly deployment: Deployment;
  readonly version: string | undefined;
  /** Version with configuration and migrations. */
  readonly exact: string | undefined;
  /** The next layer down with the same version, and with the same exact one. */
  readonly below: { readonly version: number | undefined; readonly exact: number | undefined };
  gone: boolean;
}

/** How a version relates to what runs: `earlier` lies at `depth` and is not on top. */
export type Relation =
  { readonly is: 'new' | 'reconfigured' } | { readonly is: 'same' | 'earlier'; readonly depth: number };

/** The versions of one service in one environment that are or would be returned to, the running one on top. */
export interface VersionStack {
  height(): number;
  relation(deployment: Deployment): Relation;
  push(deployment: Deployment): void;
  /** Takes off everything above a depth and answers it, lowest first. */
  cutAbove(depth: number): Deployment[];
  remove(deployment: Deployment): void;
}

/** Where the uppermost layer of a version lies; nothing is known of a version that is not named. */
type Index = Map<string | undefined, number | undefined>;

/** An empty stack. Every deployment is pushed and taken off once, so all of it is linear. */
export function versionStack(): VersionStack {
  const layers: Layer[] = [];
  const byVersion: Index = new Map();
  const byExact: Index = new Map();
  const placed = new Map<Deployment, Layer>();

  function find(key: string | undefined, index: Index, which: 'version' | 'exact') {
    let depth = index.get(key);
    while (depth !== undefined && layers[depth]!.gone) depth = layers[depth]!.below[which];
    return depth;
  }

  function pop(): Layer {
    const layer = layers.pop()!;
    byVersion.set(layer.version, layer.below.version);
    byExact.set(layer.exact, layer.below.exact);
    return layer;
  }

  return {
    height: () => layers.length,
    relation(deployment) {
      const top = layers.length - 1;
      const exact = find(exactOf(deployment), byExact, 'exact');
      if (exact !== undefined) return { is: exact === top ? 'same' : 'earlier', depth: exact };
      const version = find(deployment.identity, byVersion, 'version');
      if (version === undefined) return { is: 'new' };
      return version === top ? { is: 'reconfigured' } : { is: 'earlier', depth: version };
    },
    push(deployment) {
      const [version, exact] = [deployment.identity, exactOf(deployment)];
      const below = {
        version: find(version, byVersion, 'version'),
        exact: find(exact, byExact, 'exact'),
      };
      const layer: Layer = { deployment, version, exact, below, gone: false };
      if (version !== undefined) byVersion.set(version, layers.length);
      if (exact !== undefined) byExact.set(exact, layers.length);
      placed.set(deployment, layer);
      layers.push(layer);
    },
    cutAbove(depth) {
      const off: Deployment[] = [];
      while (layers.length > Math.max(0, depth + 1)) {
        const layer = pop();
        if (!layer.gone) off.push(layer.deployment);
      }
      return off.reverse();
    },
    remove(deployment) {
      const layer = placed.get(deployment);
      if (layer) layer.gone = true;
      while (layers.at(-1)?.gone) pop();
    },
  };
}

function exactOf({ identity, configDigest, migrationDigest }: Deployment): string | undefined {
  return identity === undefined ? undefined : JSON.stringify([identity, configDigest, migrationDigest]);
}
