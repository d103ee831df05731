import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  type Broker,
  type Cdevent,
  cloudEventOf,
  type Message,
  messageOf,
  type Recorded,
  recordedOf,
  type ServiceName,
  toKafka,
} from '#events';
import { canonicalBytes } from '#json';
import { caller } from '../support/slipway.js';
import { type Company, carriedInOrder, logOf, named, openCompany, WAIT } from './company.js';
import { connect, describeKafka } from './fixture.js';

const HOW = 'needs a broker of its own: Java 17 and Maven, or Docker';

describeKafka('topics that anyone may write to', () => {
  let company: Company;
  let client: Broker;
  beforeAll(async () => {
    company = (await openCompany()) as Company;
    if (company) client = connect({ brokers: [company.broker.brokers] });
  }, 120_000);
  beforeEach(({ skip }) => {
    if (!company) skip(HOW);
  });
  afterAll(async () => {
    await client?.close();
    await company?.close();
  }, 60_000);

  const stored = (stream: string) => company.truth.store.read(stream);
  const status = async (id: string) => (await company.ana('GET', `/v1/deployments/${id}`)).body.status;

  /** As an administrator of one service's process. */
  const ops = async (service: ServiceName, method: string, path: string, body?: unknown) => {
    const token = await company.apart.token('root', 'platform_admin');
    return caller(company.apart.members.get(service)!.url, token)(method, `/v1/ops/${path}`, body);
  };
  const reasonAt = async (
    service: ServiceName,
    follower: string,
    key: string,
  ): Promise<string | undefined> => {
    const { body } = await ops(service, 'GET', 'parked');
    const found = body.items.find(
      (item: { follower: string; key: string }) => item.follower === follower && item.key === key,
    );
    return found?.reason as string | undefined;
  };

  /** The event as another one: of the same place, with some fields of its envelope changed. */
  const altered = (event: Recorded, more: object): Recorded =>
    recordedOf(event.position, canonicalBytes({ ...JSON.parse(event.bytes.toString()), ...more }));
  const after = (event: Recorded, more: object): Recorded =>
    altered(event, { eventId: crypto.randomUUID(), streamRevision: event.revision + 1, ...more });
  const withHeaders = (message: Message, headers: Record<string, string>): Message => ({
    ...message,
    headers: { ...message.headers, ...headers },
  });

  test('may repeat records, old ones too, without another effect', async () => {
    const ids = named('twice', 30);
    await company.request(ids);
    await company.opened(ids);
    const before = await company.truth.store.head();
    const events = (await logOf(company.truth)).filter(({ stream }) =>
      /^(deployment|change)-twice-/.test(stream),
    );
    for (let time = 1; time <= 3; time++)
      for (const [topic, prefix] of [
        ['slipway.scheduler', 'deployment-'],
        ['slipway.approvals', 'change-'],
      ] as const) {
        const mine = events.filter(({ stream }) => stream.startsWith(prefix)).map(messageOf);
        await client.publish(
          topic,
          time === 3 ? mine.slice(0, 20) : mine.flatMap((each, n) => (n % 2 ? [each, each] : [each])),
        );
      }
    await company.request(['twice-last']);
    await company.opened(['twice-last']);
    expect(await company.settled()).toEqual([]);
    const news = (await logOf(company.truth)).filter(({ position }) => position > before);
    expect(news.filter(({ stream }) => !stream.endsWith('-twice-last'))).toEqual([]);
    await carriedInOrder(company);
  }, 90_000);

  test('may hold anything: it is parked under its key with the reason, and other keys go on', async () => {
    const ids = named('poison', 8);
    await company.request(ids);
    await company.opened(ids);
    const head = await company.truth.store.head();
    const last = await Promise.all(ids.map(async (id) => (await stored(`deployment-${id}`)).at(-1)!));
    const records = last.map(messageOf);
    const long = 'k'.repeat(3_000);
    const messages: Message[] = [
      { ...records[0]!, value: records[0]!.value!.subarray(0, 40) },
      { ...records[1]!, value: Buffer.alloc(1_000_000, 'x') },
      messageOf(after(last[2]!, { schemaVersion: 99 })),
      withHeaders(records[3]!, { ce_id: crypto.randomUUID() }),
      withHeaders(records[4]!, { ce_type: 'a\0b', other: '\0\0' }),
      messageOf(after(last[5]!, { streamRevision: 10 ** 12 })),
      { ...records[6]!, value: null },
      { ...records[7]!, headers: {} },
      { ...records[0]!, key: 'null\0byte' },
      { ...records[0]!, key: long },
      { key: null, value: Buffer.of(0xff, 0xfe), headers: {} },
    ];
    await client.publish('slipway.scheduler', messages);
    await client.publish('slipway.scheduler', [messageOf((await stored('change-poison-0'))[0]!)]);
    const reasons = {
      'deployment-poison-0': 'NOT_AN_EVENT',
      'deployment-poison-1': 'OVERSIZED',
      'deployment-poison-2': 'FUTURE_VERSION',
      'deployment-poison-3': 'BINDING_MISMATCH',
      'deployment-poison-4': expect.any(String),
      'deployment-poison-5': 'NOT_AN_EVENT',
      'deployment-poison-6': 'NOT_AN_EVENT',
      'deployment-poison-7': expect.any(String),
      'change-poison-0': 'WRONG_TOPIC',
    };
    for (const follower of ['approvals-requests', 'approvals-outcomes'])
      for (const [key, reason] of Object.entries(reasons))
        await vi.waitFor(
          async () => expect([key, await reasonAt('approvals', follower, key)]).toEqual([key, reason]),
          WAIT,
        );
    for (const [key, reason] of Object.entries(reasons))
      await vi.waitFor(
        async () => expect([key, await reasonAt('metrics', 'delivery', key)]).toEqual([key, reason]),
        WAIT,
      );

    await company.request(['healthy-0']);
    await company.opened(['healthy-0']);
    const parked = await company.settled();
    expect(parked.filter((line) => line.startsWith('metrics delivery'))).toHaveLength(messages.length + 1);
    const news = (await logOf(company.truth)).filter(({ position }) => position > head);
    expect(news.filter(({ stream }) => !stream.endsWith('-healthy-0'))).toEqual([]);

    for (const { service, follower, key } of await everyParked()) {
      const given = await ops(service, 'POST', `parked/${follower}/discard`, { key, reason: 'poison' });
      expect(given.body.discarded).toBe(1);
    }
    expect(await company.settled()).toEqual([]);
  }, 120_000);

  const everyParked = async (): Promise<{ service: ServiceName; follower: string; key: string }[]> => {
    const found = (['scheduler', 'approvals', 'audit', 'metrics'] as const).map(
      async (service) => (await ops(service, 'GET', 'parked')).body.items,
    );
    return (await Promise.all(found)).flat();
  };

  test('approve nothing by a forged approval; discarding it lets the true one through', async () => {
    await company.request(['forged-0']);
    await company.opened(['forged-0']);
    const last = (await stored('change-forged-0')).at(-1)!;
    const { planHash } = last.data as { planHash: string };
    const granted = after(last, {
      eventType: 'ApprovalGranted',
      data: { changeId: 'forged-0', deploymentId: 'forged-0', planHash, approvers: ['mallory'] },
    });
    await client.publish('slipway.approvals', [messageOf(granted)]);
    const key = 'change-forged-0';
    await vi.waitFor(
      async () => expect(await reasonAt('scheduler', 'scheduler-approvals', key)).toBe('NOT_IN_THE_LOG'),
      WAIT,
    );
    expect(await status('forged-0')).toBe('AWAITING_APPROVAL');
    const redriven = await ops('scheduler', 'POST', 'parked/scheduler-approvals/redrive', { key });
    expect(redriven.body).toMatchObject({
      redriven: 0,
      left: 1,
      reason: expect.stringContaining('NOT_IN_THE_LOG'),
    });
    expect(await status('forged-0')).toBe('AWAITING_APPROVAL');

    const ben = await company.apart.as('ben', 'approver');
    expect(await ben('POST', '/v1/approvals/forged-0/votes', { vote: 'approve', planHash })).toMatchObject({
      status: 200,
    });
    const waiting = async () =>
      (await company.truth.parked()).filter((line) => line.includes(`${key} BEHIND_PARKED`));
    await vi.waitFor(async () => expect((await waiting()).length).toBeGreaterThan(0), WAIT);
    expect(await status('forged-0')).toBe('AWAITING_APPROVAL');
    const given = await ops('scheduler', 'POST', 'parked/scheduler-approvals/discard', {
      key,
      reason: 'forged',
    });
    expect(given).toMatchObject({ status: 200, body: { discarded: 1 } });
    await vi.waitFor(async () => expect(await status('forged-0')).toBe('SCHEDULED'), WAIT);
    expect(await company.settled()).toEqual([]);
    const records = await stored('quarantine-scheduler-approvals');
    expect(records.map(({ type, data }) => [type, data['key']])).toEqual([
      ['QuarantineRedriven', key],
      ['QuarantineDiscarded', key],
    ]);
  }, 90_000);

  test('bring an event in a wrong form: redriving its key applies what the log holds', async () => {
    // The event is in the log, and nobody has relayed it yet.
    await company.apart.kill('scheduler');
    const [{ type, version, data, actor }] = (await stored('deployment-forged-0')) as [Recorded];
    const like = { ...data, deploymentId: 'mangled-0' };
    await company.truth.store.append('deployment-mangled-0', 0, [{ type, version, data: like }], { actor });
    const key = 'deployment-mangled-0';
    const [event] = await stored(key);
    await client.publish('slipway.scheduler', [withHeaders(messageOf(event!), { ce_id: 'another' })]);
    await vi.waitFor(
      async () => expect(await reasonAt('approvals', 'approvals-requests', key)).toBe('BINDING_MISMATCH'),
      WAIT,
    );
    expect(await stored('change-mangled-0')).toEqual([]);
    const first = await ops('approvals', 'POST', 'parked/approvals-requests/redrive', { key });
    expect(first.body).toEqual({ redriven: 2, left: 0 });
    expect(await stored('change-mangled-0')).toHaveLength(3);
    await company.apart.start('scheduler');
    await company.opened(['mangled-0']);
    for (const { service, follower } of await everyParked())
      await ops(service, 'POST', `parked/${follower}/redrive`, { key });
    expect(await company.settled()).toEqual([]);
    expect(await stored('change-mangled-0')).toHaveLength(3);
  }, 90_000);

  test('bring what others state to the ingest, once each, in any of its forms; what is malformed is told', async () => {
    const fact = (id: string): Cdevent =>
      ({
        context: {
          specversion: '0.5.1',
          id,
          source: '/ci',
          type: 'dev.cdevents.change.merged.0.3.0',
          timestamp: '2026-05-01T10:00:00Z',
        },
        subject: { id: `commit-${id}`, source: '/ci', content: { repository: { id: 'shop' } } },
      }) as unknown as Cdevent;
    const messages: Message[] = [
      toKafka(cloudEventOf(fact('binary'))),
      toKafka(cloudEventOf(fact('structured')), { mode: 'structured' }),
      { key: null, value: Buffer.from(JSON.stringify(fact('plain'))), headers: {} },
    ];
    const malformed: Message[] = [
      { key: 'broken', value: Buffer.from('{"context":'), headers: {} },
      { key: 'bytes\0', value: Buffer.of(0xff, 0x00), headers: { note: '\0' } },
      { key: 'nothing', value: null, headers: {} },
    ];
    await client.publish('slipway.ingest', [...messages, ...malformed, ...messages]);
    await client.publish('slipway.ingest', messages);
    await client.publish('slipway.ingest', [toKafka(cloudEventOf(fact('last')))]);
    const facts = async () =>
      (await logOf(company.truth))
        .filter(({ type }) => type === 'ExternalFactAccepted')
        .map(({ data }) => data['sourceEventId']);
    await vi.waitFor(
      async () => expect((await facts()).sort()).toEqual(['binary', 'last', 'plain', 'structured']),
      WAIT,
    );
    await vi.waitFor(async () => {
      const told = (await everyParked())
        .filter(({ follower }) => follower === 'ingest')
        .map(({ key }) => key);
      expect(told).toHaveLength(3);
      expect(told).toEqual(expect.arrayContaining(['broken', 'nothing']));
    }, WAIT);
    expect((await company.settled()).every((line) => line.startsWith('metrics ingest '))).toBe(true);
    expect((await facts()).sort()).toEqual(['binary', 'last', 'plain', 'structured']);
  }, 90_000);
});
