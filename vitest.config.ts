import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['hilo-source'] },
  ssr: { resolve: { conditions: ['hilo-source'] } },
  test: {
    include: ['{schemas,packages,services,infra,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/{e2e,conformance,browser,accept}/**'],
  },
});
