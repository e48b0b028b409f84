import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { storeTests, testFiles } from './test/store-tests.ts';

const ELSEWHERE = ['test/{e2e,conformance,browser,accept}/**'];
const root = import.meta.dirname;
const tests = testFiles(root, '{schemas,packages,services,infra,test}/**/*.test.ts');
const stores = storeTests(root, tests);

/** `unit`: opens no store, for every save. `stores`: on real stores. `npm test` runs both. */
export default defineConfig({
  resolve: { conditions: ['hilo-source'] },
  ssr: { resolve: { conditions: ['hilo-source'] } },
  test: {
    // One less than the number of cores is the default. Many files wait for stores, so two run at once on two cores
    // too.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: tests.filter((path) => !stores.includes(path)),
          exclude: ELSEWHERE,
          env: { HILO_TEST_STORES: 'none' },
        },
      },
      // A store may take its time to stop beside the files that run at once.
      { extends: true, test: { name: 'stores', include: [...stores], exclude: ELSEWHERE, hookTimeout: 60_000 } },
    ],
  },
});
