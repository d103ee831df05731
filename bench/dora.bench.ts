import type { Database } from '#events';
import { factsAbout } from '../apps/metrics/src/deliveries.js';
import { type Summary, summarise } from '../apps/metrics/src/dora.js';
import { Records } from '../apps/metrics/src/records.js';
import type { Bench } from './bench.js';
import { fillDelivery, naive, WINDOW } from './deliveryStore.js';
import { lasting } from './latency.js';
import { compete, figure } from './round.js';
import { beside } from './row.js';

const SERVICE = 'service-7';

export const bench: Bench = {
  goal: 'P11',
  title: 'GET /v1/dora/summary, one service, 90 days',
  meaning:
    'What the route does but for HTTP: it asks what is new, takes the delivery record it keeps of the service and computes all metrics of 90 days; the first time, and after the service has changed, it reads all that was ever said about it and assembles the record anew. The store holds 1,000,000 deployments of 400 services in 900 days, 3,000,000 changes and 20,000 incidents. Beside it naive SQL over raw rows of the same, for four of the figures: of all services at once, as a dashboard asks, and of the same service.',
  async run({ database, rounds, scale, say, use }) {
    const db = use(await fillDelivery(await database(), Math.round(1_000_000 * scale)), (it) => it.close());
    say('The store is filled.');
    const records = new Records(db);
    const summary = async (of = records) =>
      summarise(await of.of(SERVICE, WINDOW.asOf), { ...WINDOW, service: SERVICE });
    await agree(db, await summary());
    const results = await compete(
      {
        summary: lasting(() => summary()),
        anew: lasting(() => summary(new Records(db))),
        reading: lasting(() => factsAbout(db, SERVICE)),
        all: lasting(() => naive(db)),
        one: lasting(() => naive(db, SERVICE)),
      },
      rounds,
      say,
    );
    const ms = (name: keyof typeof results) => figure(results[name], 'ms');
    const all = { what: 'naive SQL, all services', values: ms('all') };
    const one = { what: 'naive SQL, the service', values: ms('one') };
    return [
      beside('summary', 'ms', ms('summary'), all, { atMost: 0.01 }),
      beside('summary', 'ms', ms('summary'), one),
      beside('the first one, or after a change', 'ms', ms('anew'), all),
      beside('the first one, or after a change', 'ms', ms('anew'), one),
      beside('of which reading the facts', 'ms', ms('reading'), all),
      { what: 'all services at once', leftOut: 'the route answers for one service' },
    ];
  },
};

/** Both must speak of the same, or their times mean nothing. */
async function agree(db: Database, summary: Summary): Promise<void> {
  const [sql] = await naive(db, SERVICE);
  const { deploymentFrequency, changeLeadTime, changeFailRate } = summary;
  const pairs = [
    [sql?.deployments, deploymentFrequency.numerator],
    [sql?.lead.toFixed(2), changeLeadTime.value?.toFixed(2)],
    [sql?.fail.toFixed(6), changeFailRate.value?.toFixed(6)],
  ];
  const differing = pairs.filter(([one, other]) => one !== other);
  if (differing.length > 0)
    throw new Error(`The summary and the naive SQL differ: ${JSON.stringify(pairs)}.`);
}
