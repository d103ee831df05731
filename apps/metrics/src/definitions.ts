import { Rejected } from '#events';
import { assemble } from './delivery.js';
import { datadog } from './definitions/datadog.js';
import { devlake } from './definitions/devlake.js';
import { fourKeys } from './definitions/fourKeys.js';
import { gitlab } from './definitions/gitlab.js';
import type { PeerFigure, PeerFigures } from './definitions/shared.js';
import type { Query } from './dora.js';
import { type Scope, scopeOf } from './dora/scope.js';
import type { Fact } from './fact.js';

/** How another system computes the metrics, for those who move over and want to see why figures differ. */
interface Definition {
  readonly source: string;
  readonly differs: string;
  readonly compute: (scope: Scope) => PeerFigures;
}

/** The definitions that may be asked for by name. */
export const DEFINITIONS = {
  'devlake-2023': {
    source: 'apache/incubator-devlake, backend/plugins/dora and Grafana dashboards, 2023 benchmarks',
    differs:
      'Charges an incident to the deployment before it, however old; medians are the lower middle value.',
    compute: (scope) => devlake(scope, 2023),
  },
  'devlake-2021': {
    source: 'apache/incubator-devlake, backend/plugins/dora and Grafana dashboards, 2021 benchmarks',
    differs: 'As devlake-2023, with recovery counted from the incident.',
    compute: (scope) => devlake(scope, 2021),
  },
  gitlab: {
    source: 'GitLab documentation, DORA metrics API',
    differs: 'Lead time from merge; incidents over deployments without a link.',
    compute: gitlab,
  },
  'four-keys': {
    source: 'dora-team/fourkeys, queries',
    differs: 'Rows of incidents over deployments; lead times of 0 and less are dropped.',
    compute: fourKeys,
  },
  datadog: {
    source: 'Datadog documentation, DORA metrics, change failure detection',
    differs: 'Failures from rollbacks and roll-forwards only; lead time is a median of means.',
    compute: datadog,
  },
} as const satisfies Record<string, Definition>;

export type DefinitionName = keyof typeof DEFINITIONS;

/** A summary by a peer's rules: never to be compared with ours, or with another peer's, as if it were the same. */
export type PeerSummary = {
  readonly definition: DefinitionName;
  readonly source: string;
  readonly differs: string;
} & { readonly [K in keyof PeerFigures]: (PeerFigure & { readonly definition: string }) | null };

/**
 * The metrics of the same facts by a peer's definition.
 * @throws Rejected as `dora`, and `UNKNOWN_DEFINITION`.
 */
export function doraAs(name: string, facts: Iterable<Fact>, query: Query): PeerSummary {
  if (!isDefinition(name))
    throw new Rejected(
      'UNKNOWN_DEFINITION',
      `definition must be one of ${Object.keys(DEFINITIONS).join(', ')}.`,
    );
  const { source, differs, compute } = DEFINITIONS[name];
  const figures = compute(scopeOf(assemble(facts, query), query));
  const marked = Object.entries(figures).map(([metric, figure]: [string, PeerFigure | null]) => [
    metric,
    figure && { ...figure, definition: `${name}/${metric}` },
  ]);
  return { definition: name, source, differs, ...Object.fromEntries(marked) } as PeerSummary;
}

function isDefinition(name: string): name is DefinitionName {
  return Object.hasOwn(DEFINITIONS, name);
}
