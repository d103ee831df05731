import { expect, test } from 'vitest';
import { covers } from './glob.js';

test.each([
  ['web', 'web'],
  ['', ''],
  ['*', ''],
  ['*', 'https://kubernetes.default.svc/a'],
  ['web-*', 'web-'],
  ['web-*', 'web-prod'],
  ['*-prod', 'web-prod'],
  ['*a*b*c', 'xaxabxbcc'],
  ['w?b', 'wéb'],
  ['w?b', 'w🚀b'],
  ['[a-c]x', 'bx'],
  ['[a-c]x', 'cx'],
  ['[abc]', 'c'],
  ['[]]', ']'],
  ['[!a-c]', '!'],
  ['[!a-c]x', 'dx'],
  ['[a-]', '-'],
  ['{web,api}-prod', 'api-prod'],
  ['x{a,b}{c,d}y', 'xbcy'],
  ['x{a,}y', 'xy'],
  ['{a*,b?}', 'axx'],
  ['a\\*', 'a*'],
  ['a\\{b\\}', 'a{b}'],
  ['🚀', '🚀'],
  ['{a\\,b,c}', 'a,b'],
])('%s covers %s', (pattern, name) => {
  expect(covers(pattern, name)).toBe(true);
});

test.each([
  ['web', 'Web'],
  ['web', 'webs'],
  ['web', 'we'],
  ['', 'a'],
  ['?', ''],
  ['web-*', 'web'],
  ['*-prod', 'web-prod2'],
  ['w.b', 'web'],
  ['[a-c]', 'd'],
  ['[a-c]', '-'],
  ['[adz]', 'b'],
  ['[a-c]', 'B'],
  ['[!a-c]', 'b'],
  ['[!a-c]', ''],
  ['{web,api}', 'webapi'],
  ['{web,api}-prod', 'api'],
  ['a\\*', 'ab'],
  ['[a', 'a'],
  ['[]', ''],
  ['a\\', 'a\\'],
  ['{a', '{a'],
  ['a}', 'a}'],
  ['{a,{b,c}}', 'b'],
])('%s does not cover %s', (pattern, name) => {
  expect(covers(pattern, name)).toBe(false);
});

test('braces stand for 100 patterns at most', () => {
  expect(covers('{a,b,c,d,e,f,g,h,i,j}'.repeat(2), 'jj')).toBe(true);
  expect(covers(`${'{a,b,c,d,e,f,g,h,i,j}'.repeat(2)}{a,b}`, 'jjb')).toBe(false);
});

test('hostile patterns take no longer than pattern times name', () => {
  const before = performance.now();
  expect(covers(`${'*a'.repeat(250)}b`, 'a'.repeat(500))).toBe(false);
  for (const sign of ['{', '}', '\\', '[', '{a,', '\\{']) covers(sign.repeat(250), 'a'.repeat(500));
  expect(performance.now() - before).toBeLessThan(20_000);
});
