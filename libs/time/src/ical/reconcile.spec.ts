import { expect, test } from 'vitest';
import type { ImportedEntry } from './entry.js';
import { reconcile } from './reconcile.js';

const entry = (
  uid: string,
  sequence: number,
  summary = 'x',
  status: ImportedEntry['status'] = 'CONFIRMED',
): ImportedEntry => ({
  uid,
  sequence,
  summary,
  status,
  transparency: 'OPAQUE',
  schedules: [],
});
const nothing = { recorded: [], amended: [], withdrawn: [], ignored: [] };

test('CAT-04 S2: given UID x with SEQUENCE 4, SEQUENCE 3 is ignored and counted', () => {
  expect(reconcile([entry('x', 4)], [entry('x', 3, 'other')])).toEqual({ ...nothing, ignored: ['x'] });
});

test('an older cancellation is ignored too', () => {
  expect(reconcile([entry('x', 4)], [entry('x', 3, 'x', 'CANCELLED')])).toEqual({
    ...nothing,
    ignored: ['x'],
  });
});

test('the same calendar twice changes nothing', () => {
  expect(reconcile([entry('x', 4), entry('y', 0)], [entry('y', 0), entry('x', 4)])).toEqual(nothing);
});

test('a new UID is recorded, a newer SEQUENCE amends, and so does the same one with other content', () => {
  const imported = [entry('n', 0), entry('x', 5), entry('y', 4, 'other')];
  expect(reconcile([entry('x', 4), entry('y', 4)], imported)).toEqual({
    ...nothing,
    recorded: [imported[0]],
    amended: [imported[1], imported[2]],
  });
});

test('a UID that is gone or cancelled is withdrawn; one that was never known is not', () => {
  const imported = [entry('x', 4, 'x', 'CANCELLED'), entry('unknown', 0, 'x', 'CANCELLED')];
  expect(reconcile([entry('x', 4), entry('gone', 1)], imported)).toEqual({
    ...nothing,
    withdrawn: ['x', 'gone'],
  });
});
