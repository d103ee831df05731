import type { Missing } from './measure.js';
import type { Limits, Outcome } from './outcome.js';

/** One sentence on why a metric came out as it did. */
export function reasonOf(
  { result, worsening: { side, shift, upper, effect } }: Outcome,
  pAdjusted: number,
  limits: Limits & { readonly absolute: boolean },
): string {
  const shown = (value: number) => (limits.absolute ? short(value) : `${(100 * value).toFixed(2)} %`);
  const significance = `p ${short(pAdjusted)} ${pAdjusted < limits.alpha ? 'is below' : 'is not below'} ${short(limits.alpha)}`;
  const worse = side === 'HIGH' ? 'higher' : 'lower';
  switch (result) {
    case 'CRITICAL_FAIL':
    case 'FAIL': {
      const reached = shown(result === 'FAIL' ? limits.tolerance : limits.criticalTolerance);
      return `The canary is ${worse} by ${shown(shift)}, which reaches ${reached}; ${significance}, and it is the worse one in ${shown2(effect)} of pairs.`;
    }
    case 'INCONCLUSIVE':
      return `It may be ${worse} by up to ${shown(upper)}, so that ${shown(limits.criticalTolerance)} cannot be excluded; ${significance}.`;
    default:
      return `At most ${shown(upper)} ${worse}, within ${shown(limits.criticalTolerance)}, and no failure: shift ${shown(shift)}, ${significance}.`;
  }
}

/** One sentence on what a metric lacks. */
export function missingReason({ samples, requests }: Missing): string {
  const lacks = [
    lacking(samples.control, 'control', 'samples'),
    lacking(samples.canary, 'canary', 'samples'),
    lacking(requests.control, 'control', 'requests'),
    lacking(requests.canary, 'canary', 'requests'),
  ];
  return `Too little to judge: ${lacks.filter((text) => text !== '').join(', ')}.`;
}

function lacking(count: number, side: string, what: string): string {
  return count === 0 ? '' : `${count} more ${what} of the ${side}`;
}

function shown2(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/** Three digits that count. */
function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
