import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Broker, contracts, MessageRefused, ownerOf, relay } from '#events';
import { type Company, carriedInOrder, logOf, named, openCompany, WAIT } from './company.js';
import { connect, describeKafka } from './fixture.js';

const HOW = 'needs a broker it may kill: Java 17 and Maven, or Docker';

describeKafka('four processes that talk through Kafka', () => {
  let company: Company;
  beforeAll(async () => {
    company = (await openCompany()) as Company;
  }, 120_000);
  beforeEach(({ skip }) => {
    if (!company) skip(HOW);
  });
  afterAll(() => company?.close(), 60_000);

  const scheduler = () => company.truth.databases.get('scheduler')!;
  const changesOf = async (prefix: string) =>
    (await logOf(company.truth)).filter(({ stream }) => stream.startsWith(`change-${prefix}-`));

  /** Each deployment's change was opened once, whatever was delivered how often. */
  const expectOpenedOnce = async (prefix: string, ids: readonly string[]) => {
    const opened = new Map<string, string[]>();
    for (const { stream, type } of await changesOf(prefix))
      opened.set(stream, [...(opened.get(stream) ?? []), type]);
    expect(opened).toEqual(
      new Map(
        ids.map((id) => [`change-${id}`, ['ChangeRequested', 'ChangeRiskAssessed', 'ApprovalRequested']]),
      ),
    );
  };

  const leaseOf = async () =>
    (
      await scheduler().query<{ holder: string; token: string }>(
        `select holder, token from lease where name = 'relay'`,
      )
    )[0]!;
  const relayed = async () =>
    Number(
      (
        await scheduler().query<{ position: string }>(
          `select position from checkpoint where follower = 'relay'`,
        )
      )[0]?.position ?? 0,
    );

  test('accept commands while the broker is dead, and carry all of them in order when it is back', async () => {
    const ids = named('outage', 300);
    await company.request(['before-0']);
    await company.opened(['before-0']);
    await company.broker.kill();
    try {
      expect(Object.keys(await company.request(ids))).toEqual(['202']);
      for (const { url } of company.apart.members.values())
        await vi.waitFor(async () => {
          const ready = await fetch(`${url}/health/ready`);
          expect([ready.status, ((await ready.json()) as { degraded: string[] }).degraded]).toEqual([
            200,
            ['kafka'],
          ]);
        }, WAIT);
    } finally {
      await company.broker.restart();
    }
    await company.opened(ids);
    expect(await company.settled()).toEqual([]);
    await carriedInOrder(company);
    await expectOpenedOnce('outage', ids);
  }, 180_000);

  test('repeat what a relay published and could not note, under the same ids and with one effect', async () => {
    const ids = named('unnoted', 40);
    // The service's own relay stands by while another one holds its lease.
    await scheduler().query(
      `update lease set holder = 'other', token = token + 1, until = now() + interval '1 hour' where name = 'relay'`,
    );
    expect(Object.keys(await company.request(ids))).toEqual(['202']);
    const before = await relayed();
    const client = connect({ brokers: [company.broker.brokers] });
    const dying: Broker = {
      ...client,
      publish: async (topic, messages) => {
        await client.publish(topic, messages);
        throw new MessageRefused(topic, new Error('killed before it noted what it had published'));
      },
    };
    const options = {
      store: company.truth.store,
      db: scheduler(),
      broker: dying,
      topic: 'slipway.scheduler',
      types: new Set([...contracts.keys()].filter((type) => ownerOf(type) === 'scheduler')),
      holder: 'other',
    };
    await expect(relay(options, new AbortController().signal)).rejects.toThrow('killed before it noted');
    expect(await relayed()).toBe(before);
    const published = (await logOf(company.truth)).filter(
      ({ type, stream }) => type === 'DeploymentRequested' && stream.startsWith('deployment-unnoted-'),
    );
    await client.close();

    await company.opened(ids);
    expect(await company.settled()).toEqual([]);
    const { applied } = await carriedInOrder(company);
    const times = published.map(({ id }) => applied.filter(({ headers }) => headers['ce_id'] === id).length);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(2);
    await expectOpenedOnce('unnoted', ids);
  }, 120_000);

  test('heed the second of two relays when the first, stalled past its lease, comes back', async () => {
    const { apart } = company;
    const stalled = apart.members.get('scheduler')!;
    const before = named('stalled', 40);
    const first = await leaseOf();
    const requests = company.request(before);
    await vi.waitFor(async () => expect((await changesOf('stalled')).length).toBeGreaterThan(0), WAIT);
    stalled.process.kill('SIGSTOP');
    await apart.start('scheduler');
    const positions = [await relayed()];
    const watch = async () => void positions.push(await relayed());
    await vi.waitFor(async () => {
      await watch();
      expect((await leaseOf()).holder).not.toBe(first.holder);
    }, WAIT);
    const second = await leaseOf();
    const after = named('second', 20);
    expect(Object.keys(await company.request(after))).toEqual(['202']);
    await company.opened(after);
    await watch();
    stalled.process.kill('SIGCONT');
    // Whoever waited for the stalled one may hear of a timeout; what it acknowledged is stored.
    const { 202: acknowledged = [] } = await requests;
    expect(acknowledged.length).toBeGreaterThan(0);
    await company.opened(acknowledged);
    const last = named('woken', 10);
    await company.request(last);
    await company.opened(last);
    await watch();
    expect(await leaseOf()).toEqual(second);
    expect(Number(second.token)).toBeGreaterThan(Number(first.token));
    expect(positions).toEqual([...positions].sort((one, other) => one - other));
    const ended = once(stalled.process, 'exit');
    stalled.process.kill('SIGTERM');
    await ended;
    expect(await company.settled()).toEqual([]);
    await carriedInOrder(company);
    const stored = (await logOf(company.truth))
      .filter(({ stream, revision }) => revision === 1 && stream.startsWith('deployment-stalled-'))
      .map(({ data }) => data['deploymentId'] as string);
    expect(stored).toEqual(expect.arrayContaining(acknowledged));
    await expectOpenedOnce('stalled', stored);
  }, 120_000);

  test('share the work of a service with a second process, and take over the rest when one leaves', async () => {
    const { apart } = company;
    const ids = named('shared', 200);
    const [start, middle] = [ids.slice(0, 100), ids.slice(100)];
    const requests = company.request(start);
    const leaving = apart.members.get('approvals')!;
    await apart.start('approvals');
    expect(Object.keys(await requests)).toEqual(['202']);
    const rest = company.request(middle);
    await vi.waitFor(async () => expect((await changesOf('shared')).length).toBeGreaterThan(150), WAIT);
    const ended = once(leaving.process, 'exit');
    leaving.process.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(Object.keys(await rest)).toEqual(['202']);
    await company.opened(ids);
    expect(await company.settled()).toEqual([]);
    await expectOpenedOnce('shared', ids);
  }, 180_000);
});
