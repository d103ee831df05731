import { expect, test } from 'vitest';
import { checkZone } from '../zone.js';
import { windowsZones } from './windowsZones.js';

test('each zone of Windows that is known has a name of its own form, and is a zone of the IANA database', () => {
  const names = Object.keys(windowsZones);
  expect(names).toHaveLength(58);
  expect(names.filter((name) => !/^[A-Z].* Standard Time(?: \(Mexico\))?$/.test(name))).toEqual(['UTC']);
  for (const zone of Object.values(windowsZones)) checkZone(zone);
  expect(new Set(Object.values(windowsZones)).size).toBe(58);
});
