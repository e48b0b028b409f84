import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Seeds of each scenario. 10,000 take hours on two busy cores. */
const SEEDS = process.env['HILO_ACCEPT_SEEDS'] ?? '500';

it(`every topology passes ${SEEDS} seeds of its simulation`, { timeout: 24 * 3_600_000 }, async () => {
  const args = ['--conditions=hilo-source', 'test/simulation/main.ts', '--seeds', SEEDS];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  expect(code, 'the failing seeds are named above').toBe(0);
});
