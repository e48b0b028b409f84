import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  answers,
  brokerStore,
  createTopics,
  freePorts,
  grantKafkaRights,
  infraFile,
  kafkaRightsOf,
  kafkaUserOf,
  kafkaUsers,
  SERVICE_NAMES,
  SupervisedProcess,
} from '@hilo/infra';
import { STAGES, type StageName, TOPICS } from '@hilo/schemas';
import { clickHouseLogin, type KeyPair, readEnvironment, stageSettings } from '@hilo/service';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Composed, composeFile, mergedCompose } from './composed.ts';

/** docker-compose.secured.yml with its own secrets and certificates, and the broker that its settings describe. */

const [base, secured] = ['docker-compose.yml', 'docker-compose.secured.yml'].map(composeFile) as [Composed, Composed];
const merged = mergedCompose(base, secured);

let folder: string;
let secrets: string;
/** Ports of the compose file, and the free ones that stand for them here. */
const ports = new Map<string, number>();
let broker: SupervisedProcess;

/** Secrets of what an operator may use; empty until then. */
const OPTIONAL = ['openid_client_secret', 'smtp_url', 'log_otlp_headers'];
const passwordlike = /(password|url|token|key|keystore|tls|users)$/;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-secured-'));
  secrets = join(folder, 'secrets');
  await promisify(execFile)(infraFile('docker/make-secrets.sh'), [secrets]);
  for (const [index, port] of (await freePorts(4)).entries())
    ports.set(['19092', '19093', '4092', '9093'][index] ?? '', port);
  const store = brokerStore({
    data: join(folder, 'kafka'),
    name: 'kafka',
    properties: serverProperties(),
    ready: () => answers(ports.get('19093') ?? 0),
  });
  await store.prepare();
  broker = new SupervisedProcess(store.process, {
    ...{ logs: join(folder, 'logs'), notes: join(folder, 'run'), report: () => {} },
  });
  await broker.start();
}, 180_000);

afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A setting of the compose files as it is on this machine; docker compose makes one dollar of two. */
function here(text: string): string {
  const local = text
    .replaceAll('$$', '$')
    .replaceAll(/\/\/(kafka)?:/g, '//127.0.0.1:')
    .replaceAll('/run/secrets/', `${secrets}/`);
  return [...ports].reduce(
    (one, [port, free]) => one.replaceAll(new RegExp(`:${port}\\b`, 'g'), `:${free}`),
    local.replaceAll('kafka:', '127.0.0.1:'),
  );
}

/** As the image makes it of variables: one underscore is a dot, two are an underscore, three a dash. */
function serverProperties(): string {
  return Object.entries({ ...merged.services.kafka?.environment, KAFKA_LOG_DIRS: join(folder, 'kafka/logs') })
    .filter(([name]) => name.startsWith('KAFKA_') && name !== 'KAFKA_HEAP_OPTS')
    .map(([name, value]) => {
      const key = name.slice('KAFKA_'.length).toLowerCase();
      const property = key.replaceAll(/_{1,3}/g, (run) => ['.', '_', '-'][run.length - 1] ?? '');
      return `${property}=${here(String(value))}\n`;
    })
    .join('');
}

/** The variables that docker-compose.secured.yml gives to a service, with its secrets by their own names. */
function environmentOf(service: string): Readonly<Record<string, string>> {
  const { environment = {}, secrets: mounted = [] } = secured.services[service] ?? {};
  const sources = new Map(
    mounted.map((one) => (typeof one === 'string' ? ([one, one] as const) : ([one.target, one.source] as const))),
  );
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      const text = String(value)
        .replace(/\$\{.*\}/, '')
        .replaceAll(/\/run\/secrets\/(\w+)/g, (_, target: string) => {
          expect(sources.keys(), `${service} mounts ${target}`).toContain(target);
          return `/run/secrets/${sources.get(target)}`;
        });
      return [name, here(text)];
    }),
  );
}

describe('the secrets of docker compose', () => {
  it('are all made by make-secrets.sh, in a folder that only its owner can enter', () => {
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
    const files = Object.values(merged.secrets).map(({ file }) => file.slice(file.lastIndexOf('/') + 1));
    const made = readdirSync(secrets);
    expect(files.filter((file) => !made.includes(file))).toEqual([]);
    for (const file of files)
      if (!OPTIONAL.includes(file)) expect(statSync(join(secrets, file)).size, file).toBeGreaterThan(16);
    // The authority's key signs for all others: nothing mounts it. Nor what tools outside show to ClickHouse.
    expect(made.filter((file) => !files.includes(file)).sort()).toEqual([
      ...['clickhouse_reader_certificate', 'clickhouse_reader_key', 'stores_ca.key'],
    ]);
    expect(statSync(join(secrets, 'stores_ca.key')).mode & 0o777).toBe(0o600);
  });

  it('stay as they are when it runs again, and no two of them are the same', async () => {
    const contents = () =>
      new Map(readdirSync(secrets).map((file) => [file, readFileSync(join(secrets, file), 'utf8')]));
    const before = contents();
    await promisify(execFile)(infraFile('docker/make-secrets.sh'), [secrets]);
    expect(contents()).toEqual(before);
    const values = [...before].filter(([file, text]) => passwordlike.test(file) && text !== '').map(([, text]) => text);
    expect(new Set(values).size).toBe(values.length);
  });

  it('of another service are mounted by none', () => {
    const powerful = ['kafka_admin_key', 'kafka_keystore', 'registry_tls', 'setup_key'];
    for (const service of SERVICE_NAMES) {
      const { secrets: all = [] } = merged.services[service] ?? {};
      // A public key is no secret: the services that check another's signature have it.
      const sources = all
        .map((one) => (typeof one === 'string' ? one : one.source))
        .filter((source) => !source.endsWith('_public_key'));
      const foreign = SERVICE_NAMES.filter((name) => name !== service);
      expect(
        sources.filter((source) => foreign.some((name) => source.startsWith(`${name}_`))),
        service,
      ).toEqual([]);
      for (const one of powerful) expect(sources, service).not.toContain(one);
    }
  });
});

describe('the certificates that docker-compose.secured.yml has containers show', () => {
  const commonName = (login: unknown) => new X509Certificate((login as KeyPair).cert).subject;

  it("are each service's own at the registry, and the owner's for setup", () => {
    const shown = (name: string) => commonName(readEnvironment(stageSettings(), environmentOf(name)).registryAuth);
    for (const stage of STAGES) expect(shown(stage)).toBe(`CN=hilo_${stage}`);
    expect(shown('setup')).toBe('CN=hilo');
  });

  it("are history's for both of its users at ClickHouse, segmentation's for the reader, and the owner's for setup", () => {
    const shown = (name: string, variable: string) =>
      commonName(readEnvironment({ login: clickHouseLogin(variable) }, environmentOf(name)).login);
    for (const variable of ['HILO_CLICKHOUSE_PASSWORD', 'HILO_CLICKHOUSE_READONLY_PASSWORD'])
      expect(shown('history', variable)).toBe('CN=hilo_history');
    expect(shown('segmentation', 'HILO_CLICKHOUSE_READONLY_PASSWORD')).toBe('CN=hilo_segmentation');
    expect(shown('setup', 'HILO_CLICKHOUSE_PASSWORD')).toBe('CN=hilo');
  });
});

/** Kafka by the variables of a service. */
function kafkaOf(service: string): Kafka {
  const { kafkaBrokers, kafkaSecurity } = readEnvironment(stageSettings(), environmentOf(service));
  return new Kafka({
    ...{ clientId: 'test', brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } },
    ...kafkaSecurity,
  });
}

async function topicsSeenBy(kafka: Kafka): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return (await admin.listTopics()).filter((topic) => !topic.startsWith('__')).sort();
  } finally {
    await admin.disconnect();
  }
}

describe('the Kafka of docker-compose.secured.yml', { timeout: 120_000 }, () => {
  it('lets nobody in without a certificate, and at the port of producers without a password', async () => {
    for (const port of ['19092', '19093', '4092', '9093']) {
      const brokers = [`127.0.0.1:${ports.get(port)}`];
      const ca = readFileSync(join(secrets, 'stores_ca'), 'utf8');
      for (const ssl of [false, { ca }]) {
        const nobody = new Kafka({
          brokers,
          ssl,
          logLevel: logLevel.NOTHING,
          retry: { retries: 0 },
          connectionTimeout: 2000,
        });
        await expect(topicsSeenBy(nobody), `${port}, TLS: ${ssl !== false}`).rejects.toThrow();
      }
    }
  });

  it('is set up by the setup container, and each service sees the topics of its rights and no other', async () => {
    const { kafkaUsers: users, ...options } = readEnvironment(
      { ...stageSettings(), kafkaUsers: kafkaUsers() },
      environmentOf('setup'),
    );
    expect(users?.monitor).toBe('User:CN=monitor');
    if (users === null) throw new Error('the set-up gives no rights');
    await createTopics({ ...options, partitions: 1 });
    await grantKafkaRights(options, users);
    const all = TOPICS.map(({ name }) => name).sort();
    expect(await topicsSeenBy(kafkaOf('setup'))).toEqual(all);
    for (const stage of STAGES) {
      const { kafkaSecurity } = readEnvironment(stageSettings(), environmentOf(stage));
      expect(kafkaSecurity.sasl).toBeUndefined();
      const { cert = '' } = kafkaSecurity.ssl === false ? {} : kafkaSecurity.ssl;
      expect(new X509Certificate(cert).subject).toBe(`CN=${kafkaUserOf(stage)}`);
      expect(await topicsSeenBy(kafkaOf(stage)), stage).toEqual(topicsOf(stage));
    }
  });

  it('shows the exporter all topics, and lets it read none', async () => {
    const certificate = (name: string) => readFileSync(join(secrets, name), 'utf8');
    const kafka = new Kafka({
      ...{ brokers: [`127.0.0.1:${ports.get('19093')}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } },
      ssl: {
        ca: certificate('stores_ca'),
        cert: certificate('kafka_monitor_certificate'),
        key: certificate('kafka_monitor_key'),
      },
    });
    expect(await topicsSeenBy(kafka)).toEqual(TOPICS.map(({ name }) => name).sort());
    const producer = kafka.producer();
    await producer.connect();
    await expect(producer.send({ topic: 'events.received', messages: [{ value: 'x' }] })).rejects.toThrow(/authoriz/);
    await producer.disconnect();
  });
});

function topicsOf(stage: StageName): string[] {
  return kafkaRightsOf(stage)
    .filter(({ resource }) => resource === 'topic')
    .map(({ name }) => name)
    .sort();
}
