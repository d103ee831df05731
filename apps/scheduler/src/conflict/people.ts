import { gaps, merge, overlap, subtract, type Interval } from '#time/intervals';
import { grouped } from './dated.js';
import type { Finding, Trial } from './finding.js';
import { nextFit } from './fit.js';
import { iso } from '../instant.js';
import { hull } from './window.js';

/**
 * PEOPLE, formulas 4.4 rule 14: someone on call for every service through the work and the time to go back, else it
 * blocks; an operator or a mandatory approver who is away warns. Someone who is away is not on call.
 */
export function people(trial: Trial): Finding[] {
  const { asked } = trial;
  return [
    ...(trial.world.snapshot.onCall === undefined
      ? []
      : [...new Set(asked.services)].flatMap((one) => onCall(one, trial))),
    ...(asked.operator ? away('operator', asked.operator, trial) : []),
    ...[...new Set(asked.approvers)].flatMap((one) => away('approver', one, trial)),
  ];
}

function onCall(service: string, trial: Trial): Finding[] {
  const { window: needed } = trial;
  const covered = coverage(service, trial);
  const uncovered = gaps(covered, needed);
  if (uncovered.length === 0) return [];
  return [
    {
      code: 'PEOPLE',
      severity: 'BLOCKER',
      counterpart: `on-call ${service}`,
      interval: hull(uncovered),
      message: `Nobody is on call for ${service} all the time until ${iso(needed.end)}.`,
      clearsAt: () => nextFit(covered, needed),
    },
  ];
}

/** The shifts of a person are taken together, so that each absence is looked at once. */
function coverage(service: string, { world }: Trial): Interval[] {
  const shifts = grouped(world.onCall.get(service), ({ item }) => item.person);
  return merge([...shifts].flatMap(([person, own]) => subtract(own, world.absences.get(person) ?? [])));
}

function away(role: string, person: string, { window: needed, world }: Trial): Finding[] {
  return merge(world.absences.get(person) ?? []).flatMap((absence) => {
    const missed = overlap(absence, needed);
    if (!missed) return [];
    const message = `The ${role} ${person} is away until ${iso(absence.end)}.`;
    return [
      {
        code: 'PEOPLE',
        severity: 'WARNING',
        counterpart: `${role} ${person}`,
        interval: missed,
        message,
        clearsAt: () => absence.end,
      },
    ];
  });
}
