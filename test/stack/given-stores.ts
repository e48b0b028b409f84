import type { StoreName } from '@hilo/infra';
import type { OpenedStores } from './opened-stores.ts';

const VARIABLES: Readonly<Record<StoreName, string>> = {
  kafka: 'HILO_TEST_KAFKA_BROKERS',
  registry: 'HILO_TEST_REGISTRY_URL',
  postgres: 'HILO_TEST_POSTGRES_URL',
  clickhouse: 'HILO_TEST_CLICKHOUSE_URL',
};

/** The stores that the environment names; null if it does not name all wanted ones. */
export function givenStores(
  wanted: readonly StoreName[],
  environment: Readonly<Record<string, string | undefined>>,
): OpenedStores | null {
  const given = (store: StoreName) => (wanted.includes(store) ? environment[VARIABLES[store]] : undefined);
  if (wanted.some((store) => given(store) === undefined)) return null;
  const [kafka, registry, postgres, clickhouse] = [
    given('kafka'),
    given('registry'),
    given('postgres'),
    given('clickhouse'),
  ];
  const user = environment.HILO_TEST_CLICKHOUSE_USER ?? 'default';
  const password = environment.HILO_TEST_CLICKHOUSE_PASSWORD ?? '';
  const loaderUser = environment.HILO_TEST_CLICKHOUSE_LOADER_USER ?? user;
  const loaderPassword = environment.HILO_TEST_CLICKHOUSE_LOADER_PASSWORD ?? password;
  const readonlyUser = environment.HILO_TEST_CLICKHOUSE_READONLY_USER ?? user;
  const readonlyPassword = environment.HILO_TEST_CLICKHOUSE_READONLY_PASSWORD ?? password;
  return {
    ...(kafka === undefined ? {} : { kafkaBrokers: kafka.split(',') }),
    ...(registry === undefined ? {} : { registryUrl: registry }),
    ...(postgres === undefined ? {} : { postgresUrl: postgres }),
    ...(clickhouse === undefined
      ? {}
      : {
          clickhouse: { url: clickhouse, user, password, loaderUser, loaderPassword, readonlyUser, readonlyPassword },
        }),
    kill: () => Promise.reject(new Error('the stores were given to the test: it may not kill them')),
    ready: async () => {},
    close: async () => {},
  };
}
