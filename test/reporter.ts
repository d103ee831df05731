import type { Reporter, TestModule } from 'vitest/node';

/** Closes every run with one line that people and machines read: `N passed, N failed`, and `, N skipped` where some are. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const of = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter(
      (module) =>
        module.errors().length > 0 ||
        (module.state() === 'failed' &&
          [...module.children.allTests()].every((test) => test.result().state !== 'failed')),
    ).length;
    const failed = of('failed') + broken + unhandled.length;
    const skipped = of('skipped');
    process.once('exit', () => {
      process.stdout.write(
        `${of('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
      );
    });
  }
}
