import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunksOf, headerText, type Message } from './broker.js';

const anyMessage: fc.Arbitrary<Message> = fc.record({
  key: fc.option(fc.string()),
  value: fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))),
  headers: fc.dictionary(fc.string(), fc.string()),
});

describe('messages cut into runs', () => {
  test('are all there, in order, and only a message alone exceeds the limit', () =>
    fc.assert(
      fc.property(fc.array(anyMessage), fc.integer({ min: 1, max: 1_000 }), (messages, limit) => {
        const chunks = chunksOf(messages, limit);
        expect(chunks.flat()).toEqual(messages);
        for (const chunk of chunks) {
          const values = chunk.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
          expect(chunk.length === 1 || values <= limit).toBe(true);
        }
      }),
    ));

  test('go together while there is room', () => {
    const message = { key: 'k', value: Buffer.alloc(100), headers: {} };
    const chunks = chunksOf([message, message, message, message, message], 300);
    expect(chunks.map(({ length }) => length)).toEqual([2, 2, 1]);
  });
});

describe('a header', () => {
  test('is text', () => expect(headerText(Buffer.from('größer'))).toBe('größer'));
  test('that is missing is empty', () => expect(headerText(undefined)).toBe(''));
  test('that is not UTF-8 begins with NUL', () => expect(headerText(Buffer.of(0x61, 0xff))).toBe('\0aÿ'));
  test('that was sent twice has a NUL in it', () => expect(headerText([Buffer.from('a'), 'b'])).toBe('a\0b'));
});
