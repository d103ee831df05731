import { describe, expect, test } from 'vitest';
import {
  type Said,
  begin,
  deploymentStory,
  origin,
  policy,
  recorded,
  stored,
  verify,
  wholeExport,
} from './testLedger.js';

/** The last step of the verifier: a signed, complete, well-formed ledger that records what should not have happened. */

const messages = async (said: readonly Said[]) =>
  (await verify(wholeExport(stored(recorded(said))))).problems.map(
    ({ check, index, message }) => `${check} ${index} ${message}`,
  );
const told = (over: Parameters<typeof deploymentStory>[1]) => messages(deploymentStory('d', over));
const without = (...steps: string[]) =>
  messages(deploymentStory('d').filter(({ type }) => !steps.includes(type)));
const though = (fault: string, index = 6) => [`meaning ${index} d was started though ${fault}.`];
const iso = (seconds: number) => new Date(begin + seconds * 1_000).toISOString();
const of = { changeId: 'd', deploymentId: 'd', planHash: 'h1' };

describe('a start', () => {
  test('that was asked for, voted for, granted and scheduled is right', async () =>
    expect(await told({})).toEqual([]));

  test('that nobody asked for is found', async () =>
    expect(await without('DeploymentRequested')).toEqual(though('nobody had asked for it', 5)));

  test('without a grant is found, though all had voted', async () =>
    expect(await without('ApprovalGranted')).toEqual(though('this very plan had no approval in force', 5)));

  test('under a grant for another plan is found', async () =>
    expect(await told({ grant: { data: { planHash: 'h2' } } })).toEqual(
      though('this very plan had no approval in force'),
    ));

  test('of another plan than was asked for is found', async () =>
    expect(await told({ start: { data: { planHash: 'h2' } } })).toEqual([
      ...though('this very plan had no approval in force'),
      ...though('it had no slot in the calendar'),
    ]));

  test('with too few votes is found', async () => {
    const fault = [
      ...though('1 eligible persons had approved and 2 must'),
      ...though('its grant names one who had not voted for it'),
    ];
    expect(await told({ vote: { data: { vote: 'reject' } } })).toEqual(fault);
    expect(await told({ vote: { data: { vote: 'abstain' } } })).toEqual(fault);
    expect(await told({ vote: { data: { planHash: 'h0' } } })).toEqual(fault);
    expect(await told({ vote: { kind: 'service' } })).toEqual(fault);
  });

  test('with one person’s vote counted twice is found', async () =>
    expect(
      await told({ vote2: { data: { person: 'ben' } }, grant: { data: { approvers: ['ben'] } } }),
    ).toEqual(though('1 eligible persons had approved and 2 must')));

  test('with a vote that was taken back is found', async () => {
    const story = deploymentStory('d', { grant: { data: { approvers: ['ben'] } } });
    const back = { ...story[3]!, data: { ...story[3]!.data, vote: 'reject' } };
    expect(await messages(story.toSpliced(4, 0, back))).toEqual(
      though('1 eligible persons had approved and 2 must', 7),
    );
  });

  test.each(['ana', 'dev'])('that its requester or an author (%s) approved is found', async (person) =>
    expect(
      await told({ vote: { data: { person } }, grant: { data: { approvers: [person, 'eve'] } } }),
    ).toEqual([
      ...though('1 eligible persons had approved and 2 must'),
      ...though('its requester or an author had approved'),
    ]),
  );

  test('that its approver made in production is found, in a test environment it is right', async () => {
    const startedBy = { by: 'ben', data: { startedBy: 'ben' } };
    expect(await told({ start: startedBy })).toEqual(though('the one who started it had approved it'));
    const elsewhere = { by: 'ben', data: { startedBy: 'ben', environmentClass: 'TEST' } };
    expect(await told({ start: elsewhere })).toEqual([]);
    const byName = {
      by: 'ben',
      data: { startedBy: 'ben', environmentClass: undefined, environment: 'production' },
    };
    expect(await told({ start: byName })).toEqual(though('the one who started it had approved it'));
  });

  test.each(['ApprovalSuperseded', 'ApprovalRevoked', 'ApprovalExpired', 'ApprovalRejected'])(
    'after %s is found',
    async (type) => {
      const story = deploymentStory('d').toSpliced(6, 0, { type, stream: 'change-d', data: of });
      expect(await messages(story)).toEqual(though('this very plan had no approval in force', 7));
    },
  );

  test('after a withdrawal for another plan is right, or after one in front of its grant', async () => {
    const other = { type: 'ApprovalSuperseded', stream: 'change-d', data: { ...of, planHash: 'h0' } };
    expect(await messages(deploymentStory('d').toSpliced(6, 0, other))).toEqual([]);
    const before = { type: 'ApprovalSuperseded', stream: 'change-d', data: of };
    expect(await messages(deploymentStory('d').toSpliced(4, 0, before))).toEqual([]);
  });

  test('after a withdrawal that names no plan is found', async () => {
    const all = { type: 'ApprovalExpired', stream: 'change-d', data: { deploymentId: 'd' } };
    expect(await messages(deploymentStory('d').toSpliced(6, 0, all))).toEqual(
      though('this very plan had no approval in force', 7),
    );
  });

  test('of no plan is found, though nothing that led to it names one either', async () => {
    const none = { data: { planHash: undefined } };
    const over = {
      request: none,
      round: none,
      vote: none,
      vote2: none,
      grant: none,
      slot: none,
      start: none,
    };
    expect(await told(over)).toEqual(though('this very plan had no approval in force'));
  });

  test('of a plan that was approved and scheduled in the place of the one asked for is found', async () => {
    const other = { data: { planHash: 'h2' } };
    const over = { round: other, vote: other, vote2: other, grant: other, slot: other, start: other };
    expect(await told(over)).toEqual(though('this very plan had no approval in force'));
    expect(await told({ ...over, request: { data: { planHash: undefined } } })).toEqual([]);
  });

  test('on votes that name no plan counts them to the round that is open', async () => {
    const unnamed = { data: { planHash: undefined } };
    expect(await told({ vote: unnamed, vote2: unnamed })).toEqual([]);
    expect(await told({ vote: unnamed, vote2: unnamed, round: { data: { planHash: 'h0' } } })).toEqual(
      though('no round of approval had been opened for this plan'),
    );
  });

  test('after its plan was changed is found, even under the old hash', async () => {
    const changed = {
      type: 'DeploymentApprovalInvalidated',
      data: { ...of, planHash: 'h2', was: 'h1', requestedBy: 'ana', authors: [] },
    };
    const found = await messages(deploymentStory('d').toSpliced(6, 0, changed));
    expect(found).toEqual([
      ...though('this very plan had no approval in force', 7),
      ...though('it had no slot in the calendar', 7),
    ]);
  });

  test('on votes of an earlier round is found', async () => {
    const story = deploymentStory('d');
    const again = story.toSpliced(3, 0, story[1]!);
    expect(await messages(again)).toEqual([
      ...though('1 eligible persons had approved and 2 must', 7),
      ...though('its grant names one who had not voted for it', 7),
    ]);
  });

  test('granted after its round had expired is found; one without an end never expires', async () => {
    expect(await told({ round: { data: { expiresAt: iso(3) } } })).toEqual(
      though('its round of approval had expired before the grant'),
    );
    expect(await told({ round: { data: { expiresAt: iso(4) } } })).toEqual([]);
    expect(await told({ round: { data: { expiresAt: undefined } } })).toEqual([]);
  });

  test.each([0, -1, 1.5, undefined, 'two'])('on a quorum of %s is found', async (quorum) =>
    expect(await told({ round: { data: { quorum } } })).toEqual(
      though('no round of approval had been opened for this plan'),
    ),
  );

  test('without a slot, or outside it, is found', async () => {
    expect(await without('DeploymentScheduled')).toEqual(though('it had no slot in the calendar', 5));
    expect(await told({ slot: { data: { start: iso(11) } } })).toEqual(
      though('it was not the time of its slot'),
    );
    expect(await told({ slot: { data: { graceUntil: iso(10) } } })).toEqual(
      though('it was not the time of its slot'),
    );
    expect(await told({ slot: { data: { start: iso(10), graceUntil: iso(11) } } })).toEqual([]);
    for (const type of ['DeploymentStartMissed', 'DeploymentUnscheduled'])
      expect(await messages(deploymentStory('d').toSpliced(6, 0, { type, data: of }))).toEqual(
        though('it had no slot in the calendar', 7),
      );
  });

  test('is held against the slot to which it was moved', async () => {
    const moved = (start: number) => ({
      type: 'DeploymentRescheduled',
      data: { ...of, start: iso(start), graceUntil: iso(50) },
    });
    expect(await messages(deploymentStory('d').toSpliced(6, 0, moved(11)))).toEqual(
      though('it was not the time of its slot', 7),
    );
    const early = deploymentStory('d', { slot: { data: { start: iso(11) } } });
    expect(await messages(early.toSpliced(6, 0, moved(10)))).toEqual([]);
  });

  test.each<[string, object, boolean]>([
    ['everything', {}, true],
    ['its service', { services: ['mail', 'shop'] }, true],
    ['another service', { services: ['mail'] }, false],
    ['its environment', { environments: ['prod-eu'] }, true],
    ['another environment', { environments: ['prod-us'] }, false],
    ['its service elsewhere', { services: ['shop'], environments: ['prod-us'] }, false],
    ['its class', { environmentClasses: ['PROD'] }, true],
    ['another class', { environmentClasses: ['TEST'] }, false],
  ])('inside a freeze of %s is found if that covers it', async (_, scope, covered) => {
    const freeze = {
      type: 'FreezeDeclared',
      stream: 'freeze-f',
      data: { freezeId: 'f', mode: 'hard', start: iso(0), end: iso(100), scope, allowedKinds: ['HOTFIX'] },
    };
    expect(await messages([freeze, ...deploymentStory('d')])).toEqual(
      covered ? though('a freeze was in force', 7) : [],
    );
  });

  test('of two services inside a freeze of one is found', async () => {
    const data = { freezeId: 'f', mode: 'hard', start: iso(0), end: iso(100), scope: { services: ['mail'] } };
    const freeze = { type: 'FreezeDeclared', stream: 'freeze-f', data };
    const both = deploymentStory('d', { start: { data: { services: ['shop', 'mail'] } } });
    expect(await messages([freeze, ...both])).toEqual(though('a freeze was in force', 7));
  });

  test.each<[string, object, boolean]>([
    ['hard-stop', { mode: 'hard-stop' }, true],
    ['soft', { mode: 'soft' }, false],
    ['over', { end: iso(10) }, false],
    ['to come', { start: iso(11) }, false],
    ['just begun', { start: iso(10) }, true],
    ['not for its kind', { allowedKinds: ['PLANNED'] }, false],
  ])('inside a freeze that is %s is judged by that', async (_, over, found) => {
    const data = {
      freezeId: 'f',
      mode: 'hard',
      start: iso(0),
      end: iso(100),
      scope: {},
      allowedKinds: [],
      ...over,
    };
    const freeze = { type: 'FreezeDeclared', stream: 'freeze-f', data };
    expect(await messages([freeze, ...deploymentStory('d')])).toEqual(
      found ? though('a freeze was in force', 7) : [],
    );
    const lifted = { type: 'FreezeLifted', stream: 'freeze-f', data: { freezeId: 'f' } };
    expect(await messages([freeze, lifted, ...deploymentStory('d')])).toEqual([]);
    const back = deploymentStory('d', { request: { data: { plan: { kind: 'ROLLBACK' } } } });
    expect(await messages([freeze, ...back])).toEqual([]);
  });

  test.each(['ChangeAutoAuthorised', 'EmergencyAuthorised', 'BreakGlassActivated'])(
    'under %s needs no votes, but this very plan',
    async (type) => {
      const votes = ['ApprovalRequested', 'ApprovalVoteCast', 'ApprovalGranted'];
      const story = deploymentStory('d').filter((said) => !votes.includes(said.type));
      const authorised = { type, stream: 'change-d', data: of };
      expect(await messages(story.toSpliced(1, 0, authorised))).toEqual([]);
      const other = { ...authorised, data: { ...of, planHash: 'h2' } };
      expect(await messages(story.toSpliced(1, 0, other))).toEqual(
        though('this very plan had no approval in force', 3),
      );
    },
  );

  test('after it had ended is found', async () => {
    const story = deploymentStory('d');
    expect(await messages([...story, story[6]!])).toEqual([
      ...though('nobody had asked for it', 8),
      ...though('it had no slot in the calendar', 8),
    ]);
  });

  test('is judged beside events that nobody here knows', async () => {
    const names = ['toString', '__proto__', 'constructor', 'TeaServed', 'FreezeDrafted'];
    const nearly = ['NoDeploymentFailed', 'DeploymentFailedOver'];
    const freeze = { freezeId: 'f', mode: 'hard', start: iso(0), end: iso(100) };
    const strange: Said[] = [...names, ...nearly].map((type, i) => ({
      type,
      stream: `s${i}`,
      data: { deploymentId: 'd', ...freeze },
    }));
    expect(
      await messages(
        deploymentStory('d')
          .flatMap((said) => [said])
          .toSpliced(3, 0, ...strange),
      ),
    ).toEqual([]);
  });
});

test('a thousand planted violations are a thousand found', async () => {
  const plants: Parameters<typeof deploymentStory>[1][] = [
    { grant: { type: 'GrantForgotten' } },
    { vote: { data: { person: 'ana' } } },
    { vote2: { data: { person: 'dev' } } },
    { vote: { data: { vote: 'reject' } } },
    { vote: { kind: 'service' } },
    { start: { data: { startedBy: 'eve' } } },
    { start: { data: { planHash: 'h2' } } },
    { slot: { data: { start: iso(60) } } },
    { slot: { type: 'SlotForgotten' } },
    { round: { data: { quorum: 3 } } },
  ];
  const stories = Array.from({ length: 2_000 }, (_, i) =>
    deploymentStory(`d${i}`, i % 2 === 0 ? {} : plants[((i - 1) / 2) % plants.length]),
  );
  // A shared clock: every story's own times lie within its first minute, so all are told at once.
  const said = stories.flat().map((one) => ({ ...one }));
  const envelopes = recorded(said).map((envelope) => ({
    ...envelope,
    recordedAt: iso(30),
    occurredAt: iso(30),
  }));
  const entries = stored(envelopes);
  const starts = new Set<number>();
  for (let at = 0; at < 2_000; at += 100) {
    const slice = entries.slice(at * 8, (at + 100) * 8);
    const {
      problems,
      count,
      starts: judged,
    } = await verify(wholeExport(slice), { policy: { ...policy, origin } });
    expect([count >= 50, judged, problems.every(({ check }) => check === 'meaning')]).toEqual([
      true,
      100,
      true,
    ]);
    for (const { index } of problems) starts.add(at * 8 + index!);
  }
  const planted = Array.from({ length: 1_000 }, (_, i) => (2 * i + 1) * 8 + 6);
  expect([...starts].sort((a, b) => a - b)).toEqual(planted);
});
