/** Program: sets up the stores named in the environment, once they answer; an init container runs it. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { setUp } from './set-up.ts';

const PATIENCE_MS = 120_000;
const RETRY_MS = 2_000;

/** A variable of the environment, or the content of the file that `<name>_FILE` names (secrets). */
function variable(name: string, fallback?: string): string {
  const file = process.env[`${name}_FILE`];
  const text = process.env[name] ?? (file === undefined ? fallback : readFileSync(file, 'utf8').trim());
  if (text === undefined) {
    process.stderr.write(`${name} must be set\n`);
    process.exit(1);
  }
  return text;
}

const options = {
  kafka_brokers: variable('HILO_KAFKA_BROKERS').split(','),
  registry_url: variable('HILO_REGISTRY_URL'),
  postgres_url: variable('HILO_POSTGRES_URL'),
  clickhouse: {
    url: variable('HILO_CLICKHOUSE_URL'),
    user: variable('HILO_CLICKHOUSE_USER'),
    password: variable('HILO_CLICKHOUSE_PASSWORD', ''),
  },
  partitions: Number(variable('HILO_PARTITIONS', '4')),
};

const deadline_ms = Date.now() + PATIENCE_MS;
for (;;) {
  try {
    await setUp(options);
    break;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    if (Date.now() > deadline_ms) process.exit(1);
    await sleep(RETRY_MS);
  }
}
process.stdout.write('topics, schemas and tables are in place\n');
process.exit(0);
