import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { infraFile, type StoreName } from '@hilo/infra';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import type { OpenedStores } from './opened-stores.ts';

/** The images that docker-compose.yml runs too; the registry here keeps its schemas in memory. */
const IMAGES: Readonly<Record<StoreName, string>> = {
  kafka: 'apache/kafka:4.3.1',
  registry: 'apicurio/apicurio-registry-mem:2.6.13.Final',
  postgres: 'postgres:18',
  clickhouse: 'clickhouse/clickhouse-server:26.7',
};

const START_TIMEOUT_MS = 120_000;
const PASSWORD = 'only-for-the-tests';
const SOCKET = '/var/run/docker.sock';
const CLICKHOUSE_METRICS = infraFile('docker/clickhouse-metrics.xml');
/** The users beside the one with all rights, as in docker compose. */
const USERS = ['loader.xml', 'reader.xml'] as const;
const LISTENERS = infraFile('docker/clickhouse/listeners.xml');

/** Whether a Docker engine answers: the one that DOCKER_HOST names, else this machine's. */
export function dockerAnswers(): Promise<boolean> {
  if (process.env.DOCKER_HOST !== undefined) return Promise.resolve(true);
  if (!existsSync(SOCKET)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const call = get({ socketPath: SOCKET, path: '/_ping', timeout: 2000, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    call.once('error', () => resolve(false));
    call.once('timeout', () => call.destroy(new Error('no answer')));
  });
}

function kafka(port: number): GenericContainer {
  const listeners = `CLIENT://:${port},CONTROLLER://:9093`;
  return new GenericContainer(IMAGES.kafka)
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: listeners,
      KAFKA_ADVERTISED_LISTENERS: `CLIENT://localhost:${port}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'CLIENT',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    })
    .withExposedPorts({ container: port, host: port })
    .withWaitStrategy(Wait.forListeningPorts());
}

function container(store: StoreName, freePort: number): GenericContainer {
  switch (store) {
    case 'kafka':
      return kafka(freePort);
    case 'registry':
      return new GenericContainer(IMAGES.registry)
        .withExposedPorts(8080)
        .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080));
    case 'postgres':
      return new GenericContainer(IMAGES.postgres)
        .withEnvironment({ POSTGRES_USER: 'hilo', POSTGRES_PASSWORD: PASSWORD, POSTGRES_DB: 'hilo' })
        .withExposedPorts(5432)
        .withCommand(['postgres', '-c', 'max_connections=200'])
        .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2));
    case 'clickhouse':
      return new GenericContainer(IMAGES.clickhouse)
        .withEnvironment({
          CLICKHOUSE_USER: 'hilo',
          CLICKHOUSE_PASSWORD: PASSWORD,
          CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: '1',
          HILO_LOADER_PASSWORD: PASSWORD,
          HILO_READER_PASSWORD: PASSWORD,
        })
        .withCopyFilesToContainer([
          ...USERS.map((file) => ({
            source: infraFile('docker/clickhouse', file),
            target: `/etc/clickhouse-server/users.d/${file}`,
          })),
          { source: LISTENERS, target: '/etc/clickhouse-server/config.d/listeners.xml' },
          { source: CLICKHOUSE_METRICS, target: '/etc/clickhouse-server/config.d/metrics.xml' },
        ])
        .withExposedPorts(8123)
        .withWaitStrategy(Wait.forHttp('/ping', 8123));
  }
}

function addresses(running: ReadonlyMap<StoreName, StartedTestContainer>, kafkaPort: number) {
  const at = (store: StoreName, port: number) => {
    const found = running.get(store);
    return found === undefined ? null : `${found.getHost()}:${found.getMappedPort(port)}`;
  };
  const [registry, postgres, clickhouse] = [at('registry', 8080), at('postgres', 5432), at('clickhouse', 8123)];
  const user = {
    ...{ user: 'hilo', password: PASSWORD, loaderUser: 'loader', loaderPassword: PASSWORD },
    ...{ readonlyUser: 'reader', readonlyPassword: PASSWORD },
  };
  return {
    ...(running.has('kafka') ? { kafkaBrokers: [`localhost:${kafkaPort}`] } : {}),
    ...(registry === null ? {} : { registryUrl: `http://${registry}/apis/ccompat/v7` }),
    ...(postgres === null ? {} : { postgresUrl: `postgres://hilo:${PASSWORD}@${postgres}/hilo` }),
    ...(clickhouse === null ? {} : { clickhouse: { url: `http://${clickhouse}`, ...user } }),
  };
}

/** The stores in containers of the Docker engine. Rejects if an image is not available. */
export async function startDockerStores(wanted: readonly StoreName[], freePort: number): Promise<OpenedStores> {
  const running = new Map<StoreName, StartedTestContainer>();
  const close = async () => {
    await Promise.all([...running.values()].map((one) => one.stop()));
  };
  const started = await Promise.allSettled(
    wanted.map(async (store) => {
      running.set(store, await container(store, freePort).withStartupTimeout(START_TIMEOUT_MS).start());
    }),
  );
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return {
    ...addresses(running, freePort),
    kill: () => Promise.reject(new Error('stores in containers are not killed: use the embedded ones')),
    ready: async () => {},
    close,
  };
}
