import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SEEDS = '10000';
const LONG = { timeout: 6 * 3_600_000 };

/** Runs test files with more questions than `npm test` asks; hands back the exit code. */
async function vitest(
  project: string,
  paths: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...paths];
  const options = { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] as const };
  const child = spawn(process.execPath, args, { ...options, stdio: [...options.stdio] });
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', (code) => resolve(code ?? 1)));
}

describe('the segment language', () => {
  it(`means the same to the stream and to the oracle, in ${SEEDS} random histories`, LONG, async () => {
    const paths = ['packages/behaviour/src/version-2', 'services/segmentation/src/testing'];
    expect(await vitest('long', paths, { HILO_PROPERTY_RUNS: SEEDS })).toBe(0);
  });

  it(
    `means the same to ClickHouse and to the oracle, in ${SEEDS} random conditions and all scenarios`,
    LONG,
    async () => {
      expect(await vitest('stores', ['test/statements/segment-sql.test.ts'], { HILO_SEGMENT_QUESTIONS: 'all' })).toBe(
        0,
      );
    },
  );
});
