import type { Candidate } from '../conflict/candidate.js';
import { candidate as plain, window } from '../conflict/example.js';
import type { Snapshot } from '../conflict/snapshot.js';
import { bin, model, RISK } from './example.js';
import type { Bin, SlotModel } from './model.js';
import type { SlotQuestion } from './question.js';
import { recommend } from './recommend.js';

/** Questions for the specs of this folder: the draft of formulas 4.5.5, and March 2027 to put it in. */
export const NOW = new Date('2027-03-01T00:00:00Z');
export const at = (day: number, time: string) => `2027-03-${String(day).padStart(2, '0')}T${time}:00Z`;
export const full = (day: number, time: string) => at(day, time).replace('Z', '.000Z');
export const hours = (day: number, from: string, to: string) => ({ start: at(day, from), end: at(day, to) });

/** Half an hour of work and half an hour of soak: one hour of the week. */
export const candidate = (changes: Partial<Candidate> = {}): Candidate =>
  plain({ start: at(2, '00:00'), end: at(2, '00:30'), ...changes });

export const open = (...occurrences: { start: string; end: string }[]): Snapshot => ({
  windows: [window({ occurrences })],
});

export const question = (changes: Partial<SlotQuestion> = {}): SlotQuestion => ({
  candidate: candidate(),
  score: RISK.score,
  snapshot: open(hours(2, '03:00', '03:30'), hours(3, '10:00', '10:30'), hours(5, '16:00', '16:30')),
  model: model(),
  ...changes,
});

export const ask = (changes: Partial<SlotQuestion> = {}, now = NOW) => recommend(question(changes), now);

export const starts = (changes: Partial<SlotQuestion> = {}, now = NOW) =>
  ask(changes, now).slots.map(({ start }) => start);

/** A model to which all hours are alike. */
export const flat = (of: Partial<Bin> = {}, changes: Partial<SlotModel> = {}) =>
  model({ bins: Array.from({ length: 168 }, () => bin(of)), ...changes });
