import ICAL from 'ical.js';
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

const bring = (body: object) => paula('POST', '/v1/time/import', body);
const refused = (code: string, message: string) => ({
  status: 422,
  body: { violations: [{ code, message: expect.stringContaining(message) }] },
});
const tzdata = process.versions['tz'];
const range = { start: '2027-03-27T00:00:00Z', end: '2027-03-29T00:00:00Z' };

describe('POST /v1/time/import', () => {
  test('reads an iCalendar file and says when it is open, by which entries', async () => {
    const event = (uid: string, ...lines: string[]) => ['BEGIN:VEVENT', `UID:${uid}`, ...lines, 'END:VEVENT'];
    const text = [
      'BEGIN:VCALENDAR',
      'X-WR-CALNAME:Vendor',
      ...event(
        'a',
        'SEQUENCE:2',
        'SUMMARY:Sundays',
        'DTSTART;TZID=GMT Standard Time:20270307T010000',
        'DURATION:PT3H',
        'RRULE:FREQ=WEEKLY',
      ),
      ...event('b', 'STATUS:CANCELLED', 'DTSTART:20270328T020000Z', 'DURATION:PT9H'),
      'END:VCALENDAR',
    ].join('\r\n');
    expect(await bring({ format: 'icalendar', text, at: '2027-03-28T02:00:00Z', range })).toMatchObject({
      status: 200,
      body: {
        format: 'icalendar',
        tzdata,
        name: 'Vendor',
        superseded: 0,
        entries: [
          {
            uid: 'a',
            sequence: 2,
            summary: 'Sundays',
            status: 'CONFIRMED',
            schedules: [
              {
                kind: 'permit',
                zone: 'Europe/London',
                start: '2027-03-07T01:00:00',
                duration: 'PT3H',
                rule: 'FREQ=WEEKLY',
              },
            ],
          },
          { uid: 'b', status: 'CANCELLED' },
        ],
        open: true,
        because: [{ uid: 'a', start: '2027-03-28T01:00:00.000Z', end: '2027-03-28T04:00:00.000Z' }],
        closesAt: '2027-03-28T04:00:00.000Z',
        lookedUntil: '2029-03-28T02:00:00.000Z',
        intervals: [{ start: '2027-03-28T01:00:00.000Z', end: '2027-03-28T04:00:00.000Z' }],
        occurrences: [{ uid: 'a', start: '2027-03-28T01:00:00.000Z', end: '2027-03-28T04:00:00.000Z' }],
      },
    });
  });

  test('judges Argo CD’s sync windows by the offset of the instant asked about', async () => {
    const windows = [
      {
        kind: 'allow',
        schedule: '0 9 * * *',
        duration: '1h',
        timeZone: 'Europe/London',
        applications: ['web-*'],
      },
      {
        kind: 'deny',
        schedule: '30 9 * * *',
        duration: '30m',
        timeZone: 'Europe/London',
        namespaces: ['shop'],
        manualSync: true,
      },
      { kind: 'deny', schedule: '* * * * *', duration: '1h', clusters: ['us'] },
    ];
    const application = { name: 'web-prod', namespace: 'shop', cluster: 'eu' };
    const asked = { format: 'argocd', windows, application };
    expect(await bring({ ...asked, at: '2027-03-28T08:30:00Z', range })).toEqual(
      expect.objectContaining({
        status: 200,
        body: {
          format: 'argocd',
          tzdata,
          windows: [0, 1],
          open: false,
          rule: 'DENIED',
          why: 'A deny window is active.',
          because: [
            { window: 0, kind: 'allow', start: '2027-03-28T08:00:00.000Z', end: '2027-03-28T09:00:00.000Z' },
            { window: 1, kind: 'deny', start: '2027-03-28T08:30:00.000Z', end: '2027-03-28T09:00:00.000Z' },
          ],
          opensAt: '2027-03-29T08:00:00.000Z',
          lookedUntil: '2029-03-28T08:30:00.000Z',
          intervals: [
            { start: '2027-03-27T09:00:00.000Z', end: '2027-03-27T09:30:00.000Z' },
            { start: '2027-03-28T08:00:00.000Z', end: '2027-03-28T08:30:00.000Z' },
          ],
          occurrences: [
            { window: 0, kind: 'allow', start: '2027-03-27T09:00:00.000Z', end: '2027-03-27T10:00:00.000Z' },
            { window: 0, kind: 'allow', start: '2027-03-28T08:00:00.000Z', end: '2027-03-28T09:00:00.000Z' },
            { window: 1, kind: 'deny', start: '2027-03-27T09:30:00.000Z', end: '2027-03-27T10:00:00.000Z' },
            { window: 1, kind: 'deny', start: '2027-03-28T08:30:00.000Z', end: '2027-03-28T09:00:00.000Z' },
          ],
        },
      }),
    );
    expect((await bring({ ...asked, sync: 'manual', at: '2027-03-28T08:30:00Z' })).body).toMatchObject({
      open: true,
      rule: 'EXEMPT',
    });
    const running = { ...asked, runningSince: '2027-03-28T08:15:00Z', at: '2027-03-28T08:30:00Z' };
    expect((await bring(running)).body).toMatchObject({ open: false, rule: 'DENIED' });
    expect(await bring({ ...running, sync: 'manual' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/runningSince' }] },
    });
  });

  test('reads GitLab’s freeze periods as its API lists them', async () => {
    const periods = [
      {
        id: 1,
        freeze_start: '0 23 * * 5',
        freeze_end: '0 7 * * 1',
        cron_timezone: 'Europe/Berlin',
        created_at: '2020-05-15T17:03:35.702Z',
      },
    ];
    const weekend = { period: 0, start: '2027-03-26T22:00:00.000Z', end: '2027-03-29T05:00:00.000Z' };
    const answer = await bring({
      format: 'gitlab',
      periods,
      at: '2027-03-28T12:00:00Z',
      range: { ...range, end: '2027-03-30T00:00:00Z' },
    });
    expect(answer.body).toEqual({
      format: 'gitlab',
      tzdata,
      open: false,
      why: 'A freeze period holds it.',
      because: [weekend],
      opensAt: '2027-03-29T05:00:00.000Z',
      lookedUntil: '2029-03-28T12:00:00.000Z',
      intervals: [{ start: '2027-03-29T05:00:00.000Z', end: '2027-03-30T00:00:00.000Z' }],
      occurrences: [weekend],
    });
  });

  test('says what it read where nothing else is asked', async () => {
    const periods = [{ freeze_start: '@daily', freeze_end: '0 7 * * *' }];
    expect((await bring({ format: 'gitlab', periods })).body).toEqual({ format: 'gitlab', tzdata });
  });

  test('refuses what it cannot read, by name', async () => {
    const window = { kind: 'allow', schedule: '0 9 * * *', duration: '1h' };
    const argo = (change: object) => bring({ format: 'argocd', windows: [{ ...window, ...change }] });
    expect(await argo({ timeZone: 'Europe/Atlantis' })).toMatchObject(
      refused('ZONE_UNKNOWN', 'windows[0].timeZone'),
    );
    expect(await argo({ schedule: '@daily' })).toMatchObject(
      refused('CRON_INVALID', 'windows[0].schedule "@daily"'),
    );
    expect(await argo({ kind: 'maybe' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/windows/0/kind' }] },
    });
    expect(await bring({ format: 'icalendar', text: 'BEGIN:VCALENDAR\nOOPS' })).toMatchObject(
      refused('ICAL_INVALID', 'line 2: "OOPS"'),
    );
    expect(await bring({ format: 'outlook' })).toMatchObject({ status: 400 });
    const years = { start: '2027-01-01T00:00:00Z', end: '2029-01-01T00:00:00.001Z' };
    expect(await bring({ format: 'argocd', windows: [window], range: years })).toMatchObject(
      refused('EXPANSION_TOO_LARGE', 'more than 2 years'),
    );
    const often = { ...window, schedule: '*/2 * * * *', duration: '1m' };
    expect(
      await bring({ format: 'argocd', windows: [often], range: { ...range, end: '2027-04-30T00:00:00Z' } }),
    ).toMatchObject(refused('EXPANSION_TOO_LARGE', 'more than 10000 occurrences'));
    const event = (_: unknown, i: number) =>
      `BEGIN:VEVENT\nUID:${i}\nDTSTART:20270101T000000Z\nDURATION:PT1H\nEND:VEVENT\n`;
    const text = `BEGIN:VCALENDAR\n${Array.from({ length: 101 }, event).join('')}END:VCALENDAR`;
    expect(await bring({ format: 'icalendar', text, range })).toMatchObject(
      refused('EXPANSION_TOO_LARGE', '101 schedules'),
    );
    expect((await bring({ format: 'icalendar', text })).body.entries.length).toBe(101);
  });
});

test('POST /v1/time/export answers a calendar that others read, and that comes back the same', async () => {
  const schedule = {
    kind: 'permit',
    zone: 'Europe/London',
    start: '2027-03-07T01:00:00',
    rule: 'FREQ=WEEKLY',
    duration: 'PT3H',
  };
  const entry = {
    uid: 'w',
    sequence: 3,
    summary: 'Sundays',
    status: 'TENTATIVE',
    transparency: 'OPAQUE',
    changedAt: '2027-01-01T00:00:00.000Z',
  };
  const answer = await fetch(`${slipway.url}/v1/time/export`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await slipway.token('paula', 'auditor')}`,
    },
    body: JSON.stringify({ name: 'Windows', entries: [{ ...entry, schedule }] }),
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
  const text = await answer.text();
  expect(new ICAL.Component(ICAL.parse(text)).getFirstPropertyValue('x-wr-calname')).toBe('Windows');
  expect((await bring({ format: 'icalendar', text })).body.entries).toEqual([
    { ...entry, schedules: [schedule] },
  ]);
  expect(
    await paula('POST', '/v1/time/export', { name: 'x', entries: [{ ...entry, summary: '\0', schedule }] }),
  ).toMatchObject(refused('ICAL_TEXT_INVALID', 'summary'));
  expect(await paula('POST', '/v1/time/export', { entries: [] })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/name' }] },
  });
});

describe('POST /v1/time/business', () => {
  const hours = [{ start: '09:00', end: '17:00' }];
  const calendar = {
    region: 'GB-ENG',
    version: '2027.1',
    zone: 'Europe/London',
    week: { MO: hours, TU: hours, WE: hours, TH: hours, FR: hours },
    years: { 2027: [{ date: '2027-03-29', name: 'Easter Monday' }] },
  };
  const ask = (body: object) => paula('POST', '/v1/time/business', { calendar, ...body });

  test('EXE-13 S2: adds 24 bh to Friday 16:00', async () => {
    expect(
      (await ask({ at: '2027-02-05T16:00:00Z', hours: 24, days: 2, until: '2027-02-08T10:30:00Z' })).body,
    ).toEqual({
      calendar: 'GB-ENG 2027.1',
      open: true,
      nextOpen: '2027-02-05T16:00:00.000Z',
      afterHours: '2027-02-10T16:00:00.000Z',
      afterDays: '2027-02-09T16:00:00.000Z',
      hoursUntil: 2.5,
      daysUntil: 1,
    });
    expect((await ask({ at: '2027-03-29T10:00:00Z' })).body).toEqual({
      calendar: 'GB-ENG 2027.1',
      open: false,
      nextOpen: '2027-03-30T08:00:00.000Z',
    });
  });

  test('refuses a year that the calendar lacks, and a calendar without working time', async () => {
    expect(await ask({ at: '2028-01-03T10:00:00Z' })).toMatchObject(
      refused('CALENDAR_INCOMPLETE', 'Calendar GB-ENG 2027.1 does not list the holidays of 2028'),
    );
    expect(await ask({ at: '2027-01-04T10:00:00Z', calendar: { ...calendar, week: {} } })).toMatchObject(
      refused('CALENDAR_WITHOUT_WORKING_TIME', 'GB-ENG'),
    );
    expect(await ask({ at: 'noon' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/at' }] } });
  });
});
