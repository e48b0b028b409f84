import { once } from 'node:events';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';

const ROOT = join(import.meta.dirname, '../..');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-clone-'));
  execFileSync('git', ['clone', '--quiet', ROOT, join(folder, 'hilo')]);
  mkdirSync(join(folder, 'home'));
  // How packages are fetched on this machine is the machine's business, and not in the clone.
  for (const settings of ['.npmrc', '.m2/settings.xml', '.config/pip/pip.conf']) {
    const ours = join(homedir(), settings);
    if (existsSync(ours)) cpSync(ours, join(folder, 'home', settings));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function npm(...args: string[]): { child: ChildProcess; output: () => string } {
  const child = spawn('npm', args, {
    cwd: join(folder, 'hilo'),
    env: { ...process.env, HOME: join(folder, 'home'), HILO_CACHE: undefined },
    // A process group of its own, so that Ctrl-C can reach all of it as from a terminal.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-100_000);
  });
  return { child, output: () => output };
}

it('npm start, on a clean clone in a clean home, ends with the demo loaded, and Ctrl-C with nothing left running', async () => {
  const { child, output } = npm('start', '--', '--port-base', '18000');
  const ended = once(child, 'exit');
  await eventually(
    'the demo is loaded and Hilo is up',
    async () => output(),
    (text) => text.includes('Hilo is up.'),
    25 * 60_000,
  );
  expect(output()).toContain('19,959 orders, 3,836 refunds, 4,371 known customers');
  process.kill(-(child.pid ?? 0), 'SIGINT');
  await ended;
  expect(readdirSync(join(folder, 'hilo/.hilo/run')).filter((file) => file.endsWith('.pid'))).toEqual([]);
});

it('npm test passes there', async () => {
  const { child, output } = npm('test');
  expect((await once(child, 'exit'))[0]).toBe(0);
  expect(output()).toMatch(/\d+ passed, 0 failed\n$/);
});
