import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // Engine tests share one native session and two cores: processes, not threads (the addon is loaded once a process).
    pool: 'forks',
    testTimeout: 30_000,
  },
});
