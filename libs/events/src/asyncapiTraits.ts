import { text } from './asyncapiSchema.js';

/** The version of the Kafka bindings. */
export const BINDING = { bindingVersion: '0.5.0' };

/** The attributes of a CloudEvent in binary mode, as Kafka headers. */
const ATTRIBUTES = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'content-type'],
  properties: {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: text('The id of the event; a repetition has the same one', { minLength: 1 }),
    ce_source: text('Who stated it', { format: 'uri-reference', minLength: 1 }),
    ce_type: text('What happened', { minLength: 1 }),
    ce_subject: text('What it happened to'),
    ce_time: text('When it happened', { format: 'date-time' }),
    ce_partitionkey: text('What orders: the key of the record'),
    'content-type': { type: 'string', const: 'application/json' },
    traceparent: text('W3C Trace Context'),
  },
};

/** What our own topics say beside that. */
const OWN = {
  required: ['ce_subject', 'ce_time', 'ce_partitionkey', 'ce_sequence', 'ce_schemaversion', 'ce_position'],
  properties: {
    ce_subject: text('The stream'),
    ce_sequence: text('The place in the stream, from 1', { pattern: '^[0-9]+$' }),
    ce_position: text('The place in the log', { pattern: '^[0-9]+$' }),
    ce_schemaversion: text('The version of the contract of this type', { pattern: '^[0-9]+$' }),
    ce_recordedtime: text('When it was stored', { format: 'date-time' }),
    ce_correlationid: text('What belongs together'),
    ce_causationid: text('The event that caused it'),
    ce_traceparent: text('As traceparent'),
  },
};

/** The headers of the records, which their messages share. */
export const TRAITS = {
  CloudEvent: { headers: ATTRIBUTES },
  Event: {
    contentType: 'application/json',
    headers: {
      type: 'object',
      required: [...ATTRIBUTES.required, ...OWN.required],
      properties: { ...ATTRIBUTES.properties, ...OWN.properties },
    },
    bindings: { kafka: { key: text('The stream'), ...BINDING } },
  },
};
