import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { storeTests } from './store-tests.ts';

/** In two pieces, or this file would be found as well. */
const OPENER = `open${'Stores'}`;
const folder = mkdtempSync(join(tmpdir(), 'hilo-tests-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a test opens a store where it says so, or a file that it imports', () => {
  const files = {
    'helper.ts': `export const open = () => ${OPENER}('postgres');`,
    'itself.test.ts': `const stores = await ${OPENER}('postgres');`,
    'by-its-helper.test.ts': "import { open } from './helper.ts';",
    'by-a-type.test.ts': "import type { Open } from './helper.ts';",
    'not-at-all.test.ts': "import { seededBatch } from '@hilo/test-stack';",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const tests = Object.keys(files).filter((name) => name.endsWith('.test.ts'));
  expect(storeTests(folder, tests)).toEqual(['itself.test.ts', 'by-its-helper.test.ts']);
});

test('a unit test that opens one all the same is refused', async () => {
  const stack = (await import('@hilo/test-stack')) as unknown as Record<string, (store: string) => Promise<unknown>>;
  await expect(stack[OPENER]?.('postgres')).rejects.toThrow('a unit test opens no store');
}, 60_000);
