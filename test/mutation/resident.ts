import 'reflect-metadata';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { MutantCoverage, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { property } from './setup.js';
import { type Case, close, collect, runAll } from './standIn.js';

/** What the instrumented sources look at, in a place that Stryker names. */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage;
}

const switchboard: Switchboard = ((globalThis as any).__stryker__ ??= {});

/** A test slower than this is kept for the end. */
const SLOW_MS = 20;

/** Names the tests left out, for the processes that come after the one that made the dry run. */
const LEFT_OUT = 'left-out.json';

/** Where the instrumented sources of a process that a test starts look for the mutant. */
const INHERITED = '__STRYKER_ACTIVE_MUTANT__';

let generations = 0;

/** Puts a mutant to work, here and in the processes that tests start, or none. */
function activate(id?: string, hitLimit?: number): void {
  Object.assign(switchboard, { activeMutant: id, hitCount: id && 0, hitLimit });
  if (id === undefined) delete process.env[INHERITED];
  else process.env[INHERITED] = id;
}

/**
 * Runs the specs in the process that stays, where Vitest starts a thread for every mutant: a mutant costs its tests and
 * nothing else. Sources are loaded anew for a mutant that is at work while they load, and whenever a mutant has left
 * something behind (a cache filled with what is wrong), which is found by running what failed once more without it.
 */
class Resident implements TestRunner {
  static inject: [typeof commonTokens.options] = [commonTokens.options];
  private readonly specs: readonly string[];
  private cases: readonly Case[] = [];
  private leftOut: readonly string[] | undefined;
  private readonly durations = new Map<string, number>();

  constructor(options: StrykerOptions) {
    this.specs = options.testFiles ?? [];
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  dispose(): Promise<void> {
    return close(this.cases);
  }

  async dryRun(): Promise<DryRunResult> {
    await this.loadAnew();
    const tests = await this.withoutThoseThatCount(await this.run(this.cases, true));
    const mutantCoverage = switchboard.mutantCoverage ?? { static: {}, perTest: {} };
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  /** Leaves out the tests that fail only for want of cases: they tell how many they have seen. */
  private async withoutThoseThatCount(tests: readonly TestResult[]): Promise<TestResult[]> {
    const failed = new Set(tests.filter(({ status }) => status === TestStatus.Failed).map(({ id }) => id));
    const cases = property.cases;
    property.cases = Infinity;
    const again = await this.run(
      this.cases.filter(({ id }) => failed.has(id)),
      true,
    );
    property.cases = cases;
    for (const id of failed) delete switchboard.mutantCoverage?.perTest[id];
    writeFileSync(LEFT_OUT, JSON.stringify([...failed]));
    return [
      ...tests.filter(({ id }) => !failed.has(id)),
      ...again.filter(({ status }) => status === TestStatus.Failed),
    ];
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, hitLimit, testFilter, reloadEnvironment } = options;
    if (reloadEnvironment) return this.loadedWith(activeMutant.id, hitLimit);
    if (this.cases.length === 0) await this.loadAnew();
    const wanted = new Set(testFilter);
    const chosen = this.quickFirst(this.cases.filter(({ id }) => !testFilter || wanted.has(id)));
    const result = await this.against(activeMutant.id, hitLimit, chosen);
    if (await this.stillPassesWithout(result)) return result;
    await this.loadAnew();
    const anew = this.quickFirst(this.cases.filter(({ id }) => !testFilter || wanted.has(id)));
    const again = await this.against(activeMutant.id, hitLimit, anew);
    await this.loadAnew();
    if (await this.stillPassesWithout(again)) return again;
    throw new Error('A test fails without a mutant: it depends on those before it.');
  }

  /** Whether the test that a mutant failed passes when the mutant is gone. */
  private async stillPassesWithout(result: MutantRunResult): Promise<boolean> {
    const killers = new Set('killedBy' in result ? result.killedBy : []);
    const results = await this.run(this.cases.filter(({ id }) => killers.has(id)));
    return results.every(({ status }) => status === TestStatus.Success);
  }

  /** A mutant of what runs while a source loads: it is at work before anything is imported, spec after spec. */
  private async loadedWith(id: string, hitLimit: number | undefined): Promise<MutantRunResult> {
    const generation = ++generations;
    let result: MutantRunResult = { status: MutantRunStatus.Survived, nrOfTests: 0 };
    for (const file of this.specsQuickFirst()) {
      activate(id, hitLimit);
      result = await this.loaded(file, generation).then(
        async (cases) => {
          const outcome = await this.against(id, hitLimit, this.quickFirst(cases));
          await close(cases);
          return outcome;
        },
        (error) => ({
          status: MutantRunStatus.Killed,
          killedBy: [file],
          failureMessage: inspect(error),
          nrOfTests: 1,
        }),
      );
      activate();
      if (result.status !== MutantRunStatus.Survived) break;
    }
    return result;
  }

  private specsQuickFirst(): readonly string[] {
    const total = (file: string): number =>
      [...this.durations].reduce((sum, [id, one]) => (id.startsWith(`${file}#`) ? sum + one : sum), 0);
    return this.specs.toSorted((a, b) => total(a) - total(b));
  }

  private async against(
    id: string,
    hitLimit: number | undefined,
    chosen: readonly Case[],
  ): Promise<MutantRunResult> {
    activate(id, hitLimit);
    const tests = await this.run(chosen);
    const timeout = determineHitLimitReached(switchboard.hitCount, hitLimit);
    activate();
    return toMutantRunResult(timeout ?? { status: DryRunStatus.Complete, tests });
  }

  /** Runs tests until one fails, or all of them. */
  private async run(chosen: readonly Case[], all = false): Promise<TestResult[]> {
    const results: TestResult[] = [];
    await runAll(
      chosen,
      ({ id, name, file }, error, timeSpentMs) => {
        switchboard.currentTestId = undefined;
        if (!error) this.durations.set(id, timeSpentMs);
        const common = { id, name, timeSpentMs, fileName: resolve(file) };
        results.push(
          error
            ? { ...common, status: TestStatus.Failed, failureMessage: inspect(error) }
            : { ...common, status: TestStatus.Success },
        );
        return error && !all ? 'enough' : 'go on';
      },
      ({ id }) => (switchboard.currentTestId = id),
    );
    return results;
  }

  private async loadAnew(): Promise<void> {
    await close(this.cases);
    const generation = ++generations;
    const cases: Case[] = [];
    for (const file of this.specs) cases.push(...(await this.loaded(file, generation)));
    this.cases = cases;
  }

  private async loaded(file: string, generation: number): Promise<readonly Case[]> {
    const url = `${pathToFileURL(resolve(file)).href}?g=${generation}`;
    const cases = await collect(file, () => import(url));
    this.leftOut ??= existsSync(LEFT_OUT)
      ? (JSON.parse(readFileSync(LEFT_OUT, 'utf8')) as string[])
      : undefined;
    return cases.filter(({ id }) => !this.leftOut?.includes(id));
  }

  /** What an example notices never waits for a law. */
  private quickFirst(chosen: readonly Case[]): readonly Case[] {
    const duration = ({ id }: Case): number => {
      const known = this.durations.get(id) ?? 0;
      return known < SLOW_MS ? 0 : known;
    };
    return chosen.toSorted((a, b) => duration(a) - duration(b));
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'resident', Resident)];
