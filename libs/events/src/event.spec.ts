import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { byType } from './contracts.js';
import { decode, defineEvent, type Event, type Upcast } from './event.js';
import { Rejected } from './rejected.js';

const Requested = defineEvent(
  'Requested',
  z.object({ id: z.string(), environment: z.string(), strategy: z.enum(['rolling', 'canary']) }),
  [(v1) => ({ ...v1, environment: 'production' }), (v2) => ({ ...v2, strategy: 'rolling' })],
);
const stored = (version: number, data: Record<string, unknown>): Event => ({
  type: 'Requested',
  version,
  data,
});
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Rejected) return error.code;
  }
  return 'none';
};

describe('an event contract', () => {
  test('makes facts of its present version', () => {
    expect(Requested({ id: 'd', environment: 'production', strategy: 'canary' })).toEqual({
      type: 'Requested',
      version: 3,
      data: { id: 'd', environment: 'production', strategy: 'canary' },
    });
  });

  test('gives a first-version fact the defaults of every later version (LIB-01 S1)', () => {
    const today = Requested({ id: 'd', environment: 'production', strategy: 'rolling' });
    expect(decode(Requested, stored(1, { id: 'd' }))).toEqual(today);
    expect(decode(Requested, stored(2, { id: 'd', environment: 'production' }))).toEqual(today);
    expect(decode(Requested, today)).toEqual(today);
  });

  test('applies just the upcasts after the stored version, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), fc.nat(), (upcasts, pick) => {
        const steps = Array.from({ length: upcasts }, (_, i): Upcast => ({ path }) => ({
          path: `${String(path)}>${i + 2}`,
        }));
        const contract = defineEvent('Stepped', z.object({ path: z.string() }), steps);
        const version = 1 + (pick % (upcasts + 1));
        const later = Array.from({ length: upcasts + 1 - version }, (_, i) => `>${version + i + 1}`);
        const { data } = decode(contract, { type: 'Stepped', version, data: { path: `${version}` } });
        expect(data.path).toBe([version, ...later].join(''));
      }),
    );
  });

  test('leaves the stored payload as it was', () => {
    const old = stored(1, Object.freeze({ id: 'd' }));
    decode(Requested, old);
    expect(old.data).toEqual({ id: 'd' });
  });

  test('refuses what a newer release wrote', () => {
    expect(codeOf(() => decode(Requested, stored(4, { id: 'd' })))).toBe('FUTURE_VERSION');
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses the version %d', (version) => {
    expect(codeOf(() => decode(Requested, stored(version, { id: 'd' })))).toBe('CONTRACT_BROKEN');
  });

  test('refuses a payload that does not fit, and names the field', () => {
    const wrong = stored(3, { id: 'd', environment: 'production', strategy: 'hope' });
    expect(() => decode(Requested, wrong)).toThrow(/^CONTRACT_BROKEN: Requested .*strategy/);
  });

  test('keeps what accompanies the fact', () => {
    const accompanied = { ...stored(1, { id: 'd' }), position: 7, stream: 'deployment-d' };
    expect(decode(Requested, accompanied)).toMatchObject({ position: 7, stream: 'deployment-d', version: 3 });
  });
});

describe('the start of the program', () => {
  test('fails on a hole in a chain of upcasts', () => {
    const up: Upcast = (old) => old;
    // oxlint-disable-next-line no-sparse-arrays
    const chains = [[up, undefined, up], [up, , up], [undefined]] as unknown as Upcast[][];
    for (const chain of chains)
      expect(() => defineEvent('Broken', z.object({}), chain)).toThrow(
        /Broken has no way from version \d to \d/,
      );
  });

  test('fails on a type that is defined twice', () => {
    const once = defineEvent('Once', z.object({}));
    expect([...byType([once]).keys()]).toEqual(['Once']);
    expect(() => byType([once, defineEvent('Once', z.object({}))])).toThrow('Once is defined twice.');
  });
});
