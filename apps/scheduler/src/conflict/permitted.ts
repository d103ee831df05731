import { intersect, subtract, type Interval } from '#time/intervals';
import type { Candidate } from './candidate.js';
import { prepared } from './conflicts.js';
import type { Trial } from './finding.js';
import { freezesIn } from './freeze.js';
import { iso, moment, span } from '../instant.js';
import type { Prepared } from './prepare.js';
import { commonHours } from './region.js';
import type { Snapshot } from './snapshot.js';
import { trial } from './trial.js';
import { permittedIn } from './window.js';

type Span = { readonly start: string; readonly end: string };

/**
 * The effective permitted set of a deployment during `within`, merged and ascending: its windows, in all of its
 * regions unless its plan is split, minus the freezes that would block it; SCH-02.2, SCH-02.3.
 */
export function permitted(
  candidate: Candidate,
  snapshot: Snapshot | Prepared,
  within: Span,
  now: Date,
): Span[] {
  const asked = trial(candidate, prepared(snapshot), moment(now));
  const range = span(within, 'within');
  const open = intersect(inRegions(permittedIn(asked, range), range, asked), [range]);
  const frozen = candidate.kind === 'ROLLBACK' ? [] : freezesIn(range, asked);
  return subtract(open, frozen).map(({ start, end }) => ({
    start: iso(start),
    end: iso(end),
  }));
}

function inRegions(open: readonly Interval[], range: Interval, asked: Trial): readonly Interval[] {
  const common = asked.asked.regionalSplit ? undefined : commonHours(range, asked);
  return common ? intersect(open, common) : open;
}
