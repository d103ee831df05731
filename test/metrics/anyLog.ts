import fc from 'fast-check';
import type { Fact } from '../../apps/metrics/src/fact.js';
import { at, said } from './given.js';

const id = (...names: string[]) => fc.constantFrom(...names);
const time = fc.integer({ min: 0, max: 31 * 24 * 4 }).map((quarter) => at(1, 0, quarter * 15));
const service = id('s', 't');
const deploymentId = id('d1', 'd2', 'd3', 'd4', 'd5', 'd6');
const artifact = id('v1', 'v2', 'v3', 'v4');
const commit = id('a', 'b', 'c', 'e', 'f', 'g', 'h');
const incidentId = id('I', 'J', 'K');

const deployment = fc.record(
  {
    kind: id(
      'deploymentRequested',
      'deploymentApproved',
      'deploymentStarted',
      'deploymentExposed',
      'deploymentSucceeded',
      'deploymentSucceeded',
      'deploymentSucceeded',
      'deploymentFailed',
      'deploymentRolledBack',
      'deploymentCancelled',
      'failureDetected',
    ),
    deploymentId,
    service,
    effect: fc.boolean(),
    production: fc.integer({ max: 9, min: 0 }).map((n) => n > 0),
    environment: id('production', 'prod-us'),
    artifacts: artifact.map((name) => [name]),
    deploymentKind: id('PLANNED', 'HOTFIX', 'ROLLBACK', 'REDEPLOY', 'CONFIG'),
    configDigest: id('c1', 'c2'),
    remediates: fc.array(fc.oneof(deploymentId, incidentId), { maxLength: 2 }),
    automatic: fc.boolean(),
    trafficPercent: fc.integer({ min: 0, max: 100 }),
  },
  { requiredKeys: ['kind', 'deploymentId', 'effect', 'production', 'environment', 'artifacts'] },
);
const changes = fc.oneof(
  fc.record({ kind: fc.constant('changeMerged'), service, commit, committedAt: time, mergedAt: time }),
  fc.record({ kind: fc.constant('changeExposed'), service, commit }),
  fc.record({ kind: fc.constant('artifactPackaged'), artifact, commits: fc.array(commit, { maxLength: 4 }) }),
);
const incidents = fc.oneof(
  fc.record(
    {
      kind: id('incidentOpened', 'incidentResolved', 'incidentReopened', 'incidentAcknowledged'),
      incidentId,
      service,
      severity: id('SEV1', 'SEV3', 'SEV4'),
    },
    { requiredKeys: ['kind', 'incidentId'] },
  ),
  fc.record({ kind: id('incidentCauseConfirmed', 'incidentCauseRejected'), incidentId, deploymentId }),
  fc.record({ kind: fc.constant('incidentMerged'), incidentId, into: incidentId }),
  fc.record({ kind: fc.constant('incidentCancelled'), incidentId }),
  fc.record({
    kind: id('failureAttributed', 'failureWithdrawn'),
    deploymentId,
    reason: fc.constant('review'),
  }),
);
const eventId = fc.integer({ min: 0, max: 60 }).map((number) => `e${number}`);
const fact = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: deployment }, { weight: 3, arbitrary: changes }, incidents),
    eventId,
    time,
    time,
  )
  .map(
    ([body, name, happened, recordedAt]) =>
      ({ ...said(name, happened), ...body, recordedAt }) as unknown as Fact,
  );

/** Logs in which everything collides: few ids, few versions, times at random, ids that come again with other bodies. */
export const anyLog = fc.array(fact, { minLength: 1, maxLength: 60 });

/** A log, and the same with its facts shuffled, some repeated, and cut and put together anew. */
export const anyLogTwice = anyLog.chain((log) =>
  fc
    .tuple(fc.shuffledSubarray(log, { minLength: log.length }), fc.shuffledSubarray(log), fc.nat(log.length))
    .map(([all, again, cut]) => ({ log, other: [...all.slice(cut), ...again, ...all.slice(0, cut)] })),
);
