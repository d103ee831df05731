import fc from 'fast-check';
import type { Schedule } from './schedule.js';
import { DAY, MINUTE, wallText } from './wall.js';

const ZONES = [
  'UTC',
  'Europe/London',
  'Europe/Dublin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Chatham',
  'Antarctica/Troll',
  'Asia/Kolkata',
];
const RULES = [
  undefined,
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=3;COUNT=40',
  'FREQ=WEEKLY;BYDAY=SU,WE',
  'FREQ=WEEKLY;INTERVAL=2;UNTIL=20271031T010000Z',
  'FREQ=MONTHLY;BYDAY=-1FR',
  'FREQ=MONTHLY;BYMONTHDAY=31,-31',
  'FREQ=YEARLY;BYMONTH=3,10,11;BYDAY=SU',
  'FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30',
];

const minutes = (from: string, to: string) =>
  fc
    .integer({ min: Date.parse(`${from}Z`) / MINUTE, max: Date.parse(`${to}Z`) / MINUTE })
    .map((minute) => minute * MINUTE);
const text = (wall: number) => wallText(wall).slice(0, 16);

/** Schedules of both kinds in zones with all sorts of transitions, mostly in 2027. */
export const anySchedule: fc.Arbitrary<Schedule> = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    wall: minutes('2026-09-01T00:00', '2027-12-01T00:00'),
    rule: fc.constantFrom(...RULES),
    length: fc.integer({ min: 1, max: 3 * 1_440 }),
    extra: fc.array(minutes('2027-01-01T00:00', '2027-12-31T00:00'), { maxLength: 3 }),
    skipped: fc.integer({ min: 0, max: 60 }),
    permits: fc.boolean(),
  })
  .map(({ zone, wall, rule, length, extra, skipped, permits }) => ({
    zone,
    start: text(wall),
    ...(rule && { rule }),
    rdates: extra.map(text),
    exdates: [text(wall + skipped * DAY)],
    ...(permits
      ? { kind: 'permit', duration: `PT${length}M` }
      : { kind: 'restrict', end: text(wall + length * MINUTE) }),
  }));
