import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CDEVENTS_TOPIC } from '#events';
import { expect, test } from 'vitest';
import { startApart } from '../support/apart.js';
import { Book, brokers, connect, fresh, read, until } from './fixture.js';

const DATA = join(process.env['SLIPWAY_TEST_DATA'] ?? '../shared/data', 'cdevents-0.5.1/conformance');
const conformance = brokers.length > 0 && existsSync(DATA) ? test : test.skip;

conformance('every conformance event that is ingested goes out unchanged on slipway.cdevents', async () => {
  const files = readdirSync(DATA).filter((name) => name.endsWith('.json'));
  const events = files.map((file) => JSON.parse(readFileSync(join(DATA, file), 'utf8')) as Sample);
  const slipway = await startApart(brokers);
  const broker = connect();
  const book = new Book();
  try {
    const publisher = await slipway.as('ci', 'publisher');
    const answer = await publisher('POST', '/v1/ingest/cdevents', events);
    expect(answer.body).toMatchObject({ accepted: 45, rejected: [] });
    const reader = read(broker, { topic: CDEVENTS_TOPIC, group: fresh('cdevents'), book });
    const found = () =>
      new Map(book.applied.map(({ value }) => entry(JSON.parse(value!.toString()) as Sample)));
    await until('all are there', () => events.every((event) => found().has(entry(event)[0])), reader, 60_000);
    for (const event of events) expect(found().get(entry(event)[0])).toEqual(event);
    await reader.stop();
  } finally {
    await broker.close();
    await slipway.close();
  }
});

interface Sample {
  readonly context: { readonly id: string; readonly type: string };
}

/** The samples use an id once a type. */
const entry = (event: Sample): [string, Sample] => [`${event.context.type} ${event.context.id}`, event];
