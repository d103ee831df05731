import { z } from 'zod';
import { type Json, schemaOf, text } from './asyncapiSchema.js';
import { BINDING, TRAITS } from './asyncapiTraits.js';
import { serviceNames, topicOf, topics } from './contracts.js';
import type { EventContract } from './event.js';
import { Envelope as CdeventSchema } from './ingest/cdeventSchema.js';
import { CDEVENTS_TOPIC, INGEST_TOPIC } from './topics.js';

const ref = (...path: string[]) => ({ $ref: `#/${path.join('/')}` });

/**
 * What travels on the topics, as an AsyncAPI 3.0 document: it is computed from the contracts and nothing else. Payloads are
 * open, since a consumer must let pass the optional fields that a contract may gain (LIB-01.2).
 */
export function asyncApi({ version, description }: { version: string; description: string }): Json {
  const schemas: Json = {};
  const contracts: readonly EventContract[] = serviceNames.flatMap((service) => [...topics[service]]);
  const messages = Object.fromEntries(
    contracts.map((contract) => [contract.type, messageOf(contract, schemas)]),
  );
  schemas['Envelope'] = schemaOf(EnvelopeSchema, schemas);
  schemas['CDEvent'] = schemaOf(CdeventSchema, schemas);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Slipway', version, description, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    servers: { kafka: SERVER },
    channels: {
      ...Object.fromEntries(serviceNames.map((service) => [service, channelOf(service)])),
      cdevents: cdeventChannel(CDEVENTS_TOPIC, 'What happens in Slipway, as CDEvents 0.5.1 for anyone.'),
      ingest: cdeventChannel(
        INGEST_TOPIC,
        'CDEvents 0.3 to 0.5.1 from other systems, for Slipway to count and act on.',
      ),
    },
    operations: OPERATIONS,
    components: { messages: { ...messages, CDEvent: CDEVENT }, messageTraits: TRAITS, schemas },
  };
}

const SERVER = {
  host: '{brokers}',
  protocol: 'kafka',
  description: 'The brokers that SLIPWAY_BUS names.',
  variables: {
    brokers: { description: 'host:port, several separated by commas', default: 'localhost:9092' },
  },
  bindings: { kafka: BINDING },
};

const OPERATIONS = {
  ...Object.fromEntries(
    [...serviceNames, 'cdevents'].map((name) => [
      `publish${name[0]!.toUpperCase()}${name.slice(1)}`,
      { action: 'send', channel: ref('channels', name), bindings: { kafka: BINDING } },
    ]),
  ),
  takeFacts: { action: 'receive', channel: ref('channels', 'ingest'), bindings: { kafka: BINDING } },
};

function channelOf(service: (typeof serviceNames)[number]): Json {
  const types = topics[service].map(({ type }) => type);
  return {
    address: topicOf(service),
    description: `What the ${service} service states, in the order of each stream. Records of one stream have one key.`,
    messages: Object.fromEntries(types.map((type) => [type, ref('components', 'messages', type)])),
    bindings: { kafka: BINDING },
  };
}

function cdeventChannel(address: string, description: string): Json {
  const messages = { CDEvent: ref('components', 'messages', 'CDEvent') };
  return { address, description, messages, bindings: { kafka: BINDING } };
}

const CDEVENT = {
  name: 'CDEvent',
  title: 'CDEvent',
  summary: 'A CDEvent within a CloudEvent: id, source, type, subject and time of both are the same.',
  contentType: 'application/json',
  traits: [ref('components', 'messageTraits', 'CloudEvent')],
  payload: ref('components', 'schemas', 'CDEvent'),
  bindings: { kafka: { key: text('The subject of the CDEvent'), ...BINDING } },
};

function messageOf({ type, version, schema }: EventContract, schemas: Json): Json {
  const own = {
    type: 'object',
    required: ['eventType', 'schemaVersion', 'data'],
    properties: {
      eventType: { type: 'string', const: type },
      schemaVersion: { type: 'integer', const: version },
      data: schemaOf(schema, schemas),
    },
  };
  return {
    name: type,
    title: `${type}, version ${version}`,
    contentType: 'application/json',
    traits: [ref('components', 'messageTraits', 'Event')],
    payload: { allOf: [ref('components', 'schemas', 'Envelope'), own] },
  };
}

/** What accompanies the data of every event; the value of a record is this with the data, as canonical JSON. */
const EnvelopeSchema = z.object({
  eventId: z.string().min(1),
  eventType: z.string().min(1),
  schemaVersion: z.int().min(1),
  occurredAt: z.iso.datetime().describe('When it happened in the business'),
  recordedAt: z.iso.datetime().describe('When it was stored'),
  streamId: z.string().min(1),
  streamRevision: z.int().min(1),
  commandId: z.string().optional(),
  commandHash: z.string().optional(),
  correlationId: z.string().min(1),
  causationId: z.string().optional(),
  traceparent: z.string().optional(),
  actor: z.object({
    id: z.string(),
    kind: z.enum(['human', 'service']),
    roles: z.array(z.string()),
    onBehalfOf: z.string().optional(),
  }),
});
