import { readFileSync } from 'node:fs';
import { Ajv, type Options } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import {
  AccessDenied,
  contracts,
  DeploymentSucceeded,
  type Event,
  ExternalFactAccepted,
  FreezeDeclared,
  MemoryEventStore,
  messageOf,
  ownerOf,
  type Recorded,
  cdeventMessagesOf,
  topicOf,
} from '#events';
import { asyncApi } from '../libs/events/src/asyncapi.js';

type Json = Record<string, unknown>;
// oxlint-disable-next-line no-explicit-any -- a document is walked by its own paths here
type Document = any;

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const written = read('docs/asyncapi.json');
const document: Document = JSON.parse(written);

function validator(options: Options = {}): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, ...options });
  addFormats.default(ajv);
  return ajv;
}

describe('docs/asyncapi.json', () => {
  test('is what the contracts say now; if not, run npm run docs', () => {
    const product = JSON.parse(read('package.json')) as Parameters<typeof asyncApi>[0];
    expect(written).toBe(`${JSON.stringify(asyncApi(product), null, 2)}\n`);
  });

  test('is valid AsyncAPI 3.0, Kafka bindings 0.5.0 included', () => {
    // The published schema brings the meta-schema along.
    const validate = validator({ meta: false, validateSchema: false }).compile(
      JSON.parse(read('node_modules/@asyncapi/specs/schemas/3.0.0.json')) as Json,
    );
    expect(validate(document) ? [] : validate.errors).toEqual([]);
    const faults: ((broken: Document) => void)[] = [
      (broken) => delete broken.info.title,
      (broken) => (broken.channels.scheduler.adress = 'x'),
      (broken) => (broken.operations.takeFacts.action = 'take'),
      (broken) => (broken.channels.audit.bindings.kafka.bindingVersion = '0.9.0'),
      (broken) => (broken.components.messages.CDEvent.bindings.kafka.kee = {}),
      (broken) => (broken.components.schemas.Envelope.type = 'thing'),
    ];
    for (const fault of faults) {
      const broken = structuredClone(document) as Json;
      fault(broken);
      expect([fault.toString(), validate(broken)]).toEqual([fault.toString(), false]);
    }
  });

  test('refers to nothing that it does not hold', () => {
    const refs = written.match(/"\$ref": "#\/[^"]+"/g)!.map((line) => line.slice(11, -1));
    const held = (path: string) =>
      path.split('/').reduce<Document>((part, name) => part?.[name], document) !== undefined;
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((path) => !held(path))).toEqual([]);
  });

  test('has every contract, in its version, on the topic of its service', () => {
    const onTopics = Object.values(
      document.channels as Record<string, { address: string; messages: Json }>,
    ).flatMap(({ address, messages }) => Object.keys(messages).map((type) => `${address} ${type}`));
    const expected = [...contracts.keys()].map((type) => `${topicOf(ownerOf(type)!)} ${type}`);
    expect(onTopics.sort()).toEqual(
      [...expected, 'slipway.cdevents CDEvent', 'slipway.ingest CDEvent'].sort(),
    );
    for (const [type, { version }] of contracts)
      expect(document.components.messages[type].payload.allOf[1].properties.schemaVersion.const).toBe(
        version,
      );
  });

  test('lets a consumer pass the fields that a contract may gain', () => {
    expect(written).not.toContain('"additionalProperties": false');
  });
});

const at = '2027-01-10T22:00:00.000Z';
const events: Event[] = [
  DeploymentSucceeded({
    deploymentId: 'd-1',
    planHash: 'h1',
    environment: 'production',
    artifacts: [{ service: 'web', digest: `sha256:${'a'.repeat(64)}` }],
    liveAt: at,
  }),
  FreezeDeclared({
    freezeId: 'f-1',
    name: 'Year end',
    reason: 'fiscal',
    mode: 'hard',
    start: at,
    end: at,
    scope: {},
    allowedKinds: ['HOTFIX'],
    declaredBy: 'ana',
  }),
  AccessDenied({ subject: 'ana', action: 'GET /v1/audit', code: 'FORBIDDEN', minute: at, count: 2 }),
  ExternalFactAccepted({
    source: '/ci',
    sourceEventId: '1',
    factType: 'dev.cdevents.service.removed.0.3.0',
    backfill: false,
    cdevent: {
      context: {
        specversion: '0.5.1',
        id: '1',
        source: '/ci',
        type: 'dev.cdevents.service.removed.0.3.0',
        timestamp: at,
      },
      subject: { id: 'web', content: { environment: { id: 'production' } } },
    },
  }),
];

async function stored(): Promise<Recorded[]> {
  const store = new MemoryEventStore();
  for (const [i, event] of events.entries())
    await store.append(`thing-${i}`, 0, [event], {
      actor: { id: 'ana', kind: 'human', roles: ['developer'] },
      commandId: 'c-1',
      commandHash: 'h-1',
      causationId: 'e-0',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    });
  const all: Recorded[] = [];
  for await (const batch of store.batches({ after: 0, live: false })) all.push(...batch.events);
  return all;
}

describe('a record that Slipway publishes', () => {
  const ajv = validator().addSchema(document as Json, 'asyncapi.json');
  const faults = (pointer: string, value: unknown) => {
    const validate = ajv.getSchema(`asyncapi.json#/components/${pointer}`)!;
    return validate(value)
      ? []
      : validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
  };

  test('is as the document says, in its headers and in its value', async () => {
    for (const event of await stored()) {
      const { headers, value } = messageOf(event);
      expect(faults('messageTraits/Event/headers', headers)).toEqual([]);
      expect(faults(`messages/${event.type}/payload`, JSON.parse(String(value)))).toEqual([]);
      for (const { headers: outer, value: cdevent } of cdeventMessagesOf(event)) {
        expect(faults('messageTraits/CloudEvent/headers', outer)).toEqual([]);
        expect(faults('schemas/CDEvent', JSON.parse(String(cdevent)))).toEqual([]);
      }
    }
  });

  test('would be found at fault by a header that is missing, another type, another version or a field that is gone', async () => {
    const [event] = await stored();
    const { headers, value } = messageOf(event!);
    const { ce_position: _, ...without } = headers;
    expect(faults('messageTraits/Event/headers', without)).toEqual([
      " must have required property 'ce_position'",
    ]);
    const body = JSON.parse(String(value)) as Json & { data: Json };
    const payload = 'messages/DeploymentSucceeded/payload';
    expect(faults(payload, { ...body, eventType: 'FreezeLifted' })).toEqual([
      '/eventType must be equal to constant',
    ]);
    expect(faults(payload, { ...body, schemaVersion: 2 })).toEqual([
      '/schemaVersion must be equal to constant',
    ]);
    expect(faults(payload, { ...body, data: { ...body.data, liveAt: 'soon' } })).toEqual([
      '/data/liveAt must match format "date-time"',
    ]);
    expect(faults(payload, { ...body, more: 1, data: { ...body.data, more: 1 } })).toEqual([]);
  });
});
