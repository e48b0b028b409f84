import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EmbeddedStores,
  freePorts,
  freeStorePorts,
  postgresStore,
  postgresUrl,
  type StoreAddresses,
  SupervisedProcess,
} from '@hilo/infra';
import { openSecureKafka } from './secure-kafka.ts';
import { openTlsFront } from './tls-front.ts';

/** All stores behind TLS, each with a user: as a company that runs them itself has them. */
export interface SecureStores {
  /** Variables that name them, for the services and the set-up (docs/operating.md); those of PostgreSQL are each one's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** URL of PostgreSQL with TLS, for its owner. */
  readonly postgresUrl: string;
  /** The same stores without TLS, for the test's own checks. */
  readonly plain: StoreAddresses;
  close(): Promise<void>;
}

const PASSWORD = 'let-me-in';
const REGISTRY_LOGIN = { username: 'hilo', password: 'may-register' };

/** Opens them on free ports; closes what was opened if one fails. */
export async function openSecureStores(): Promise<SecureStores> {
  const data = await mkdtemp(join(tmpdir(), 'hilo-secure-stores-'));
  const opened: (() => Promise<void>)[] = [() => rm(data, { recursive: true, force: true })];
  const close = async () => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne();
  };
  try {
    const kafka = await openSecureKafka();
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
    const passwordFile = join(data, 'kafka-password');
    await writeFile(passwordFile, `${kafka.password}\n`);
    const plainPostgres = postgresUrl({ port, password: PASSWORD });
    return {
      environment: {
        NODE_EXTRA_CA_CERTS: kafka.ca,
        HILO_KAFKA_BROKERS: kafka.saslBrokers,
        HILO_KAFKA_TLS: 'on',
        HILO_KAFKA_TLS_CA_FILE: kafka.ca,
        HILO_KAFKA_SASL_MECHANISM: 'scram-sha-512',
        HILO_KAFKA_SASL_USERNAME: kafka.username,
        HILO_KAFKA_SASL_PASSWORD_FILE: passwordFile,
        HILO_REGISTRY_URL: registry.url,
        HILO_REGISTRY_USERNAME: REGISTRY_LOGIN.username,
        HILO_REGISTRY_PASSWORD: REGISTRY_LOGIN.password,
        HILO_CLICKHOUSE_URL: clickhouseFront.url,
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
