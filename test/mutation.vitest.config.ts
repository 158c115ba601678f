import { defineConfig } from 'vitest/config';

/** For mutation testing: what exercises `src/checks`. It needs no build; random histories would kill by chance. */
export default defineConfig({
  test: {
    // One worker for all files: a mutant is run in half the time.
    isolate: false,
    testTimeout: 60_000,
    include: ['test/checks/**/*.test.ts'],
    exclude: [
      'test/checks/properties.test.ts',
      'test/checks/sizes.test.ts',
      'test/checks/catalogue.test.ts',
      'test/**/*.long.test.ts',
    ],
  },
});
