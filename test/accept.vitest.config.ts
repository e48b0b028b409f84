import { defineConfig } from 'vitest/config';

const MINUTE_MS = 60_000;

/** Acceptance tests: each starts the stack that it needs, alone on the machine, and may take long. */
export default defineConfig({
  resolve: { conditions: ['hilo-source'] },
  ssr: { resolve: { conditions: ['hilo-source'] } },
  test: {
    include: ['test/accept/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 30 * MINUTE_MS,
    hookTimeout: 10 * MINUTE_MS,
  },
});
