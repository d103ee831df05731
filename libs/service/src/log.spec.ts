import { Controller, Get, Param, Post } from '@nestjs/common';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog, type Log, nestLogger, redacted } from './log.js';
import { Public } from './permit.js';
import { type RunningEdge, startEdge } from './testEdge.js';
import { currentTrace, parseTraceparent, traceOf, traceparentOf, withTrace } from './trace.js';

@Controller('things')
@Public()
class Things {
  @Get(':id')
  read(@Param('id') id: string): object {
    inside?.();
    return { id, correlationId: currentTrace()?.correlationId };
  }

  @Post()
  write(): object {
    return { correlationId: currentTrace()?.correlationId };
  }
}

let inside: (() => void) | undefined;
let edge: RunningEdge;
beforeAll(async () => {
  edge = await startEdge({ controllers: [Things] });
});
afterAll(() => edge.app.close());

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** What a logger wrote, parsed. */
function lines(write: (log: Log) => void, level = 'trace'): Record<string, unknown>[] {
  const written: Record<string, unknown>[] = [];
  write(
    createLog(level, { write: (line) => void written.push(JSON.parse(line) as Record<string, unknown>) }),
  );
  return written;
}

describe('a request', () => {
  test('has one line, with its route rather than its address, and its ids', async () => {
    edge.lines.length = 0;
    const headers = { traceparent: PARENT, 'correlation-id': 'CHG-7' };
    const answer = await edge.app.inject({ url: '/things/42?token=s3cret', headers });
    expect(answer.json()).toEqual({ id: '42', correlationId: 'CHG-7' });
    expect(edge.lines).toEqual([
      expect.objectContaining({
        level: 'info',
        msg: 'request',
        method: 'GET',
        route: '/things/:id',
        status: 200,
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        correlationId: 'CHG-7',
      }),
    ]);
    expect(JSON.stringify(edge.lines)).not.toContain('s3cret');
  });

  test('keeps its ids through the reading of its body', async () => {
    const headers = { 'correlation-id': 'CHG-8', 'content-type': 'application/json' };
    const answers = await Promise.all(
      ['CHG-8', 'CHG-9'].map((id) =>
        edge.app.inject({
          method: 'POST',
          url: '/things',
          headers: { ...headers, 'correlation-id': id },
          payload: '{"a":1}',
        }),
      ),
    );
    expect(answers.map((answer) => answer.json().correlationId)).toEqual(['CHG-8', 'CHG-9']);
  });

  test('puts its ids on every line written meanwhile', async () => {
    edge.lines.length = 0;
    const log = createLog('info', {
      write: (line) => void edge.lines.push(JSON.parse(line) as Record<string, unknown>),
    });
    inside = () => log.info('inside');
    await edge.app.inject({ url: '/things/1', headers: { 'correlation-id': 'CHG-9' } });
    inside = undefined;
    expect(edge.lines.map(({ msg, correlationId }) => [msg, correlationId])).toEqual([
      ['inside', 'CHG-9'],
      ['request', 'CHG-9'],
    ]);
  });

  test('tells its trace to the caller: a new span of the same trace', async () => {
    const { headers } = await edge.app.inject({ url: '/things/1', headers: { traceparent: PARENT } });
    expect(headers['traceparent']).toMatch(
      /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/,
    );
    expect(headers['correlation-id']).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  test('with a correlation id that would not be harmless gets a new one', async () => {
    for (const id of ['a b', 'x'.repeat(129), '<script>', '../../etc']) {
      const { headers } = await edge.app.inject({ url: '/things/1', headers: { 'correlation-id': id } });
      expect(headers['correlation-id']).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  test('with a line break in its address stays one line of JSON', async () => {
    edge.lines.length = 0;
    await edge.app.inject({ url: '/things/a%0d%0a%7b%22level%22:%22error%22%7d' });
    expect(edge.lines).toHaveLength(1);
    expect(edge.lines[0]).toMatchObject({ level: 'info', params: { id: 'a\r\n{"level":"error"}' } });
  });
});

describe('a traceparent', () => {
  test.each([
    [PARENT, true],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00', false],
    ['cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-later', true],
  ])('%s is read', (header, sampled) => {
    expect(parseTraceparent(header)).toEqual({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentId: '00f067aa0ba902b7',
      sampled,
    });
  });

  test.each([
    undefined,
    '',
    [PARENT, PARENT],
    PARENT.toUpperCase(),
    `${PARENT}-more`,
    PARENT.replace(/^00/, 'ff'),
    PARENT.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
    PARENT.replace('00f067aa0ba902b7', '0'.repeat(16)),
    PARENT.slice(0, -1),
    `cc-${PARENT.slice(3)}.x`,
    ` ${PARENT}`,
  ])('%j is none: a new trace starts', (header) => {
    expect(parseTraceparent(header)).toBe(undefined);
    expect(traceOf({ traceparent: header as string }).parentId).toBe(undefined);
  });

  test('written is always one that can be read', () =>
    fc.assert(
      fc.property(fc.string(), (header) => {
        const trace = traceOf({ traceparent: header });
        expect(parseTraceparent(traceparentOf(trace))).toMatchObject({
          traceId: trace.traceId,
          parentId: trace.spanId,
        });
      }),
    ));

  test('belongs to the work it was given to, and to no other', async () => {
    const [a, b] = [traceOf({}), traceOf({})];
    const seen = await Promise.all(
      [a, b].map((trace) => withTrace(trace, async () => (await Promise.resolve(), currentTrace()))),
    );
    expect(seen).toEqual([a, b]);
    expect(currentTrace()).toBe(undefined);
  });
});

describe('a secret', () => {
  const key = `slw_alpha001_${'x1Y2'.repeat(8)}`;
  const jwt = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(40)}`;

  test.each([
    [`Bearer ${jwt}`, 'Bearer [redacted]'],
    [`key ${key} leaked`, 'key [redacted] leaked'],
    [`token ${jwt}`, 'token [redacted]'],
    [
      'connect postgres://slipway:p@ss@db:5432/slipway failed',
      'connect postgres://slipway:[redacted]@db:5432/slipway failed',
    ],
    ['-----BEGIN PRIVATE KEY-----\\nMIIE', '[redacted]'],
    ['nothing of the kind: a:b@c', 'nothing of the kind: a:b@c'],
  ])('in %j is not written', (text, expected) => {
    expect(redacted(text)).toBe(expected);
  });

  test('is not written whichever way it comes', () => {
    const written = lines((log) => {
      log.info(
        {
          headers: { authorization: `Bearer ${jwt}`, cookie: 'a=b' },
          password: 'pw-1',
          config: { secret: 'pw-2' },
        },
        'x',
      );
      log.error({ err: new Error(`no access with ${key}`) }, `was ${key}`);
      log.child({ note: jwt }).warn('child');
    });
    const text = JSON.stringify(written);
    for (const secret of [jwt, key, 'a=b', 'pw-1', 'pw-2']) expect(text).not.toContain(secret);
    expect(written).toHaveLength(3);
  });
});

test.each(['eyJaaaaaaaa-', 'x://a:', 'a.', 'Bearer ', '-----BEGIN ', 'slw_a_', 'http://'])(
  'redaction of 64 KiB of %j takes no time',
  (piece) => {
    const text = piece.repeat(Math.ceil(65_536 / piece.length));
    const started = performance.now();
    redacted(text);
    expect(performance.now() - started).toBeLessThan(50);
  },
);

describe('the log', () => {
  test('takes what Nest writes, in levels: what it tells of its own start is for debugging', () => {
    const written = lines((log) => {
      const logger = nestLogger(log);
      logger.log('Mapped {/v1, GET} route', 'RouterExplorer');
      logger.warn('careful', 'Somewhere');
      logger.error(new Error('broken'), 'Somewhere');
      logger.error('broken', 'Error: at', 'Somewhere');
    });
    expect(written.map(({ level, msg, context }) => [level, msg, context])).toEqual([
      ['debug', 'Mapped {/v1, GET} route', 'RouterExplorer'],
      ['warn', 'careful', 'Somewhere'],
      ['error', 'broken', 'Somewhere'],
      ['error', 'broken', 'Somewhere'],
    ]);
  });

  test('is silent below its level', () => {
    expect(lines((log) => (log.info('x'), log.error('y')), 'error').map(({ msg }) => msg)).toEqual(['y']);
  });
});
