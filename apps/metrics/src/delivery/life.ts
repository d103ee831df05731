import type { ServiceFact } from '../fact.js';
import type { Deployment } from './deployment.js';
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

/** From registration, or else from its first change or deployment, to retirement. Registering again ends that. */
export function livesOf(
  facts: readonly ServiceFact[],
  firstMerged: ReadonlyMap<string, number>,
  deployments: readonly Deployment[],
): Map<string, Life> {
  const marks = new Map<string, Marks>();
  const markOf = (service: string): Marks => {
    let mark = marks.get(service);
    if (!mark) marks.set(service, (mark = {}));
    return mark;
  };
  for (const { kind, service, at: text } of facts) {
    const [mark, at] = [markOf(service), instant(text, `${kind}.at`)];
    if (kind === 'serviceRetired') mark.retired = later(mark.retired, at);
    else {
      mark.registered = earlier(mark.registered, at);
      mark.registeredLast = later(mark.registeredLast, at);
    }
  }
  for (const [service, at] of firstMerged) markOf(service).seen = at;
  for (const { service, firstAt } of deployments) {
    const mark = markOf(service);
    mark.seen = earlier(mark.seen, firstAt);
  }
  return new Map([...marks].map(([service, mark]) => [service, lifeOf(mark)]));
}

function lifeOf({ registered, registeredLast, retired, seen }: Marks): Life {
  const from = registered ?? seen ?? retired!;
  return retired !== undefined && retired >= (registeredLast ?? retired) ? { from, to: retired } : { from };
}
