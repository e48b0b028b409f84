import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '@hilo/test-stack';
import { Pipeline } from '../bench/pipeline.ts';
import { HiloClient } from '../e2e/hilo-client.ts';

const LOADER = join(import.meta.dirname, '../../infra/dist/demo/load-demo.js');

/** What the stages may still work on once the demo is sent: seconds on a quiet machine. */
const WORKED_OFF_WITHIN_MS = 240_000;

/** Loads the demo into a stack that has none of it and waits until all stages have worked it off; rejects if the loader fails. */
export async function loadDemo(credentials: Credentials): Promise<void> {
  const [row] = await new HiloClient(credentials).rows<{ refunds: number }>(
    "SELECT count() AS refunds FROM hilo.events WHERE source = 'demo' AND event = 'Order Refunded'",
  );
  if ((row?.refunds ?? 0) > 0) return;
  const folder = await mkdtemp(join(tmpdir(), 'hilo-demo-'));
  try {
    const file = join(folder, 'credentials.json');
    await writeFile(file, JSON.stringify(credentials));
    const loader = spawn(process.execPath, [LOADER, '--credentials', file], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(loader, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the demo's loader ended with ${code}`);
    await new Pipeline(credentials).drained(WORKED_OFF_WITHIN_MS);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
