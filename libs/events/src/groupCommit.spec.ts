import { describe, expect, test } from 'vitest';
import type { Entry } from './envelope.js';
import { GroupCommit, type Refusal, type Stored } from './groupCommit.js';
import { StoreUnavailable } from './store.js';
import { setImmediate as turn } from 'node:timers/promises';

const entry = (stream: string, size = 1): Entry => ({
  stream,
  revision: 1,
  type: 'T',
  bytes: Buffer.alloc(size),
});
type Group = readonly (readonly Entry[])[];

/** A log whose writes take until they are told to end. */
function slowLog() {
  const writes: { group: Group; end: (error?: Error) => void }[] = [];
  let position = 0;
  const commits = new GroupCommit(
    (group) =>
      new Promise<(Stored | Refusal)[]>((resolve, reject) => {
        writes.push({
          group,
          end: (error) =>
            error
              ? reject(error)
              : resolve(group.map((entries) => ({ position: (position += entries.length) }))),
        });
      }),
  );
  const streams = () => writes.map(({ group }) => group.map(([first]) => first!.stream));
  return { commits, writes, streams };
}

describe('group commit', () => {
  test('writes the appends of one moment together, and answers each its own', async () => {
    const { commits, writes, streams } = slowLog();
    const results = ['a', 'b', 'c'].map((stream) => commits.append([entry(stream), entry(stream)]));
    await turn();
    expect(streams()).toEqual([['a', 'b', 'c']]);
    writes[0]!.end();
    expect(await Promise.all(results)).toEqual([{ position: 2 }, { position: 4 }, { position: 6 }]);
  });

  test('keeps two groups of at most 128 under way, the rest waits', async () => {
    const { commits, writes, streams } = slowLog();
    const results = Promise.all(Array.from({ length: 300 }, (_, i) => commits.append([entry(`s-${i}`)])));
    await turn();
    expect(streams().map(({ length }) => length)).toEqual([128, 128]);
    writes[0]!.end();
    await turn();
    expect(streams().map(({ length }) => length)).toEqual([128, 128, 44]);
    for (const { end } of writes) end();
    expect(await results).toHaveLength(300);
  });

  test('never puts two appends of one stream in a group, and keeps their order', async () => {
    const { commits, writes, streams } = slowLog();
    const results = ['a', 'a', 'b', 'a'].map((stream) => commits.append([entry(stream)]));
    await turn();
    expect(streams()).toEqual([['a', 'b'], ['a']]);
    for (let i = 0; i < 3; i++) {
      writes[i]!.end();
      await turn();
    }
    expect(streams()).toEqual([['a', 'b'], ['a'], ['a']]);
    expect(await Promise.all(results)).toMatchObject([
      { position: 1 },
      { position: 3 },
      { position: 2 },
      { position: 4 },
    ]);
  });

  test('keeps a group under some megabytes, whatever a single append takes', async () => {
    const { commits, streams } = slowLog();
    for (let i = 0; i < 6; i++) void commits.append([entry(`s-${i}`, 3 << 20)]);
    await turn();
    expect(streams()).toEqual([
      ['s-0', 's-1'],
      ['s-2', 's-3'],
    ]);
  });

  test('lets the neighbours of an append that cannot be written be written', async () => {
    const written: string[] = [];
    const commits = new GroupCommit(async (group) => {
      if (group.some(([first]) => first!.stream === 'bad')) throw new Error('invalid byte sequence');
      written.push(...group.map(([first]) => first!.stream));
      return group.map(() => ({ position: written.length }));
    });
    const results = await Promise.allSettled(
      ['a', 'bad', 'b'].map((stream) => commits.append([entry(stream)])),
    );
    expect(results).toEqual([
      { status: 'fulfilled', value: { position: 1 } },
      { status: 'rejected', reason: new Error('invalid byte sequence') },
      { status: 'fulfilled', value: { position: 2 } },
    ]);
    await commits.idle();
  });

  test('tries nothing again when the outcome is unknown', async () => {
    const { commits, writes } = slowLog();
    const results = Promise.allSettled(['a', 'b'].map((stream) => commits.append([entry(stream)])));
    await turn();
    writes[0]!.end(new StoreUnavailable('gone'));
    for (const result of await results)
      expect(result).toMatchObject({ reason: new StoreUnavailable('gone') });
    expect(writes).toHaveLength(1);
  });

  test('is idle when all is answered', async () => {
    const { commits, writes } = slowLog();
    await commits.idle();
    let answered = 0;
    for (const stream of ['a', 'a']) void commits.append([entry(stream)]).then(() => answered++);
    const idle = commits.idle().then(() => answered);
    await turn();
    writes[0]!.end();
    await turn();
    writes[1]!.end();
    expect(await idle).toBe(2);
  });
});
