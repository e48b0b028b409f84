import { readFileSync } from 'node:fs';
import type { SetUpOptions } from './set-up.ts';

/** A variable of the environment, or the content of the file that `<name>_FILE` names (secrets). Ends the process without. */
function variable(name: string, fallback?: string): string {
  const file = process.env[`${name}_FILE`];
  const text = process.env[name] ?? (file === undefined ? fallback : readFileSync(file, 'utf8').trim());
  if (text === undefined) {
    process.stderr.write(`${name} must be set\n`);
    process.exit(1);
  }
  return text;
}

/** Where the stores are, from the same variables as the services'. */
export function storeSettings(): SetUpOptions {
  return {
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
}
