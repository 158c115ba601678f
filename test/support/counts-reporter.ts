import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output with the plain line that CI counts by. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let passed = 0;
    let failed = 0;
    const skipped: string[] = [];
    for (const module of modules) {
      const broken = module.errors().length;
      failed += broken;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        // The name of a test that cannot be run everywhere says why.
        else skipped.push(test.fullName);
      }
    }
    process.stdout.write(`\n${skipped.map((name) => `skipped: ${name}\n`).join('')}`);
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
  }
}
