import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Directory, persons } from './persons.js';

describe('a natural person', () => {
  test.each<[string, Directory]>([
    ['a merge', { merged: [['ana', 'a.silva']] }],
    [
      'a shared subject at two issuers',
      {
        accounts: [
          { id: 'ana', subject: '17' },
          { id: 'a.silva', subject: '17' },
        ],
      },
    ],
    [
      'a shared mailbox',
      {
        accounts: [
          { id: 'ana', emails: ['ana@corp.example'] },
          { id: 'a.silva', emails: ['Ana+ci@Corp.Example'] },
        ],
      },
    ],
    [
      'a chain of these',
      {
        accounts: [
          { id: 'ana', subject: '17' },
          { id: 'root', subject: '17', emails: ['a@x.example'] },
        ],
        merged: [['a@x.example', 'a.silva']],
      },
    ],
  ])('is tied together by %s', (_, directory) => {
    const { of } = persons(directory);
    expect(of('a.silva')).toBe(of('ana'));
    expect(of('ben')).toBe('ben');
  });

  test.each([
    ['ana@corp.example', 'ana'],
    ['Ana+work@Corp.example', 'ana'],
    ['Ana', 'Ana'],
    ['Zoe+x+y@Corp.example', 'zoe@corp.example'],
    ['+x@Corp.example', '+x@corp.example'],
    ['Zoe@Corp+x.example', 'zoe@corp+x.example'],
    ['@Corp.example', '@corp.example'],
  ])('is found by the address: %s is %s', (address, person) => {
    const { of } = persons({ accounts: [{ id: 'ana', emails: ['ana@corp.example'] }] });
    expect(of(address)).toBe(person);
  });

  test('is nobody else but for a tie, however little is known of them', () => {
    const { of } = persons({
      accounts: [
        { id: 'ana' },
        { id: 'ben' },
        { id: 'cleo', subject: '1', emails: ['cleo@corp.example'] },
        { id: 'dee', subject: '2', emails: ['dee@corp.example'] },
        { id: 'crew', kind: 'group' },
        { id: 'team', kind: 'group' },
      ],
    });
    const ids = ['ana', 'ben', 'cleo', 'dee', 'crew', 'team'];
    expect(ids.map(of)).toEqual(ids);
  });

  test('stands behind the service accounts they own', () => {
    const { of, kindOf } = persons({
      accounts: [
        { id: 'a-bot', kind: 'service', owner: 'zoe' },
        { id: 'zoe' },
        { id: 'b-bot', kind: 'service', owner: 'a-bot' },
      ],
    });
    expect([of('a-bot'), of('b-bot')]).toEqual(['zoe', 'zoe']);
    expect([kindOf('a-bot'), kindOf('zoe'), kindOf('unlisted')]).toEqual(['service', 'human', 'human']);
  });

  test('is not made of a machine by spelling its address anew, or by its mailbox', () => {
    const { kindOf } = persons({
      accounts: [
        { id: 'bot@ci.example', kind: 'service', owner: 'ana' },
        { id: 'robo', kind: 'service', owner: 'ana', emails: ['robo@ci.example'] },
        { id: 'crew', kind: 'group', emails: ['crew@ci.example', 'ana@ci.example'] },
        { id: 'ana', emails: ['ana@ci.example'] },
        { id: 'ana+ci@ci.example', kind: 'service' },
      ],
    });
    expect(['bot@ci.example', 'Bot@CI.example', 'bot+x@ci.example', 'Robo@ci.example'].map(kindOf)).toEqual(
      Array(4).fill('service'),
    );
    expect(kindOf('Crew@ci.example')).toBe('group');
    expect(['ana', 'ana@ci.example', 'Ana@CI.example'].map(kindOf)).toEqual(Array(3).fill('human'));
    expect(kindOf('ana+ci@ci.example')).toBe('service');
  });

  test('is not made of a machine by listing it twice', () => {
    const [machine, human] = [{ id: 'bot', kind: 'service' as const }, { id: 'bot' }];
    expect(persons({ accounts: [machine, human] }).kindOf('bot')).toBe('service');
    expect(persons({ accounts: [human, machine] }).kindOf('bot')).toBe('service');
    expect(persons({ accounts: [human, human] }).kindOf('bot')).toBe('human');
  });

  test('has the name of an account of a human, of a listed one if there is any', () => {
    const bot = { id: 'a-bot', kind: 'service' as const, owner: 'zoe' };
    const merged: [string, string][] = [['zoe', 'yan']];
    const name = (directory: Directory) => persons(directory).of('a-bot');
    expect(name({ accounts: [{ ...bot, owner: undefined }] })).toBe('a-bot');
    expect(name({ accounts: [bot] })).toBe('zoe');
    expect(name({ accounts: [bot], merged })).toBe('yan');
    expect(name({ accounts: [bot, { id: 'zoe' }], merged })).toBe('zoe');
  });

  test('is not made of everyone whom a mailing list reaches', () => {
    const { of } = persons({
      accounts: [
        {
          id: 'team',
          kind: 'group',
          emails: ['ana@corp.example', 'ben@corp.example'],
          subject: '17',
          owner: 'ana',
        },
        { id: 'ana', emails: ['ana@corp.example'] },
        { id: 'ben', emails: ['ben@corp.example'], subject: '17' },
      ],
    });
    expect(new Set([of('ana'), of('ben'), of('team')]).size).toBe(3);
  });

  test('two accounts that own each other are one person, without end', () => {
    const { of } = persons({
      accounts: [
        { id: 'x', kind: 'service', owner: 'y' },
        { id: 'y', kind: 'service', owner: 'x' },
      ],
    });
    expect(of('x')).toBe(of('y'));
  });
});

test('persons do not depend on the order in which the directory lists things', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  fc.assert(
    fc.property(fc.array(fc.tuple(id, id), { maxLength: 8 }), (merged) => {
      const [one, other] = [
        persons({ merged }),
        persons({ merged: merged.map(([a, b]) => [b, a] as const).reverse() as [string, string][] }),
      ];
      for (const account of 'abcdefgh') expect(other.of(account)).toBe(one.of(account));
    }),
  );
});
