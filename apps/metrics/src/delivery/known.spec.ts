import { describe, expect, test } from 'vitest';
import { at, built, caused, change, incident, live, said, step } from '../../../../test/metrics/given.js';
import { assemble } from '../delivery.js';
import type { Fact } from '../fact.js';
import { known } from './known.js';

const seen = (...facts: Fact[]) => known(facts, Date.parse(at(30)));
const as = (fact: Fact, more: object): Fact => ({ ...fact, ...more }) as Fact;

describe('facts that are on record', () => {
  const d = live('d', at(4), 'v');

  test('are each kept once, up to the instant that is asked about', () => {
    expect(
      seen(
        d,
        d,
        as(d, { recordedAt: at(30) }),
        as(d, { id: 'late', recordedAt: '2027-01-30T00:00:00.001Z' }),
      ),
    ).toEqual({
      facts: [d],
      reused: [],
    });
  });

  test('of one event are told apart by kind, by service and by what they are about', () => {
    const e = said('e', at(4));
    const facts: Fact[] = [
      { ...e, kind: 'artifactPackaged', service: 's', artifact: 'a' },
      { ...e, kind: 'artifactPackaged', service: 's', artifact: 'b' },
      { ...e, kind: 'artifactPackaged', service: 't', artifact: 'b' },
      { ...e, kind: 'artifactPackaged', artifact: 'b' },
      { ...e, kind: 'changeMerged', service: 's', commit: 'a', committedAt: at(3) },
      { ...e, kind: 'changeMerged', service: 's', commit: 'b', committedAt: at(3) },
      { ...e, kind: 'changeExposed', service: 's', commit: 'a' },
      { ...e, kind: 'changeExposed', service: 's', commit: 'b' },
      ...(['incidentCauseConfirmed', 'incidentCauseRejected'] as const).flatMap((kind): Fact[] =>
        ['d', 'e'].map((deploymentId) => ({ ...e, kind, incidentId: 'I', deploymentId })),
      ),
      ...(['failureAttributed', 'failureWithdrawn'] as const).flatMap((kind): Fact[] =>
        ['d', 'e'].map((deploymentId) => ({ ...e, kind, deploymentId, reason: 'review' })),
      ),
      { ...e, kind: 'serviceRegistered', service: 's' },
      { ...e, kind: 'serviceRegistered', service: 't' },
    ];
    expect(seen(...facts)).toEqual({ facts, reused: [] });
    expect(seen(...facts, ...facts)).toEqual({ facts, reused: [] });
  });

  test('stand as first recorded, then as the lesser body; each other body is one that was reused', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((strategy) => as(d, { strategy })) as [Fact, Fact, Fact];
    const other = { id: d.id, at: d.at, service: 's' };
    for (const facts of [
      [a, b, c],
      [c, b, a],
      [b, a, c, a],
    ])
      expect(seen(...facts)).toEqual({ facts: [a], reused: [other, other] });
    const later = as(a, { recordedAt: at(5) });
    expect(seen(later, c)).toEqual({ facts: [c], reused: [other] });
  });
});

describe('is refused by name:', () => {
  const d = live('d', at(4), 'v');
  const merged = change('c', at(1));
  const [opened, resolved] = incident('I', at(5), at(6)) as [Fact, Fact];
  const back = step('deploymentRolledBack', 'd', at(5));
  const instant = (field: string) =>
    `INVALID_TIME: ${field} must be an RFC 3339 instant with an offset, such as 2027-01-04T09:30:00Z.`;
  const commit = "INVALID_FACT: A changeMerged fact's commit and service must be texts that are not empty.";
  const percent = "INVALID_FACT: A deployment fact's trafficPercent must be a number from 0 to 100.";
  test.each([
    [{ ...d, id: 7 }, 'INVALID_FACT: Every fact needs an id: a text that is not empty.'],
    [undefined, 'INVALID_FACT: Every fact needs an id: a text that is not empty.'],
    [{ ...d, recordedAt: 'x' }, instant('recordedAt')],
    [{ ...d, at: 'x' }, instant('deploymentSucceeded.at')],
    [
      { ...d, deploymentId: '' },
      "INVALID_FACT: A deployment fact's deploymentId must be a text that is not empty.",
    ],
    [{ ...d, kind: 'x' }, "INVALID_FACT: A fact's kind is not known: x."],
    [{ ...back, trafficPercent: -1 }, percent],
    [{ ...back, trafficPercent: '5' }, percent],
    [{ ...back, trafficPercent: 100.1 }, percent],
    [{ ...back, detectedAt: 'x' }, instant('detectedAt')],
    [{ ...back, decidedAt: 'x' }, instant('decidedAt')],
    [{ ...merged, id: 'e', at: 'x' }, instant('changeMerged.at')],
    [{ ...merged, id: 'e', committedAt: 'x' }, instant('committedAt')],
    [{ ...merged, mergedAt: 'x' }, instant('mergedAt')],
    [{ ...merged, commit: '' }, commit],
    [{ ...merged, service: 7 }, commit],
    [{ ...merged, kind: 'changeExposed', at: 'x' }, instant('changeExposed.at')],
    [{ ...built('v', []), at: 'x' }, instant('artifactPackaged.at')],
    [
      { ...opened, incidentId: '' },
      "INVALID_FACT: An incident fact's incidentId must be a text that is not empty.",
    ],
    [{ ...opened, startedAt: 'x' }, instant('startedAt')],
    [{ ...resolved, restoredAt: 'x' }, instant('restoredAt')],
    [{ ...resolved, at: 'x' }, instant('incidentResolved.at')],
    [{ ...caused('I', 'd', at(5)), at: 'x' }, instant('incidentCauseConfirmed.at')],
    [
      { ...said('w', 'x'), recordedAt: at(5), kind: 'failureWithdrawn', deploymentId: 'd' },
      instant('failureWithdrawn.at'),
    ],
    [
      { ...said('w', 'x'), recordedAt: at(5), kind: 'serviceRetired', service: 's' },
      instant('serviceRetired.at'),
    ],
  ])('%j', (fact, message) =>
    expect(() => assemble([merged, fact as Fact], { asOf: at(30) })).toThrow(
      expect.objectContaining({ message }),
    ),
  );

  test('a body that is no JSON, where an event id comes again with it', () =>
    expect(() => seen(d, as(d, { strategy: 1n }))).toThrow(
      /^INVALID_FACT: The fact "live-d-s" is not plain JSON: .+BigInt/,
    ));

  test('traffic from 0 to 100 % is not', () =>
    expect(
      [0, 100].map(
        (trafficPercent) => assemble([as(back, { trafficPercent })], { asOf: at(30) }).all[0]?.trafficPercent,
      ),
    ).toEqual([0, 100]));
});
