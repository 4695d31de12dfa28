import type { Reporter, TestModule } from 'vitest/node';

/** Prints the plain closing line that continuous integration reads: "N passed, N failed, N skipped". */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const state = test.result().state;
        counts[state === 'passed' || state === 'failed' ? state : 'skipped']++;
      }
      // A module that broke before its tests were collected is a failure that no test reports.
      if (tests.length === 0 && module.state() === 'failed') counts.failed++;
    }
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}
