import { defineConfig } from 'vitest/config';

/** The console in a real browser, on its own whole stack. */
export default defineConfig({
  resolve: { conditions: ['hilo-source'] },
  ssr: { resolve: { conditions: ['hilo-source'] } },
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/stack/share-stack.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
