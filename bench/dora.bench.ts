import type { Database } from '#events';
import { factsAbout } from '../apps/metrics/src/deliveries.js';
import { type Summary, summarise } from '../apps/metrics/src/dora.js';
import { type Comparison, compare } from '../apps/metrics/src/dora/comparison.js';
import { windowOf } from '../apps/metrics/src/dora/window.js';
import { defaults } from '../apps/metrics/src/policy.js';
import { Records } from '../apps/metrics/src/records.js';
import { Timelines } from '../apps/metrics/src/timelines.js';
import type { Bench } from './bench.js';
import { fillDelivery, naive, WINDOW } from './deliveryStore.js';
import { lasting } from './latency.js';
import { compete, figure } from './round.js';
import { alone, beside } from './row.js';

const SERVICE = 'service-7';
const MINUTES_10 = 600_000;
const SETTING = {
  window: windowOf(WINDOW.from, WINDOW.to, 'UTC'),
  delivery: { asOf: Date.parse(WINDOW.asOf), policy: defaults },
};

export const bench: Bench = {
  goal: 'P11',
  title: 'GET /v1/dora/summary, one service and all of them, 90 days',
  meaning:
    'What the route does but for HTTP: it asks what is new, takes the delivery record it keeps of the service and computes all metrics of 90 days; the first time, and after the service has changed, it reads all that was ever said about it and assembles the record anew. All services at once, as `GET /v1/dora/services/summary` shows them side by side and blended, come from a timeline of each that is kept in the same way and read once. The store holds 1,000,000 deployments of 400 services in 900 days, 3,000,000 changes and 20,000 incidents. Beside it naive SQL over raw rows of the same, for four of the figures: of all services at once, as a dashboard asks, and of the same service.',
  async run({ database, rounds, scale, say, use }) {
    const db = use(await fillDelivery(await database(), Math.round(1_000_000 * scale)), (it) => it.close());
    say('The store is filled.');
    const timelines = new Timelines(db);
    const start = performance.now();
    await timelines.all(MINUTES_10);
    const reading = performance.now() - start;
    say('All services are read.');
    const everything = async () => compare(await timelines.all(MINUTES_10), SETTING);
    const records = new Records(db);
    const summary = async (of = records) =>
      summarise(await of.of(SERVICE, WINDOW.asOf), { ...WINDOW, service: SERVICE });
    await agree(db, await summary());
    await agreeOnAll(db, await everything());
    const results = await compete(
      {
        summary: lasting(() => summary()),
        everything: lasting(everything),
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
      beside('all services at once', 'ms', ms('everything'), all, { atMost: 0.1 }),
      alone('all services, the first time', 's', [reading / 1_000]),
    ];
  },
};

const close = (one: number | null | undefined, other: number | null | undefined) =>
  typeof one === 'number' && typeof other === 'number' && Math.abs(one - other) < 0.005;

/** The same of every service. */
async function agreeOnAll(db: Database, { services, pending, refused }: Comparison): Promise<void> {
  const sql = new Map((await naive(db)).map((row) => [row.service, row]));
  const differing = services.filter(({ service, ...of }) => {
    const { deployments, lead, fail } = sql.get(service) ?? {};
    return !(
      deployments === of.deploymentFrequency.n &&
      close(lead, of.changeLeadTime.value) &&
      close(fail, of.changeFailRate.value)
    );
  });
  if (sql.size !== services.length || pending.length + refused.length + differing.length > 0)
    throw new Error(`The comparison and the naive SQL differ: ${JSON.stringify(differing[0])}.`);
}

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
