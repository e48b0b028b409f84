import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';

const credentials = sharedStack();
const hilo = new HiloClient(credentials);

/** A folder as the reader of the README has it: with `.hilo/credentials.json`. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-readme-'));
  mkdirSync(join(folder, '.hilo'));
  writeFileSync(join(folder, '.hilo/credentials.json'), JSON.stringify(credentials));
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['first-event-sdk.mjs', 'http'],
  ['first-event-kafka.mjs', 'kafka'],
])("the README's %s puts an order into ClickHouse", async (example, via) => {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, '../examples', example)], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(run.stderr).not.toContain('Error');
  expect(run.status).toBe(0);
  await eventually(
    'the order is in ClickHouse',
    () =>
      hilo.rows<{ n: number }>(
        "SELECT count() AS n FROM hilo.events WHERE user_id = 'ada' AND event = 'Order Completed' AND via = {via:String}",
        { via },
      ),
    ([row]) => row !== undefined && row.n > 0,
  );
});
