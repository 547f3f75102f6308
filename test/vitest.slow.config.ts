import { defineConfig } from 'vitest/config';

/** The long proofs: full trainings, big fuzzing runs, installs. Minutes to an hour. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.slow.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
