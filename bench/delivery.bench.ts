import { assemble } from '../apps/metrics/src/delivery.js';
import { dora, summarise } from '../apps/metrics/src/dora.js';
import type { Bench } from './bench.js';
import { bareLoop, deliveryLog, lookingUp } from './deliveries.js';
import { lasting } from './latency.js';
import { compete, figure } from './round.js';
import { beside } from './row.js';

const ALL = { service: 's', from: '2020-01-01', to: '2026-01-01', asOf: '2030-01-01T00:00:00Z' };
const QUARTER = { ...ALL, from: '2022-01-01', to: '2022-04-01' };

export const bench: Bench = {
  goal: 'P11',
  title: 'delivery metrics of 50,000 deployments and 500,000 changes',
  meaning:
    'The facts of one service over six years become a delivery record, and from it all five metrics with their variants, intervals and exclusions. Beside it the least that could answer: two maps and a sort, which knows neither duplicates nor late arrivals, rollbacks, failures, windows or `asOf`, and gives one median. The naive way looks through all facts for the artifact of each deployment and the merge of each commit; it is measured on 5,000 deployments, since its cost grows with the square.',
  async run({ rounds, scale, say }) {
    const [many, few] = [deliveryLog(Math.round(50_000 * scale)), deliveryLog(5_000)];
    const record = assemble(many, ALL);
    const results = await compete(
      {
        all: lasting(() => dora(many, ALL)),
        bare: lasting(() => bareLoop(many)),
        quarter: lasting(() => summarise(record, QUARTER)),
        few: lasting(() => dora(few, ALL)),
        naive: lasting(() => lookingUp(few)),
      },
      rounds,
      say,
    );
    const ms = (name: keyof typeof results) => figure(results[name], 'ms');
    const busy = (name: keyof typeof results) => figure(results[name], 'busy');
    const bare = 'two maps and a sort';
    return [
      beside('from facts to all metrics', 'ms', ms('all'), { what: bare, values: ms('bare') }),
      beside('the same, processor time', 'ms', busy('all'), { what: bare, values: busy('bare') }),
      beside('90 days of a record that is kept', 'ms', ms('quarter'), { what: bare, values: ms('bare') }),
      beside('5,000 deployments', 'ms', ms('few'), { what: 'looking everything up', values: ms('naive') }),
    ];
  },
};
