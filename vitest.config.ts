import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['hilo-source'] },
  ssr: { resolve: { conditions: ['hilo-source'] } },
  test: {
    // One less than the number of cores is the default. Many files wait for stores, so two run at once on two cores
    // too.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    include: ['{schemas,packages,services,infra,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/{e2e,conformance,browser,accept}/**'],
  },
});
