/** Program: sets up the stores named in the environment, once they answer; an init container runs it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { integer, list, readEnvironment, readOrExit, text, url } from '@hilo/service';
import { setUp } from './set-up.ts';

const PATIENCE_MS = 120_000;
const RETRY_MS = 2_000;

const settings = readOrExit(() =>
  readEnvironment({
    kafka_brokers: list('HILO_KAFKA_BROKERS'),
    registry_url: url('HILO_REGISTRY_URL'),
    postgres_url: text('HILO_POSTGRES_URL'),
    clickhouse_url: url('HILO_CLICKHOUSE_URL'),
    clickhouse_user: text('HILO_CLICKHOUSE_USER'),
    clickhouse_password: text('HILO_CLICKHOUSE_PASSWORD', ''),
    partitions: integer('HILO_PARTITIONS', 6, 1, 10_000),
  }),
);

const deadline_ms = Date.now() + PATIENCE_MS;
for (;;) {
  try {
    await setUp({
      ...settings,
      clickhouse: {
        url: settings.clickhouse_url,
        user: settings.clickhouse_user,
        password: settings.clickhouse_password,
      },
    });
    break;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    if (Date.now() > deadline_ms) process.exit(1);
    await sleep(RETRY_MS);
  }
}
process.stdout.write('topics, schemas and tables are in place\n');
process.exit(0);
