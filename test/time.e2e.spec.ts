import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documented } from './support/documented.js';
import { type Slipway, type Someone, startSlipway } from './support/slipway.js';

let slipway: Slipway;
let paula: Someone;

beforeAll(async () => {
  slipway = await startSlipway();
  paula = await documented(slipway.url, await slipway.as('paula', 'auditor'));
});
afterAll(() => slipway.close());

const expand = (body: unknown) => paula('POST', '/v1/time/expand', body);
const evaluate = (body: unknown) => paula('POST', '/v1/time/evaluate', body);

const tzdata = process.versions['tz'];
const sundays = {
  kind: 'permit',
  id: 'sundays',
  zone: 'Europe/London',
  start: '2027-01-03T01:00',
  rule: 'FREQ=WEEKLY;BYDAY=SU',
  duration: 'PT3H',
};
const freeze = {
  kind: 'restrict',
  zone: 'America/New_York',
  start: '2027-11-06T00:00',
  end: '2027-11-07T01:30',
};
const march = { start: '2027-03-27T00:00:00Z', end: '2027-03-29T00:00:00Z' };

describe('POST /v1/time/expand', () => {
  test('LIB-05 S1: tells the instants, the local reading and the edition of the zone database', async () => {
    expect(await expand({ schedules: [sundays], range: march })).toMatchObject({
      status: 200,
      body: {
        tzdata,
        intervals: [{ start: '2027-03-28T01:00:00.000Z', end: '2027-03-28T04:00:00.000Z' }],
        schedules: [
          {
            id: 'sundays',
            zone: 'Europe/London',
            occurrences: [
              {
                start: '2027-03-28T01:00:00.000Z',
                end: '2027-03-28T04:00:00.000Z',
                named: '2027-03-28T01:00:00',
                local: { start: '2027-03-28T02:00:00+01:00', end: '2027-03-28T05:00:00+01:00' },
              },
            ],
          },
        ],
      },
    });
  });

  test('LIB-05 S2: needs no range where the schedule ends, and joins what touches', async () => {
    const after = {
      ...freeze,
      zone: 'Etc/UTC',
      start: '2027-11-07T06:30',
      end: '2027-11-07T07:00',
    };
    const { body } = await expand({ schedules: [freeze, after] });
    expect(body.intervals).toEqual([{ start: '2027-11-06T04:00:00.000Z', end: '2027-11-07T07:00:00.000Z' }]);
  });

  test.each([
    ['a malformed local time', { ...sundays, start: '2027-02-30T01:00' }, '/schedules/0/start'],
    ['an instant for a local time', { ...sundays, start: '2027-02-28T01:00Z' }, '/schedules/0/start'],
    ['a duration in months', { ...sundays, duration: 'P1M' }, '/schedules/0/duration'],
    ['no duration', { ...sundays, duration: undefined }, '/schedules/0/duration'],
    ['an end before the start', { ...freeze, end: '2027-11-05T00:00' }, '/schedules/0/end'],
    ['an unknown kind', { ...freeze, kind: 'prefer' }, '/schedules/0/kind'],
  ])('refuses %s as malformed', async (_, schedule, pointer) => {
    const { status, body } = await expand({ schedules: [schedule], range: march });
    expect(status).toBe(400);
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test.each([
    ['ZONE_UNKNOWN', { ...sundays, zone: 'Europe/Atlantis' }, march],
    ['ZONE_FIXED_OFFSET', { ...sundays, zone: '+01:00' }, march],
    ['RULE_ENDLESS', sundays, undefined],
    ['RULE_INVALID', { ...sundays, rule: 'FREQ=WEEKLY;COUNT=1;UNTIL=20270101' }, march],
    ['FREQUENCY_UNSUPPORTED', { ...sundays, rule: 'FREQ=HOURLY' }, march],
    ['EXPANSION_TOO_LARGE', sundays, { ...march, end: '2029-03-27T00:00:00.001Z' }],
    ['INTERVAL_INVALID', sundays, { start: march.end, end: march.start }],
  ])('refuses by name: %s', async (code, schedule, range) => {
    const { status, body } = await expand({ schedules: [schedule], range });
    expect({ status, codes: body.violations.map((each: { code: string }) => each.code) }).toEqual({
      status: 422,
      codes: [code],
    });
  });
});

describe('POST /v1/time/evaluate', () => {
  test('says by which occurrence the window is open, and when it closes', async () => {
    const { status, body } = await evaluate({ schedules: [freeze, sundays], at: '2027-03-28T03:59:59.999Z' });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        tzdata,
        open: true,
        because: [
          {
            schedule: 1,
            id: 'sundays',
            occurrence: expect.objectContaining({ named: '2027-03-28T01:00:00' }),
          },
        ],
        closesAt: '2027-03-28T04:00:00.000Z',
        lookedUntil: '2029-03-28T03:59:59.999Z',
      },
    });
  });

  test('says when it opens next, or that it does not for as long as was looked', async () => {
    const { body } = await evaluate({ schedules: [sundays], at: '2027-03-28T04:00:00Z' });
    expect(body).toMatchObject({ open: false, opensAt: '2027-04-04T00:00:00.000Z' });
    const later = await evaluate({ schedules: [freeze], at: '2027-11-07T06:30:00Z' });
    expect(later.body).toMatchObject({
      open: false,
      because: [],
      opensAt: null,
      lookedUntil: '2029-11-07T06:30:00.000Z',
    });
  });

  test('refuses an instant that is none', async () => {
    expect(await evaluate({ schedules: [sundays], at: '2027-03-28' })).toMatchObject({ status: 400 });
  });
});
