/** Where the public CDEvents translation of what happens here goes. */
export const CDEVENTS_TOPIC = 'slipway.cdevents';

/** Where other systems publish CDEvents to us. */
export const INGEST_TOPIC = 'slipway.ingest';
