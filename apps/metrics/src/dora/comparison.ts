import { iso } from '../delivery/instant.js';
import { type Headlines, headlinesOf } from './headlines.js';
import type { Setting } from './metric.js';
import type { Timeline } from './timeline.js';

/** What is known of all services, by name: their timelines, those not read yet, and those whose facts are refused. */
export interface Known {
  readonly timelines: ReadonlyMap<string, Timeline>;
  readonly pending: readonly string[];
  readonly refused: ReadonlyMap<string, string>;
}

/** The headlines of all services side by side (MET-11.2), as known now. */
export interface Comparison {
  readonly zone: string;
  readonly from: string;
  readonly to: string;
  readonly asOf: string;
  readonly services: readonly (Headlines & { readonly service: string })[];
  /** All of them in one figure, which DORA advises against: no service is like another. */
  readonly blended: Headlines;
  /** Services left out because what is known of them is still being read. */
  readonly pending: readonly string[];
  /** Services left out because what is told of them cannot be counted, and why. */
  readonly refused: readonly { readonly service: string; readonly reason: string }[];
}

/** Compares services. What leaves some of them out says so in every figure of all together. */
export function compare({ timelines, pending, refused }: Known, setting: Setting): Comparison {
  const { window, delivery } = setting;
  const left = pending.length + refused.size;
  const missing = left > 0 ? `partial (${left} services left out)` : undefined;
  return {
    zone: window.zone,
    from: iso(window.from)!,
    to: iso(window.to)!,
    asOf: iso(delivery.asOf)!,
    services: [...timelines].map(([service, timeline]) => ({ service, ...headlinesOf([timeline], setting) })),
    blended: headlinesOf([...timelines.values()], { ...setting, missing }),
    pending,
    refused: [...refused].map(([service, reason]) => ({ service, reason })),
  };
}
