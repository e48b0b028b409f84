import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '@hilo/test-stack';

/** Runs end-to-end tests, by their names in test/e2e, against a running stack; resolves with vitest's exit code. */
export async function endToEnd(credentials: Credentials, ...names: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-end-to-end-'));
  try {
    const file = join(folder, 'credentials.json');
    writeFileSync(file, JSON.stringify(credentials), { mode: 0o600 });
    const files = names.map((name) => `test/e2e/${name}.test.ts`);
    const args = ['run', '--config', 'test/whole-stack.vitest.config.ts', ...files];
    const env = { ...process.env, HILO_TEST_CREDENTIALS: file };
    const vitest = spawn('vitest', args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
    return ((await once(vitest, 'exit')) as [number])[0];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
