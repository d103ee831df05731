import { expect, test } from 'vitest';
import { ascending } from '../statistics/ascending.js';
import { locationShift } from './locationShift.js';
import {
  alsoAround10,
  around20,
  around21and25,
  halves,
  manyHalves,
  mostlyZeros,
  rareErrors,
} from './testSamples.js';

// The limits of the third to the fifth are R's; an estimate among many that would do depends on every step of the search.
test.each([
  ['tens and twenties', alsoAround10, around20, 0.98, 10.622799076, 9.14863278, 11.819111836],
  [
    'a decrease',
    around21and25.control,
    around21and25.experiment,
    0.98,
    -3.392914168,
    -4.746049192,
    -2.0109742,
  ],
  ['halves', halves.control, halves.experiment, 0.95, -0.499997109, -0.500002522, -0.000034863],
  ['many halves', manyHalves.control, manyHalves.experiment, 0.98, -2.4e-7, -0.499917325, -0.000006913],
  ['mostly zeros', mostlyZeros.control, mostlyZeros.experiment, 0.95, 0.000026279, 0.000035218, 0.000020246],
  ['rare errors', rareErrors.control, rareErrors.experiment, 0.98, -0.000008272, 0.00001864, 0.000004131],
  ['few values, down to the least difference', [1, 2, 3], [1, 5, 9, 9], 0.95, 5.841271042, -2, 8],
  [
    'few values at half the confidence',
    [1, 2, 3, 4],
    [1, 5, 9, 9],
    0.5,
    4.112054152,
    1.99998635,
    5.999968548,
  ],
])('the shift of %s is where it was', (_, control, experiment, confidence, estimate, lower, upper) => {
  const found = locationShift(ascending(control, 'x'), ascending(experiment, 'y'), confidence);
  expect(found).toEqual({
    estimate: expect.closeTo(estimate, 8),
    lower: expect.closeTo(lower, 8),
    upper: expect.closeTo(upper, 8),
  });
});
