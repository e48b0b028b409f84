import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { storeTests, testFiles } from './test/store-tests.ts';

/**
 * Tests that open no store and take several seconds each: the simulation, laws over thousands of cases, bodies of megabytes, the real
 * shop's year, processes that start and stop, and every file of the repository.
 */
const LONG = new Set([
  'infra/demo/retail-events.test.ts',
  'packages/behaviour/src/version-2/testing/planted-faults.test.ts',
  'packages/behaviour/src/version-2/testing/random-cases.test.ts',
  'packages/behaviour/src/version-2/explain/explain-equals-oracle.test.ts',
  'packages/service/src/run-service.test.ts',
  'packages/behaviour/src/version-2/stream/stream-equals-oracle.test.ts',
  'services/ingestion/src/use-cases/amplification.test.ts',
  'services/segmentation/src/testing/stream-equals-naive.test.ts',
  'services/segmentation/src/testing/stream-equals-oracle.test.ts',
  'test/casing/casing.test.ts',
  'test/simulation/activation.test.ts',
  'test/simulation/hilo.test.ts',
  'test/simulation/toy.test.ts',
]);
const ELSEWHERE = ['test/{e2e,conformance,browser,accept}/**'];
const root = import.meta.dirname;
const tests = testFiles(root, '{schemas,packages,services,infra,test}/**/*.test.ts');
const stores = new Set(storeTests(root, tests));
const free = tests.filter((path) => !stores.has(path));
// A busy machine takes several times as long for a property's first run as the default of 5 s allows.
const NO_STORES = { exclude: ELSEWHERE, env: { HILO_TEST_STORES: 'none' }, testTimeout: 30_000 };

/** `unit`: for every save. `long`: opens no store either, and takes longer. `stores`: on real stores. `npm test` runs all. */
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
        test: { ...NO_STORES, name: 'unit', isolate: false, include: free.filter((path) => !LONG.has(path)) },
      },
      { extends: true, test: { ...NO_STORES, name: 'long', include: free.filter((path) => LONG.has(path)) } },
      {
        extends: true,
        test: {
          name: 'stores',
          include: [...stores],
          exclude: ELSEWHERE,
          globalSetup: ['test/stack/share-stores.ts'],
          // A store may take its time to stop beside the files that run at once.
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
