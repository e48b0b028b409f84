import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EmbeddedStores,
  freePorts,
  freeStorePorts,
  kafkaUserOf,
  postgresStore,
  postgresUrl,
  type StoreAddresses,
  SupervisedProcess,
} from '@hilo/infra';
import { STAGES } from '@hilo/schemas';
import { openSecureKafka } from './secure-kafka.ts';
import { openTlsFront } from './tls-front.ts';

/**
 * All stores behind TLS, each with users, and a Kafka that lets a user do only what has been granted: as a company that runs
 * them itself has them.
 */
export interface SecureStores {
  /** Variables that name them, for the services (docs/operating.md); users of PostgreSQL and Kafka are each one's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** The user of one service in Kafka; the console has none. */
  environmentOf(service: string): Readonly<Record<string, string>>;
  /** Variables for the set-up, which comes to Kafka as an administrator, and makes those users. */
  readonly setUp: Readonly<Record<string, string>>;
  /** URL of PostgreSQL with TLS, for its owner. */
  readonly postgresUrl: string;
  /** The same stores without TLS, for the test's own checks. */
  readonly plain: StoreAddresses;
  close(): Promise<void>;
}

const PASSWORD = 'let-me-in';
/** Topics outside Hilo that destinations may write to. */
const DESTINATIONS = 'crm.*';
const REGISTRY_LOGIN = { username: 'hilo', password: 'may-register' };

/** Opens them on free ports; closes what was opened if one fails. */
export async function openSecureStores(): Promise<SecureStores> {
  const data = await mkdtemp(join(tmpdir(), 'hilo-secure-stores-'));
  const opened: (() => Promise<void>)[] = [() => rm(data, { recursive: true, force: true })];
  const close = async () => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne();
  };
  try {
    const kafka = await openSecureKafka({ rights: true });
    opened.push(() => kafka.close());
    const [port = 0] = await freePorts(1);
    const shown = { certificate: kafka.serverCertificate, key: kafka.serverKey };
    const postgres = postgresStore({ data: join(data, 'postgres'), port, password: PASSWORD, secure: shown });
    await postgres.prepare();
    const surroundings = { logs: join(data, 'logs'), notes: join(data, 'run'), report: () => {} };
    const running = new SupervisedProcess(postgres.process, surroundings);
    opened.push(() => running.stop());
    await running.start();
    const http = new EmbeddedStores(['registry', 'clickhouse'], {
      data,
      ports: await freeStorePorts(),
      postgresPassword: PASSWORD,
      clickhouse: {
        ...{ user: 'hilo', password: PASSWORD, loaderUser: 'loader', loaderPassword: 'load' },
        ...{ readonlyUser: 'reader', readonlyPassword: 'read' },
      },
      report: () => {},
    });
    opened.push(() => http.stop());
    await http.start();
    const { registryUrl, clickhouse } = http.addresses;
    const registry = await openTlsFront({ behind: registryUrl, ...shown, login: REGISTRY_LOGIN });
    opened.push(() => registry.close());
    const clickhouseFront = await openTlsFront({ behind: clickhouse.url, ...shown });
    opened.push(() => clickhouseFront.close());
    const passwords = STAGES.map((stage) => [stage, join(data, `${stage}_kafka_password`)] as const);
    for (const [stage, file] of passwords) await writeFile(file, `password of ${stage}, and of nobody else\n`);
    const plainPostgres = postgresUrl({ port, password: PASSWORD });
    const environment = {
      NODE_EXTRA_CA_CERTS: kafka.ca,
      HILO_KAFKA_TLS: 'on',
      HILO_KAFKA_TLS_CA_FILE: kafka.ca,
      HILO_REGISTRY_URL: registry.url,
      HILO_REGISTRY_USERNAME: REGISTRY_LOGIN.username,
      HILO_REGISTRY_PASSWORD: REGISTRY_LOGIN.password,
      HILO_CLICKHOUSE_URL: clickhouseFront.url,
    };
    return {
      environment: { ...environment, HILO_KAFKA_BROKERS: kafka.saslBrokers },
      environmentOf: (service): Readonly<Record<string, string>> => {
        const [stage, file] = passwords.find(([name]) => name === service) ?? [];
        if (stage === undefined || file === undefined) return {};
        return {
          HILO_KAFKA_SASL_MECHANISM: 'scram-sha-512',
          HILO_KAFKA_SASL_USERNAME: kafkaUserOf(stage),
          HILO_KAFKA_SASL_PASSWORD_FILE: file,
        };
      },
      setUp: {
        ...environment,
        HILO_KAFKA_BROKERS: kafka.certificateBrokers,
        HILO_KAFKA_TLS_CERT_FILE: kafka.clientCertificate,
        HILO_KAFKA_TLS_KEY_FILE: kafka.clientKey,
        HILO_KAFKA_RIGHTS: 'on',
        HILO_KAFKA_DESTINATION_TOPICS: DESTINATIONS,
        ...Object.fromEntries(
          passwords.map(([stage, file]) => [`HILO_${stage.toUpperCase()}_KAFKA_PASSWORD_FILE`, file]),
        ),
      },
      postgresUrl: `${plainPostgres}?sslmode=verify-full&sslrootcert=${kafka.ca}`,
      plain: { kafkaBrokers: [kafka.brokers], registryUrl, postgresUrl: plainPostgres, clickhouse },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
