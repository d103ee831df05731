import { expectedOf } from './leadTime.js';
import type { Scope } from './scope.js';

/** How far the data can be trusted (MET-01.7). Counts within the window. */
export interface DataQuality {
  readonly deploymentsWithoutCommits: number;
  readonly commitsWithoutTime: number;
  readonly negativeLeadTimes: number;
  readonly incidentsWithoutService: number;
  readonly incidentsWithoutSeverity: number;
  readonly inconsistentIncidents: number;
  /** Event ids that came again with another body. */
  readonly reusedEventIds: number;
}

/** Counts what is missing or contradicts itself in the part of the record that a question is about. */
export function dataQuality({ counted, credits, excluded, delivery, window }: Scope): DataQuality {
  const incidents = delivery.incidents.filter(({ episodes, fault }) => {
    const start = episodes[0]?.startedAt;
    return fault !== 'CANCELLED' && (start === undefined || (start >= window.from && start < window.to));
  });
  return {
    deploymentsWithoutCommits: expectedOf(counted).filter((d) => !delivery.covered.has(d)).length,
    commitsWithoutTime: credits.filter(({ change }) => !change).length,
    negativeLeadTimes: credits.filter(({ flags }) => flags.includes('NEGATIVE_CLAMPED')).length,
    incidentsWithoutService: incidents.filter(({ services }) => services.length === 0).length,
    incidentsWithoutSeverity: incidents.filter(({ severity }) => !severity).length,
    inconsistentIncidents: incidents.filter(({ fault }) => fault === 'INCONSISTENT_TIMES').length,
    reusedEventIds: excluded.filter(({ reason }) => reason === 'DUPLICATE').length,
  };
}
