import { describe, expect, test } from 'vitest';
import { timezoneLines } from './vtimezone.js';

const year = { start: Date.UTC(2027, 0), end: Date.UTC(2028, 0) };

describe('a zone as VTIMEZONE', () => {
  test('lists the changes of its clocks in the range and the one before it', () => {
    expect(timezoneLines('America/New_York', { start: year.start, end: Date.UTC(2028, 2, 13) })).toEqual([
      'BEGIN:VTIMEZONE',
      'TZID:America/New_York',
      'BEGIN:STANDARD',
      'DTSTART:20261101T020000',
      'TZOFFSETFROM:-0400',
      'TZOFFSETTO:-0500',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:20270314T020000',
      'TZOFFSETFROM:-0500',
      'TZOFFSETTO:-0400',
      'END:DAYLIGHT',
      'BEGIN:STANDARD',
      'DTSTART:20271107T020000',
      'TZOFFSETFROM:-0400',
      'TZOFFSETTO:-0500',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:20280312T020000',
      'TZOFFSETFROM:-0500',
      'TZOFFSETTO:-0400',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
    ]);
  });

  test('takes in a change at the start of the range, and leaves out one at its end', () => {
    const change = Date.UTC(2027, 2, 28, 1);
    const starts = (start: number, end: number) =>
      timezoneLines('Europe/London', { start, end }).filter((line) => line.startsWith('DTSTART'));
    expect(starts(change, change + 1)).toEqual(['DTSTART:20270328T010000']);
    expect(starts(change - 1, change)).toEqual(['DTSTART:20261025T020000']);
    expect(starts(change - 1, change + 1)).toEqual(['DTSTART:20261025T020000', 'DTSTART:20270328T010000']);
  });

  test.each([
    ['Asia/Kolkata', ['DTSTART:19451015T000000', 'TZOFFSETFROM:+0630', 'TZOFFSETTO:+0530']],
    ['Asia/Kathmandu', ['DTSTART:19860101T000000', 'TZOFFSETFROM:+0530', 'TZOFFSETTO:+0545']],
    ['Europe/Istanbul', ['DTSTART:20160327T030000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0300']],
    ['Etc/UTC', ['DTSTART:19700101T000000', 'TZOFFSETFROM:+0000', 'TZOFFSETTO:+0000']],
  ])('that keeps its clocks, %s, is one STANDARD from their last change', (zone, lines) => {
    const text = [
      'BEGIN:VTIMEZONE',
      `TZID:${zone}`,
      'BEGIN:STANDARD',
      ...lines,
      'END:STANDARD',
      'END:VTIMEZONE',
    ];
    expect(timezoneLines(zone, year)).toEqual(text);
  });

  test('writes offsets of seconds as RFC 5545 does, before zones were of minutes', () => {
    expect(timezoneLines('Africa/Monrovia', { start: Date.UTC(1960, 0), end: Date.UTC(1980, 0) })).toContain(
      'TZOFFSETFROM:-004430',
    );
  });
});
