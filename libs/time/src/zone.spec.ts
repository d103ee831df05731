import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import { checkZone } from './zone.js';

function refusal(zone: string, field?: string): unknown {
  try {
    return checkZone(zone, field);
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
    throw error;
  }
}

describe('a zone', () => {
  test('is each one that the platform lists', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    expect(zones.filter((zone) => refusal(zone) !== undefined)).toEqual([]);
    expect(zones.length).toBeGreaterThan(400);
  });

  test.each([
    'UTC',
    'utc',
    'Etc/UTC',
    'UCT',
    'Zulu',
    'Universal',
    'Etc/Universal',
    'europe/london',
    'US/Eastern',
    'Asia/Calcutta',
    'GB',
    'GB-Eire',
    'NZ-CHAT',
    'CET',
    'MET',
    'EST5EDT',
    'America/Argentina/Buenos_Aires',
    'W-SU',
    'Singapore',
    'Turkey',
  ])('may be the link %s', (zone) => {
    expect(refusal(zone)).toBeUndefined();
    expect(refusal(zone)).toBeUndefined();
  });

  test.each([
    '+01:00',
    '-0800',
    '+1',
    'GMT+1',
    'GMT-0',
    'UTC+2',
    'UT-3',
    'Etc/GMT+5',
    'Etc/GMT-14',
    'etc/gmt',
    'GMT',
    'GMT0',
    'Etc/GMT0',
    'Etc/Greenwich',
    'Greenwich',
    'Z',
    'EST',
    'MST',
    'HST',
    'est',
  ])('is not the offset %s', (zone) => {
    expect(refusal(zone)).toEqual([
      {
        code: 'ZONE_FIXED_OFFSET',
        message: `zone is the fixed offset "${zone}": name a place, such as Europe/London, or UTC.`,
        ref: 'LIB-05.1',
      },
    ]);
  });

  test.each([
    'Europe/Atlantis',
    'Europe',
    'PST',
    'ACT',
    'JST',
    'Factory',
    'SystemV/AST4',
    'Local',
    '',
    ' ',
    '__proto__',
    'Europe/London\u0000',
    '\ud800',
    'Etc/Unknown',
    'Europe/London ',
    'ESTONIA',
    'AZ',
    'xGMT',
  ])('is not %j', (zone) => {
    expect(refusal(zone, 'windows[3].zone')).toEqual([
      {
        code: 'ZONE_UNKNOWN',
        message: `windows[3].zone is ${JSON.stringify(zone)}, which the IANA time zone database does not name.`,
        ref: 'LIB-05.1',
      },
    ]);
  });

  test('that is very long is quoted in part', () => {
    expect(() => checkZone('x'.repeat(1_000_000))).toThrow(`zone is "${'x'.repeat(64)}", which`);
  });
});
