/** A part of the functional core: what is mutated, and the specs that have to notice. */
export interface Part {
  readonly sources: readonly string[];
  readonly specs: readonly string[];
}

const folder = (path: string): Part => ({
  sources: [`${path}/**/*.ts`],
  specs: [`${path}/**/*.spec.ts`],
});

/** Files of one folder by the beginnings of their names, folders of that name included. */
const named = (path: string, names: readonly string[], specs = names): Part => ({
  sources: names.flatMap((name) => [`${path}/${name}.ts`, `${path}/${name}/**/*.ts`]),
  specs: specs.flatMap((name) => [`${path}/${name}.spec.ts`, `${path}/${name}/**/*.spec.ts`]),
});

const together = (...parts: readonly Part[]): Part => ({
  sources: parts.flatMap(({ sources }) => sources),
  specs: parts.flatMap(({ specs }) => specs),
});

const TIME = ['accept', 'duration', 'intervals', 'schedule', 'wall', 'zone'];
const RECURRENCE = ['calendar', 'matching', 'recurrence'];
const EXPANSION = ['evaluate', 'expand', 'offsets', 'prepared', 'resolve', 'tzdataChange'];
const ICAL = ['entry', 'feed', 'read', 'reconcile', 'vtimezone', 'windowsZones', 'write'];
const CANARY = [
  'action',
  'checks',
  'comparison',
  'configuration',
  'judge',
  'judgePolicy',
  'look',
  'measure',
  'metricVerdict',
  'minutes',
  'needed',
  'outcome',
  'reason',
  'verdict',
];
const QUORUM = [
  'approvalRule',
  'ballots',
  'delegation',
  'duties',
  'dutyRules',
  'electorate',
  'matching',
  'override',
  'persons',
  'quorum',
  'round',
  'satisfiable',
  'standardChange',
  'startCheck',
  'tally',
  'toxicRoles',
  'voteRules',
];
const RISK = [
  'calibration',
  'logistic',
  'outcomes',
  'promotion',
  'recalibration',
  'refit',
  'risk',
  'riskFactors',
  'riskInputs',
  'riskModel',
  'weightBounds',
];
const TREE = ['growth', 'merkle', 'proof', 'tiles'];
const LEDGER = ['checkpoint', 'note', 'verify', 'witness'];
const DORA = ['dora', 'definitions', 'editions', 'factLoad', 'incidentCorrelation'];

/** Specs that need no database and no server, beside the sources they are about. */
export const parts: Readonly<Record<string, Part>> = {
  time: named('libs/time/src', TIME, [...TIME, 'expand', 'resolve', 'tzdataChange']),
  rule: named('libs/time/src', ['rule']),
  recurrence: named('libs/time/src', RECURRENCE, [...RECURRENCE, 'vectors']),
  expansion: named('libs/time/src', EXPANSION),
  business: folder('libs/time/src/business'),
  cron: named('libs/time/src', ['cron', 'argocd', 'gitlab']),
  ical: { ...folder('libs/time/src/ical'), specs: named('libs/time/src/ical', ICAL).specs },
  json: folder('libs/json/src'),
  conflict: folder('apps/scheduler/src/conflict'),
  sequence: together(folder('apps/scheduler/src/sequence'), named('apps/scheduler/src', ['planHash'])),
  canary: named('apps/scheduler/src/canary', CANARY, [...CANARY, 'answers', 'bounds']),
  kayenta: named('apps/scheduler/src/canary', ['kayenta'], ['kayenta', 'answers', 'bounds']),
  statistics: folder('apps/scheduler/src/canary/statistics'),
  slots: folder('apps/scheduler/src/slots'),
  quorum: named('apps/approvals/src', QUORUM, [
    ...QUORUM,
    'bypasses',
    'hostileNames',
    'quorumLaws',
    'quorumReasons',
    'rulesAsData',
  ]),
  risk: named('apps/approvals/src', RISK, [...RISK, 'riskOracle', 'rulesAsData']),
  // Much of a delivery record shows in the figures only.
  delivery: named('apps/metrics/src', ['delivery'], ['delivery', 'dora']),
  dora: named('apps/metrics/src', DORA, [...DORA, 'policy']),
  tree: named('apps/audit/src', TREE, [...TREE, 'hostile', 'published', 'sentences']),
  ledger: named('apps/audit/src', LEDGER, [
    ...LEDGER,
    'attacks',
    'command',
    'hostile',
    'meaning',
    'partial',
    'sentences',
    'strictForms',
  ]),
};
