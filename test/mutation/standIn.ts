import { format } from 'node:util';
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';

type Body = (...args: any[]) => unknown;

/** A group of tests with what happens before and after them. */
interface Suite {
  readonly name: string;
  readonly outer?: Suite;
  readonly beforeAll: Body[];
  readonly afterAll: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
}

/** A test as its file registered it. */
export interface Case {
  /** The file and the place in it: a name may hold what is new each time, such as a temporary folder. */
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly suite: Suite;
  readonly run: () => unknown;
}

const suiteNamed = (name: string, outer?: Suite): Suite => {
  const none = { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] };
  return outer ? { name, outer, ...none } : { name, ...none };
};

let suite = suiteNamed('');
let cases: Case[] = [];
let currentFile = '';

/** Imports a spec and answers the tests that it registers, in their order. */
export async function collect(file: string, load: () => Promise<unknown>): Promise<readonly Case[]> {
  [suite, cases, currentFile] = [suiteNamed(''), [], file];
  await load();
  return cases;
}

/** A suite and those around it, the outermost first. */
const around = (inner: Suite): Suite[] => [...(inner.outer ? around(inner.outer) : []), inner];

/** Suites whose `beforeAll` has run. They stay so from one mutant to the next, and are closed when they are loaded anew. */
const open = new Set<Suite>();

/** Undoes what tests had ready for all of them, when they are not going to run again. */
export async function close(cases: readonly Case[]): Promise<void> {
  const suites = [...new Set(cases.flatMap(({ suite }) => around(suite)))].toReversed();
  for (const hook of suites.flatMap(({ afterAll }) => afterAll)) await hook();
  for (const one of suites) open.delete(one);
}

/** Runs tests one after the other, with the hooks around them, and tells the end of each until one says that it is enough. */
export async function runAll(
  chosen: readonly Case[],
  ended: (test: Case, error: unknown, milliseconds: number) => 'go on' | 'enough',
  starting: (test: Case) => void = () => undefined,
): Promise<void> {
  for (const test of chosen) {
    const suites = around(test.suite);
    const start = performance.now();
    starting(test);
    const error = await failure(async () => {
      for (const each of suites.filter((one) => !open.has(one))) {
        open.add(each);
        for (const hook of each.beforeAll) await hook();
      }
      for (const hook of suites.flatMap(({ beforeEach }) => beforeEach)) await hook();
      await test.run();
      for (const hook of suites.toReversed().flatMap(({ afterEach }) => afterEach)) await hook();
    });
    if (ended(test, error, performance.now() - start) === 'enough') break;
  }
}

async function failure(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error ?? new Error('Something was thrown that is nothing.');
  }
}

function add(name: string, run: () => unknown): void {
  const path = [...around(suite).map((each) => each.name), name].join(' ').trim();
  cases.push({ id: `${currentFile}#${cases.length}`, name: path, file: currentFile, suite, run });
}

function group(name: string, body: Body): void {
  const outer = suite;
  suite = suiteNamed(name, outer);
  body();
  suite = outer;
}

/** `test(name, body)` and `test(name, options, body)`. */
const bodyOf = (args: readonly unknown[]): Body => args.find((each) => typeof each === 'function') as Body;

const argumentsOf = (row: unknown): unknown[] => (Array.isArray(row) ? row : [row]);

/** What `test` and `describe` have in common: rows, conditions and what is left out. */
function declaring(declare: (name: string, body: Body) => void) {
  const plain = (name: string, ...rest: unknown[]): void => declare(name, bodyOf(rest));
  const each =
    (rows: readonly unknown[]) =>
    (name: string, ...rest: unknown[]): void =>
      rows.forEach((row) => {
        const args = argumentsOf(row);
        declare(format(name, ...args), () => bodyOf(rest)(...args));
      });
  const nothing = Object.assign(() => undefined, { each: () => () => undefined });
  const all = Object.assign(plain, { each });
  return Object.assign(all, {
    skip: nothing,
    skipIf: (condition: unknown) => (condition ? nothing : all),
    runIf: (condition: unknown) => (condition ? all : nothing),
  });
}

export const test = declaring(add);
export const it = test;
export const describe = declaring(group);
export const beforeAll = (hook: Body): void => void suite.beforeAll.push(hook);
export const afterAll = (hook: Body): void => void suite.afterAll.push(hook);
export const beforeEach = (hook: Body): void => void suite.beforeEach.push(hook);
export const afterEach = (hook: Body): void => void suite.afterEach.push(hook);

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

/** Vitest's own assertions, which need nothing of Vitest but a place for their state. */
export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  (globalThis as any)[ASYMMETRIC_MATCHERS_OBJECT],
);
(globalThis as any)[GLOBAL_EXPECT] = expect;
setState({ assertionCalls: 0, isExpectingAssertions: false }, expect as never);
