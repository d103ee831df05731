import type { Fact } from '../fact.js';
import { earlier, instant, later } from './instant.js';

/** When a service existed, `[from, to)` in milliseconds; without `to` it still does. */
export interface Life {
  readonly from: number;
  readonly to?: number;
}

interface Marks {
  registered?: number;
  registeredLast?: number;
  retired?: number;
  seen?: number;
}

/** From registration, or else from the first fact about it, to retirement. A registration after it ends the retirement. */
export function livesOf(facts: readonly Fact[]): Map<string, Life> {
  const marks = new Map<string, Marks>();
  for (const fact of facts) {
    if (fact.service === undefined) continue;
    const at = instant(fact.at, `${fact.kind}.at`);
    let mark = marks.get(fact.service);
    if (!mark) marks.set(fact.service, (mark = {}));
    if (fact.kind === 'serviceRegistered') {
      mark.registered = earlier(mark.registered, at);
      mark.registeredLast = later(mark.registeredLast, at);
    } else if (fact.kind === 'serviceRetired') mark.retired = later(mark.retired, at);
    else mark.seen = earlier(mark.seen, at);
  }
  return new Map([...marks].map(([service, mark]) => [service, lifeOf(mark)]));
}

function lifeOf({ registered, registeredLast, retired, seen }: Marks): Life {
  const from = registered ?? seen ?? retired!;
  return retired !== undefined && retired >= (registeredLast ?? retired) ? { from, to: retired } : { from };
}
