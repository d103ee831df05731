import type { Candidate, Reservation } from './candidate.js';
import { evaluate } from './conflicts.js';
import type { Member, Snapshot } from './snapshot.js';

/** Builders for the specs of this folder: a plain deployment of `ledger` in PROD, and what may stand in its way. */
export const NOW = new Date('2027-03-01T00:00:00Z');

export const candidate = (changes: Partial<Candidate> = {}): Candidate => ({
  id: 'D',
  services: ['ledger'],
  environment: 'prod',
  environmentClass: 'PROD',
  kind: 'PLANNED',
  start: '2027-03-10T22:00:00Z',
  end: '2027-03-10T23:00:00Z',
  ...changes,
});

export const reservation = (changes: Partial<Reservation> = {}): Reservation => ({
  id: 'X',
  state: 'RESERVED',
  services: ['ledger'],
  environment: 'prod',
  environmentClass: 'PROD',
  start: '2027-03-10T22:00:00Z',
  end: '2027-03-10T23:00:00Z',
  ...changes,
});

export const freeze = (changes: Partial<Member<'freezes'>> = {}): Member<'freezes'> => ({
  id: 'F',
  state: 'ACTIVE',
  mode: 'hard',
  selectors: [{}],
  start: '2027-03-10T00:00:00Z',
  end: '2027-03-11T00:00:00Z',
  ...changes,
});

export const window = (changes: Partial<Member<'windows'>> = {}): Member<'windows'> => ({
  id: 'W',
  kind: 'standard',
  selectors: [{}],
  occurrences: [{ start: '2027-03-10T22:00:00Z', end: '2027-03-11T01:00:00Z' }],
  ...changes,
});

/** An instant of 10 March 2027; hours from 24 on are on the days after. */
export const at = (time: string): string => {
  const [hours, minutes] = time.split(':').map(Number);
  return new Date(Date.UTC(2027, 2, 10, hours, minutes)).toISOString();
};

/** A span of 10 March 2027. */
export const during = (start: string, end: string) => ({ start: at(start), end: at(end) });

/** The conflicts as `SEVERITY CODE counterpart`, which is what most specs compare. */
export const brief = (asked: Candidate, snapshot: Snapshot, now = NOW): string[] =>
  evaluate(asked, snapshot, now).map(
    ({ severity, code, counterpart }) => `${severity} ${code} ${counterpart}`,
  );
