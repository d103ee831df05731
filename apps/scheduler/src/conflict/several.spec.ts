import { describe, expect, test } from 'vitest';
import { brief, candidate, during, reservation, window } from './example.js';
import type { Snapshot } from './snapshot.js';

const two = candidate({ services: ['blog', 'ledger'] });

describe('what concerns one of several services concerns the deployment', () => {
  const named = ['ledger', 'vault'];
  test.each<[string, Snapshot, string[]]>([
    [
      'an external commitment',
      { commitments: [{ id: 'C', effect: 'BLOCK', services: named, ...during('22:30', '22:40') }] },
      ['BLOCKER EXTERNAL_COMMITMENT C'],
    ],
    [
      'an incident',
      { incidents: [{ id: 'I', severity: 'SEV1', services: named, openedAt: '2027-03-01T00:00:00Z' }] },
      ['WARNING INCIDENT I'],
    ],
    [
      'a deployment at the same time',
      { reservations: [reservation({ services: named })] },
      ['BLOCKER SAME_SERVICE X'],
    ],
    [
      'a deployment shortly before',
      { reservations: [reservation({ services: named, ...during('20:00', '21:00') })] },
      ['INFO PROXIMITY X'],
    ],
    [
      'the places of a window',
      {
        windows: [
          window({ id: 'ALL', occurrences: [during('20:00', '26:00')] }),
          window({ selectors: [{ services: ['ledger'] }], capacity: 1, emergencyCapacity: 0 }),
        ],
        reservations: [reservation({ services: named, environment: 'prod-2', ...during('22:30', '22:40') })],
      },
      ['BLOCKER CAPACITY window W'],
    ],
  ])('%s', (_, snapshot, found) => {
    expect(brief(two, snapshot)).toEqual(found);
  });

  test('a required version is brought by a deployment that brings others too', () => {
    const asked = candidate({ requires: [{ service: 'auth', version: '2' }] });
    const delivers = [
      { service: 'mail', version: '1' },
      { service: 'auth', version: '2' },
    ];
    const brought = (end: string) =>
      brief(asked, {
        live: [],
        reservations: [reservation({ services: ['auth', 'mail'], delivers, ...during('18:00', end) })],
      });
    expect(brought('19:00')).toEqual([]);
    expect(brought('21:31')).toEqual(['BLOCKER DEPENDENCY_ORDER auth@2']);
  });
});
