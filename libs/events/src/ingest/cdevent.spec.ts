import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf, deliveredCommits, readCdevent, readCdeventText, type RefusedCdevent } from './cdevent.js';

const now = new Date('2026-06-01T12:00:00Z');
const data = join(process.env['SLIPWAY_TEST_DATA'] ?? '../shared/data', 'cdevents-0.5.1');
const samples = existsSync(data)
  ? [
      ...readdirSync(join(data, 'conformance')).map((file) => join(data, 'conformance', file)),
      join(data, 'custom', 'conformance.json'),
    ].filter((file) => file.endsWith('.json'))
  : [];

const deployed = (change: (event: any) => void = () => {}) => {
  const event = {
    context: {
      specversion: '0.5.1',
      id: 'd-1',
      source: '/ci/shop',
      type: 'dev.cdevents.service.deployed.0.3.0',
      timestamp: '2026-06-01T11:59:00Z',
    },
    subject: {
      id: 'shop',
      content: { environment: { id: 'production' }, artifactId: 'pkg:oci/shop@sha256%3Aab' },
    },
  };
  change(event);
  return event;
};
const reading = (change: (event: any) => void) => readCdevent(deployed(change), now);
const reason = (change: (event: any) => void) => (reading(change) as RefusedCdevent).reason;

describe.skipIf(samples.length === 0)(
  'the conformance events (skipped: ../shared/data/cdevents-0.5.1 is absent)',
  () => {
    test('are 45 and a custom one', () => expect(samples).toHaveLength(46));

    test.each(samples)('%s is accepted and stays as it is', (file) => {
      const text = readFileSync(file, 'utf8');
      const read = readCdeventText(Buffer.from(text), now);
      expect(read).toMatchObject({ ok: true, backfill: true });
      expect(read.ok && read.event).toEqual(JSON.parse(text));
      expect(read.ok && read.key).toEqual({
        source: JSON.parse(text).context.source,
        id: JSON.parse(text).context.id,
      });
    });

    test('nine of them are of use', () => {
      const kinds = samples
        .map((file) => readCdeventText(readFileSync(file), now))
        .flatMap((read) => (read.ok && read.useful ? [read.kind] : []));
      expect(kinds.join(' ')).toBe(
        'artifact.packaged change.merged incident.detected incident.reported incident.resolved ' +
          'service.deployed service.removed service.rolledback service.upgraded',
      );
    });
  },
);

describe('a CDEvent', () => {
  test('is the very value that came in, unknown members included', () => {
    const event = deployed((e) => Object.assign(e.subject.content, { region: 'eu', x: [1, { y: null }] }));
    const read = readCdevent(event, now);
    expect(read).toEqual({
      ok: true,
      event,
      key: { source: '/ci/shop', id: 'd-1' },
      kind: 'service.deployed',
      occurredAt: new Date('2026-06-01T11:59:00Z'),
      backfill: false,
      useful: true,
    });
    expect(read.ok && read.event).toBe(event);
    expect(read.ok && contentOf(read.event, 'service.deployed').environment.id).toBe('production');
  });

  test.each(['0.3.0', '0.4.0', '0.4.1'])('of %s names its version in context.version', (version) => {
    const read = reading((e) => {
      delete e.context.specversion;
      e.context.version = version;
      e.context.type = 'dev.cdevents.service.deployed.0.1.1';
      e.subject.type = 'service';
    });
    expect(read.ok).toBe(true);
  });

  test.each(['0.1.1', '0.2.0', '0.3.0'])('is read in version %s of its type', (version) =>
    expect(reading((e) => (e.context.type = `dev.cdevents.service.deployed.${version}`)).ok).toBe(true),
  );

  test.each([
    ['specversion', '0.6.0', 'UNKNOWN_SPEC_VERSION', 'context.specversion', true],
    ['specversion', '0.2.0', 'UNKNOWN_SPEC_VERSION', 'context.specversion', true],
    ['type', 'dev.cdevents.service.deployed.0.4.0', 'UNKNOWN_TYPE_VERSION', 'context.type', true],
    ['type', 'dev.cdevents.service.exploded.0.3.0', 'UNKNOWN_TYPE', 'context.type', true],
    ['type', 'dev.cdevents.approval.created.0.1.0', 'UNKNOWN_TYPE', 'context.type', true],
    ['type', 'dev.cdevents.constructor.name.0.3.0', 'UNKNOWN_TYPE', 'context.type', true],
    ['type', 'com.example.deployed', 'INVALID_FIELD', 'context.type', false],
    ['type', 'dev.cdeventsx.nohyphen.created.0.1.0', 'INVALID_FIELD', 'context.type', false],
    ['timestamp', '2026-06-01T12:05:00.001Z', 'FUTURE_TIME', 'context.timestamp', true],
    ['timestamp', '2026-06-01 12:00:00', 'INVALID_FIELD', 'context.timestamp', false],
    ['timestamp', '2026-02-30T12:00:00Z', 'INVALID_FIELD', 'context.timestamp', false],
    ['source', 'my source', 'INVALID_FIELD', 'context.source', false],
    ['source', '/a%zz', 'INVALID_FIELD', 'context.source', false],
    ['source', '', 'INVALID_FIELD', 'context.source', false],
    ['source', '/'.repeat(2001), 'INVALID_FIELD', 'context.source', false],
    ['id', '', 'INVALID_FIELD', 'context.id', false],
    ['id', 7, 'INVALID_FIELD', 'context.id', false],
    ['id', 'a\r\nx: y', 'INVALID_FIELD', 'context.id', false],
    ['chainId', '', 'INVALID_FIELD', 'context.chainId', false],
    ['links', {}, 'INVALID_FIELD', 'context.links', false],
  ])('with %s %j is refused as %s', (field, value, code, at, quarantine) => {
    expect(reading((e) => (e.context[field] = value))).toMatchObject({
      ok: false,
      quarantine,
      reason: { code, field: at, message: expect.stringContaining(' ') },
    });
  });

  test.each(['specversion', 'id', 'source', 'type', 'timestamp'])('without context.%s says so', (field) =>
    expect(reason((e) => delete e.context[field])).toMatchObject({
      code: 'MISSING_FIELD',
      field: `context.${field}`,
    }),
  );

  test.each([
    [(e: any) => delete e.context, 'MISSING_FIELD', 'context'],
    [(e: any) => delete e.subject, 'MISSING_FIELD', 'subject'],
    [(e: any) => delete e.subject.id, 'MISSING_FIELD', 'subject.id'],
    [(e: any) => delete e.subject.content, 'MISSING_FIELD', 'subject.content'],
    [(e: any) => (e.subject.content = []), 'INVALID_FIELD', 'subject.content'],
    [(e: any) => delete e.subject.content.environment, 'MISSING_FIELD', 'subject.content.environment'],
    [(e: any) => (e.subject.content.environment = {}), 'MISSING_FIELD', 'subject.content.environment.id'],
    [(e: any) => (e.subject.content.artifactId = ''), 'INVALID_FIELD', 'subject.content.artifactId'],
    [(e: any) => (e.customData = [1]), 'INVALID_FIELD', 'customData'],
  ])('names the field that is at fault (%s)', (change, code, field) => {
    const { message, ...rest } = reason(change);
    expect(rest).toEqual({ code, field });
    expect(message).toContain(field);
  });

  test('says who sent it, as far as that can be read', () => {
    expect(reading((e) => delete e.subject)).toMatchObject({ key: { source: '/ci/shop', id: 'd-1' } });
    expect(readCdevent('text', now)).toMatchObject({ ok: false, key: {}, value: 'text' });
    expect('value' in readCdeventText('{', now)).toBe(false);
  });

  test('may be five minutes early and is backfill after seven days', () => {
    const at = (timestamp: string) => reading((e) => (e.context.timestamp = timestamp));
    expect(at('2026-06-01T12:05:00Z')).toMatchObject({ ok: true, backfill: false });
    expect(at('2026-05-25T12:00:00Z')).toMatchObject({ ok: true, backfill: false });
    expect(at('2026-05-25T11:59:59.999Z')).toMatchObject({ ok: true, backfill: true });
    expect(at('2026-06-01T14:00:00.123456+02:00')).toMatchObject({
      occurredAt: new Date('2026-06-01T12:00:00.123Z'),
    });
  });

  test('of a draft is taken only where drafts are asked for', () => {
    const draft = deployed((e) => {
      e.context.specversion = '0.6.0-draft';
      e.context.type = 'dev.cdevents.approval.created.0.1.0';
    });
    expect(readCdevent(draft, now)).toMatchObject({ ok: false, quarantine: true });
    expect(readCdevent(draft, now, { drafts: true })).toMatchObject({
      ok: true,
      kind: 'approval.created',
      useful: false,
    });
  });

  test('of a tool of one’s own is kept', () =>
    expect(reading((e) => (e.context.type = 'dev.cdeventsx.slipway-change.approved.1.0.0'))).toMatchObject({
      ok: true,
      kind: undefined,
      useful: false,
    }));

  test.each([
    [{ linkType: 'RELATION', linkKind: 'TRIGGER', target: { contextId: 'a' } }, undefined],
    [{ linkType: 'PATH', from: { contextId: 'a' }, tags: { any: 1 } }, undefined],
    [{ linkType: 'END' }, undefined],
    [{ linkType: 'END', from: { contextId: 'a' } }, undefined],
    [{ linkType: 'START' }, undefined],
    [{ linkType: 'RELATION', target: { contextId: 'a' } }, 'context.links[0].linkKind'],
    [{ linkType: 'RELATION', linkKind: 'TRIGGER', target: {} }, 'context.links[0].target.contextId'],
    [{ linkType: 'PATH' }, 'context.links[0].from'],
    [{ linkType: 'END', from: {} }, 'context.links[0].from.contextId'],
    [{ linkType: 'END', tags: [] }, 'context.links[0].tags'],
    [{ linkType: 'triggeredBy' }, 'context.links[0].linkType'],
    [{}, 'context.links[0].linkType'],
  ])('follows the rules of its links: %j', (link, field) => {
    const read = reading((e) => (e.context.links = [link]));
    expect(read.ok ? undefined : read.reason.field).toBe(field);
  });

  test('lists the commits of an artifact only where it lists them', () => {
    const commits = (customData: unknown) => {
      const read = reading((e) => Object.assign(e, { customData }));
      return read.ok && deliveredCommits(read.event);
    };
    expect(commits({ commits: ['a', 'b'] })).toEqual(['a', 'b']);
    expect(commits({ commits: [] })).toEqual([]);
    expect(commits({ commits: ['a', 1] })).toBeUndefined();
    expect(commits('aGVsbG8=')).toBeUndefined();
    expect(commits(undefined)).toBeUndefined();
  });
});

describe('hostile input', () => {
  test.each([
    ['{"a":1,"a":2}', 'DUPLICATE_KEY'],
    ['{"context":{"__proto__":{"id":"x"}}}', 'UNSAFE_KEY'],
    ['{"context":', 'MALFORMED_JSON'],
    ['{"n":1e400}', 'UNSAFE_NUMBER'],
    ['{"n":12345678901234567890}', 'UNSAFE_NUMBER'],
    ['{"s":"\\ud800"}', 'LONE_SURROGATE'],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'TOO_DEEP'],
    [Buffer.from([0x22, 0xc0, 0xa0, 0x22]), 'INVALID_UTF8'],
    ['', 'MALFORMED_JSON'],
    ['null', 'INVALID_FIELD'],
    ['[]', 'INVALID_FIELD'],
  ])('%# is refused as %3$s', (text, code) => {
    const read = readCdeventText(text, now);
    expect(read.ok ? undefined : read.reason.code).toBe(code);
  });

  test('a value that never was JSON is refused too', () => {
    const cycle = deployed() as any;
    cycle.customData = cycle;
    const deep = deployed((e) => (e.customData = JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`)));
    expect(readCdevent(cycle, now)).toMatchObject({ ok: false, reason: { code: 'TOO_DEEP' } });
    expect(readCdevent(deep, now)).toMatchObject({ ok: false, reason: { code: 'TOO_DEEP' } });
    expect(
      readCdevent(
        deployed((e) => (e.customData = { n: NaN })),
        now,
      ),
    ).toMatchObject({ ok: false });
  });

  test('no value makes a reader throw, and what is accepted is unchanged', () =>
    fc.assert(
      fc.property(fc.anything(), fc.jsonValue(), (anything, json) => {
        expect(readCdevent(anything, now).ok).toBe(false);
        const text = JSON.stringify(deployed((e) => (e.customData = { json })));
        const read = readCdeventText(text, now);
        if (read.ok) expect(JSON.stringify(read.event)).toBe(text);
        else expect(read.reason.code).not.toBe('INVALID_FIELD');
      }),
    ));
});
