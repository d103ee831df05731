import { alternatives } from '../apps/scheduler/src/conflict/alternatives.js';
import type { Candidate } from '../apps/scheduler/src/conflict/candidate.js';
import { evaluate } from '../apps/scheduler/src/conflict/conflicts.js';
import { prepare, type Prepared } from '../apps/scheduler/src/conflict/prepare.js';
import type { Snapshot } from '../apps/scheduler/src/conflict/snapshot.js';
import { scan } from '../apps/scheduler/src/conflict/timeline.js';
import type { Bench } from './bench.js';
import { latencies } from './latency.js';
import { calendar, candidates, NOW } from './reservations.js';
import { compete, type Contender, figure } from './round.js';
import { alone, beside, type Row } from './row.js';

const ACTIVE = 10_000;
const HISTORY = 1_000_000;

export const bench: Bench = {
  goal: 'P12',
  title: 'conflicts of one candidate against 10,000 active reservations',
  meaning:
    'All sixteen rules over a calendar of four weeks with 50 freezes, 1,200 dependencies and a window a day, prepared once; every candidate is another one. Alternatives are five free slots, each with its own conflicts. Beside it the same rules over the same calendar without an index, and a calendar that is read anew for each candidate. The history is that of three years before. Processor time leaves out what else the machine does, and keeps what the collection of garbage costs.',
  async run({ rounds, scale, say }) {
    const active = calendar(Math.round(ACTIVE * scale));
    const asked = candidates(2_000);
    const indexed = prepare(active);
    const past = prepare(calendar(Math.round(ACTIVE * scale), Math.round(HISTORY * scale)));
    const scanning = prepare(active, scan);
    const results = await compete(
      {
        conflicts: each(asked, evaluate, indexed),
        pastConflicts: each(asked, evaluate, past),
        scanned: each(asked.slice(0, 100), evaluate, scanning),
        read: each(asked.slice(0, 10), evaluate, active),
        slots: each(asked.slice(0, 500), alternatives, indexed),
        pastSlots: each(asked.slice(0, 500), alternatives, past),
        scannedSlots: each(asked.slice(0, 20), alternatives, scanning),
      },
      rounds,
      say,
    );
    const of = (what: string, name: keyof typeof results) => ({ what, values: figure(results[name], 'p50') });
    const p50 = (name: keyof typeof results) => figure(results[name], 'p50');
    return [
      ...percentiles('conflicts', results.conflicts, 5),
      beside('conflicts, p50', 'ms', p50('conflicts'), of('full scan', 'scanned')),
      beside('conflicts, p50', 'ms', p50('conflicts'), of('calendar read anew', 'read')),
      beside('with 1,000,000 in history, p50', 'ms', p50('pastConflicts'), of('none', 'conflicts'), {
        atMost: 1.2,
      }),
      ...percentiles('five alternatives', results.slots, 50),
      beside('five alternatives, p50', 'ms', p50('slots'), of('full scan', 'scannedSlots')),
      beside('with 1,000,000 in history, p50', 'ms', p50('pastSlots'), of('none', 'slots'), { atMost: 1.2 }),
    ];
  },
};

function each(
  asked: readonly Candidate[],
  answer: (one: Candidate, world: Snapshot | Prepared, now: Date) => unknown,
  world: Snapshot | Prepared,
): Contender {
  const calls = asked.map((one) => () => answer(one, world, NOW));
  return async (warm) => latencies(warm ? calls.slice(0, 300) : calls);
}

function percentiles(what: string, results: Parameters<typeof figure>[0], atMost: number): Row[] {
  return [
    alone(`${what}, p99`, 'ms', figure(results, 'p99'), { atMost }),
    alone(`${what}, processor time, p99`, 'ms', figure(results, 'busy'), { atMost }),
  ];
}
