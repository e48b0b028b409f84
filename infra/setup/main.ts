/** Program: sets up the stores named in the environment, once they answer; an init container runs it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { setUp } from './set-up.ts';
import { storeSettings } from './settings.ts';

const PATIENCE_MS = 120_000;
const RETRY_MS = 2_000;

const options = storeSettings();
const deadlineMs = Date.now() + PATIENCE_MS;
for (;;) {
  try {
    for (const service of await setUp(options))
      process.stdout.write(
        `${service} uses PostgreSQL as the owner: set HILO_${service.toUpperCase()}_POSTGRES_URL to give it its own user\n`,
      );
    break;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    if (Date.now() > deadlineMs) process.exit(1);
    await sleep(RETRY_MS);
  }
}
process.stdout.write('topics, schemas and tables are in place\n');
process.exit(0);
