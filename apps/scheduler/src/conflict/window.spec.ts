import { describe, expect, test } from 'vitest';
import type { Candidate } from './candidate.js';
import { evaluate } from './conflicts.js';
import { at, brief, candidate, during, freeze, NOW, window } from './example.js';
import { permitted } from './permitted.js';
import type { Member, Snapshot } from './snapshot.js';

const judge = (asked: Partial<Candidate>, ...windows: Member<'windows'>[]) =>
  brief(candidate(asked), { windows });
const open = (start: string, end: string, changes: Partial<Member<'windows'>> = {}) =>
  window({ occurrences: [during(start, end)], ...changes });

describe('rule 6, the windows', () => {
  const long = { rollbackMinutes: 45 };

  test('SCH-02 S1: two hours and 45 minutes to go back fit a window 22:00–01:00 from 22:15, not from 22:16', () => {
    expect(judge({ ...long, ...during('22:15', '24:15') }, window())).toEqual([]);
    expect(judge({ ...long, ...during('22:16', '24:16') }, window())).toEqual(['BLOCKER WINDOW_TOO_SHORT W']);
  });

  test('SCH-02 S2: windows 20:00–22:00 and 22:00–23:00 hold 21:00–22:30 together', () => {
    const windows = [open('20:00', '22:00'), open('22:00', '23:00', { id: 'V' })];
    expect(judge(during('21:00', '22:30'), ...windows)).toEqual([]);
    expect(judge(during('21:00', '22:30'), windows[0]!)).toEqual(['BLOCKER WINDOW W']);
    expect(judge(during('21:00', '22:30'), open('20:00', '21:59'), windows[1]!)).toEqual([
      'BLOCKER WINDOW V',
    ]);
  });

  test('the soak may lie outside the window', () => {
    expect(judge(during('24:00', '25:00'), window())).toEqual([]);
    expect(judge(during('24:00', '25:01'), window())).toEqual(['BLOCKER WINDOW W']);
    expect(judge(during('21:59', '23:00'), window())).toEqual(['BLOCKER WINDOW W']);
  });

  test('touching no window at all in PROD is OFF_HOURS, elsewhere WINDOW', () => {
    expect(judge(during('10:00', '11:00'), window())).toEqual(['BLOCKER OFF_HOURS prod']);
    expect(judge(during('10:00', '11:00'))).toEqual(['BLOCKER OFF_HOURS prod']);
    expect(judge({ ...during('10:00', '11:00'), environmentClass: 'TEST' }, window())).toEqual([
      'WARNING WINDOW prod',
    ]);
    expect(judge({ environmentClass: 'STAGING', rollbackMinutes: 240 }, window())).toEqual([
      'WARNING WINDOW_TOO_SHORT W',
    ]);
  });

  test('names the window that is open last, of equal ones the first by name, and the time outside', () => {
    const windows = [
      open('20:00', '22:30', { id: 'A' }),
      open('21:00', '22:45', { id: 'C' }),
      open('21:30', '22:45', { id: 'B' }),
    ];
    const [found] = evaluate(candidate({ rollbackMinutes: 30 }), { windows }, NOW);
    expect(found).toMatchObject({
      code: 'WINDOW',
      order: 6,
      counterpart: 'B',
      interval: during('22:45', '23:30'),
    });
    expect(found?.message).toBe(
      'No window is open all the time from 2027-03-10T22:00:00.000Z to 2027-03-10T23:30:00.000Z.',
    );
  });

  test('of windows open equally long names the first by name, whichever opens first', () => {
    const pair = (first: string, second: string) => [
      open('20:00', '22:45', { id: first }),
      open('21:00', '22:45', { id: second }),
    ];
    const named = (windows: Member<'windows'>[]) => evaluate(candidate(), { windows }, NOW)[0]?.counterpart;
    expect([named(pair('A', 'B')), named(pair('B', 'A'))]).toEqual(['A', 'A']);
  });

  test('says which of the three it is', () => {
    const message = (asked: Partial<Candidate>) =>
      evaluate(candidate(asked), { windows: [window()] }, NOW)[0]?.message;
    expect(message(during('10:00', '11:00'))).toBe(
      'No window is open at all from 2027-03-10T10:00:00.000Z to 2027-03-10T11:00:00.000Z.',
    );
    expect(message({ rollbackMinutes: 180 })).toBe(
      'The window holds the work, but closes before the time to go back ends at 2027-03-11T02:00:00.000Z.',
    );
  });

  test('an override that covers all of it leaves a warning', () => {
    const override = { id: 'O', deployment: 'D', ...during('10:00', '12:00') };
    const over = (asked: Partial<Candidate>, changes: object = {}) =>
      evaluate(candidate(asked), { windows: [window()], overrides: [{ ...override, ...changes }] }, NOW)[0];
    expect(over(during('10:00', '12:00'))).toMatchObject({ severity: 'WARNING', code: 'OFF_HOURS' });
    expect(over(during('10:00', '12:00'))?.message).toMatch(/ An off-hours override covers it\.$/);
    expect(over(during('10:00', '12:01'))).toMatchObject({ severity: 'BLOCKER' });
    expect(over(during('10:00', '11:00'), { deployment: 'E' })?.message).not.toMatch(/override/);
  });

  test('is passed by a rollback, and eased in an authorised emergency', () => {
    expect(judge({ ...during('10:00', '11:00'), kind: 'ROLLBACK' }, window())).toEqual([]);
    expect(judge({ ...during('10:00', '11:00'), emergency: { path: 'emergency' } }, window())).toEqual([
      'WARNING OFF_HOURS prod',
    ]);
  });

  test('windows for emergencies only are for those', () => {
    const only = window({ kind: 'emergency-only' });
    expect(judge({}, only)).toEqual(['BLOCKER OFF_HOURS prod']);
    expect(judge({ changeType: 'EMERGENCY' }, only)).toEqual([]);
    expect(judge({ kind: 'HOTFIX' }, only)).toEqual(['BLOCKER OFF_HOURS prod']);
    expect(judge({ kind: 'HOTFIX', emergency: { path: 'emergency' } }, only)).toEqual([]);
    expect(judge({}, window({ kind: 'maintenance' }))).toEqual([]);
  });

  test('every service of the deployment needs a window', () => {
    const mine = window({ selectors: [{ services: ['ledger'] }] });
    const other = open('22:30', '26:00', { id: 'V', selectors: [{ services: ['web'] }] });
    expect(judge({ services: ['ledger', 'web'] }, mine)).toEqual(['BLOCKER OFF_HOURS W']);
    expect(judge({ services: ['ledger', 'web'] }, mine, other)).toEqual(['BLOCKER WINDOW V']);
    expect(judge({ services: ['ledger', 'web'], ...during('22:30', '23:30') }, mine, other)).toEqual([]);
  });

  test('a window with a tier or a region is none for a deployment of which these are not known', () => {
    expect(judge({}, window({ selectors: [{ tiers: [1, 2, 3, 4] }] }))).toHaveLength(1);
    expect(judge({}, window({ selectors: [{ regions: ['eu'] }] }))).toHaveLength(1);
    expect(
      judge({ regions: ['us', 'eu'], regionalSplit: true }, window({ selectors: [{ regions: ['eu'] }] })),
    ).toEqual([]);
  });

  test('takes an environment of which nobody states the class for PROD', () => {
    expect(judge({ environmentClass: undefined })).toEqual(['BLOCKER OFF_HOURS prod']);
  });

  test('is not evaluated when the caller holds no windows', () => {
    expect(brief(candidate(), {})).toEqual([]);
  });
});

describe('REGION', () => {
  const tokyo = open('17:00', '19:00', { id: 'tokyo', selectors: [{ regions: ['tokyo'] }] });
  const london = open('24:00', '26:00', { id: 'london', selectors: [{ regions: ['london'] }] });
  const both = { regions: ['tokyo', 'london'], ...during('17:00', '18:00') };

  test('SCH-02 S3: Tokyo 02:00–04:00 and London 01:00–03:00 have no hour in common, and a split is suggested', () => {
    const windows = [
      window({
        id: 'T',
        selectors: [{ regions: ['tokyo'] }],
        occurrences: [{ start: '2027-06-14T17:00:00Z', end: '2027-06-14T19:00:00Z' }],
      }),
      window({
        id: 'L',
        selectors: [{ regions: ['london'] }],
        occurrences: [{ start: '2027-06-15T00:00:00Z', end: '2027-06-15T02:00:00Z' }],
      }),
    ];
    const asked = candidate({
      regions: ['tokyo', 'london'],
      start: '2027-06-14T17:00:00Z',
      end: '2027-06-14T18:00:00Z',
    });
    const found = evaluate(asked, { windows }, NOW);
    expect(found).toMatchObject([{ code: 'REGION', counterpart: 'london', severity: 'BLOCKER', order: 15 }]);
    expect(found[0]?.message).toMatch(
      /No hour is open in all of its regions at once: split the plan by region\.$/,
    );
    const day = { start: '2027-06-14T00:00:00Z', end: '2027-06-16T00:00:00Z' };
    expect(permitted(asked, { windows }, day, NOW)).toEqual([]);
    expect(permitted({ ...asked, regionalSplit: true }, { windows }, day, NOW)).toHaveLength(2);
  });

  test('blocks once for each region whose hours are left', () => {
    expect(judge(both, tokyo, london)).toEqual(['BLOCKER REGION london']);
    expect(judge({ ...both, ...during('20:00', '21:00') }, tokyo, london)).toEqual([
      'BLOCKER OFF_HOURS prod',
      'BLOCKER REGION london',
      'BLOCKER REGION tokyo',
    ]);
  });

  test('blocks for a region that no window names, once one names another of them', () => {
    const general = open('17:30', '19:00', { id: 'all', selectors: [{}] });
    expect(judge(both, tokyo)).toEqual(['BLOCKER REGION london']);
    expect(judge({ ...both, regions: ['london'] }, tokyo)).toEqual(['BLOCKER OFF_HOURS prod']);
    expect(judge(both, tokyo, general)).toEqual(['BLOCKER REGION london']);
    expect(judge({ ...both, ...during('17:30', '18:30') }, tokyo, general)).toEqual([]);
    expect(judge({ ...both, regionalSplit: true }, tokyo)).toEqual([]);
  });

  test('does not suggest a split when some hour would do, or there is but one region', () => {
    const wide = open('18:00', '26:00', { id: 'london', selectors: [{ regions: ['london'] }] });
    const message = (asked: Partial<Candidate>, ...windows: Member<'windows'>[]) =>
      evaluate(candidate(asked), { windows }, NOW).find(({ code }) => code === 'REGION')?.message;
    expect(message(both, tokyo, wide)).toBe(
      '2027-03-10T17:00:00.000Z to 2027-03-10T18:00:00.000Z is not within the permitted local hours of london.',
    );
    expect(
      message(
        { ...both, regions: ['london'] },
        open('1:00', '2:00', { selectors: [{ regions: ['london'] }] }),
      ),
    ).toMatch(/hours of london\.$/);
  });

  test('does not count for a plan that is split by region', () => {
    expect(judge({ ...both, regionalSplit: true }, tokyo, london)).toEqual([]);
  });

  test('also keeps to the local hours that a region declares, whether or not windows name it', () => {
    const hours = (start: string, end: string): Snapshot => ({
      windows: [window()],
      regions: [{ id: 'eu', permitted: [during(start, '22:30'), during('22:30', end)] }],
    });
    expect(brief(candidate({ regions: ['eu'] }), hours('22:00', '23:00'))).toEqual([]);
    expect(brief(candidate({ regions: ['eu'] }), hours('22:01', '23:00'))).toEqual(['BLOCKER REGION eu']);
    expect(brief(candidate({ regions: ['us'] }), hours('22:01', '23:00'))).toEqual([]);
    expect(
      brief(candidate({ regions: ['eu', 'eu'], rollbackMinutes: 1 }), hours('22:00', '23:00')),
    ).toHaveLength(1);
  });

  test('takes windows without a region for every region', () => {
    const paris = { ...both, regions: ['tokyo', 'paris'] };
    expect(judge(paris, tokyo, open('17:01', '19:00', { id: 'all', selectors: [{}] }))).toEqual([
      'BLOCKER REGION paris',
    ]);
    expect(judge(paris, tokyo, open('17:00', '19:00', { id: 'all', selectors: [{}] }))).toEqual([]);
    expect(judge({ regions: ['tokyo'] }, tokyo, window())).toEqual([]);
  });

  test('only warns in an authorised emergency', () => {
    expect(judge({ ...both, emergency: { path: 'emergency' } }, tokyo, london)).toEqual([
      'WARNING REGION london',
    ]);
  });
});

describe('the effective permitted set', () => {
  const within = during('20:00', '30:00');
  const snapshot: Snapshot = {
    windows: [window(), open('25:00', '28:00', { id: 'V' })],
    freezes: [
      freeze({ id: 'F', ...during('23:00', '24:00') }),
      freeze({ id: 'G', mode: 'soft', ...during('24:00', '24:30') }),
      freeze({ id: 'H', ...during('27:00', '40:00') }),
    ],
    exceptions: [{ id: 'E', freeze: 'H', deployment: 'D', ...during('27:00', '27:10') }],
  };

  test('is the union of the matching windows minus the freezes that block', () => {
    const set = permitted(candidate(), snapshot, within, NOW);
    expect(set).toEqual([during('22:00', '23:00'), during('24:00', '27:10')]);
  });

  test('knows no freeze for a rollback, and ends where the question does', () => {
    const set = permitted(candidate({ kind: 'ROLLBACK' }), snapshot, during('20:00', '27:30'), NOW);
    expect(set).toEqual([during('22:00', '27:30')]);
  });

  test('keeps to the hours of the regions', () => {
    const regions = [{ id: 'eu', permitted: [during('22:15', '22:45')] }];
    const set = permitted(candidate({ regions: ['eu'] }), { ...snapshot, regions }, within, NOW);
    expect(set).toEqual([during('22:15', '22:45')]);
  });

  test('is refused for a reversed interval', () => {
    expect(() => permitted(candidate(), snapshot, { start: at('3:00'), end: at('2:00') }, NOW)).toThrow(
      'within ends before it starts',
    );
  });
});
