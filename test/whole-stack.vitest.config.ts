import { defineConfig } from 'vitest/config';

/** Tests that need all of Hilo running: they share one stack, so they run one file at a time. */
export default defineConfig({
  resolve: { conditions: ['hilo-source'] },
  ssr: { resolve: { conditions: ['hilo-source'] } },
  test: {
    include: ['test/{e2e,conformance}/**/*.test.ts'],
    globalSetup: ['test/stack/share-stack.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
