import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { classArchive, classPath, javaCommand } from './java-program.ts';
import { infraFile } from './paths.ts';
import { answers } from './ports.ts';
import { launch } from './privileges.ts';
import type { Store } from './store.ts';

/** Where the broker keeps its data and listens, on 127.0.0.1. */
export interface KafkaOptions {
  readonly data: string;
  readonly port: number;
  readonly controllerPort: number;
  /** An additional listener, for clients with TLS and passwords. */
  readonly secure?: SecureListener;
  /** The cluster that the broker belongs to; absent: it is alone. */
  readonly cluster?: ClusterMember;
}

/** A broker's place in a cluster on one machine: each partition has three copies, of which two must acknowledge. */
export interface ClusterMember {
  /** Number of the broker, from 1. */
  readonly nodeId: number;
  /** Ports of all controllers, the first broker's first. */
  readonly controllerPorts: readonly number[];
}

/** A listener with SASL over TLS, and one that requires a certificate instead. */
export interface SecureListener {
  readonly saslPort: number;
  readonly certificatePort: number;
  /** Files with PEM: the private key and certificate of the broker; the authority of clients' certificates. */
  readonly keystore: string;
  readonly truststore: string;
  /** Can log in with PLAIN and SCRAM. */
  readonly username: string;
  readonly password: string;
  /**
   * Principals that may do everything, such as `User:CN=admin`; anybody else may do what has been granted. Whoever comes by the
   * listener without TLS is `User:ANONYMOUS`. Absent: everybody may do everything.
   */
  readonly superUsers?: readonly string[] | undefined;
}

const CLUSTER_ID = 'aGlsby1lbWJlZGRlZC0xMg';

function secureProperties({ saslPort, certificatePort, ...secure }: SecureListener): Record<string, string> {
  const listeners = `SASL://127.0.0.1:${saslPort},CERTIFICATE://127.0.0.1:${certificatePort}`;
  const stores = ['sasl', 'certificate'].flatMap((name) => [
    [`listener.name.${name}.ssl.keystore.type`, 'PEM'],
    [`listener.name.${name}.ssl.keystore.location`, secure.keystore],
    [`listener.name.${name}.ssl.truststore.type`, 'PEM'],
    [`listener.name.${name}.ssl.truststore.location`, secure.truststore],
  ]);
  const modules = 'org.apache.kafka.common.security';
  const { superUsers = null } = secure;
  return {
    ...(superUsers === null
      ? {}
      : {
          'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
          'super.users': superUsers.join(';'),
        }),
    ...(Object.fromEntries(stores) as Record<string, string>),
    listeners,
    'listener.security.protocol.map': 'SASL:SASL_SSL,CERTIFICATE:SSL',
    'listener.name.certificate.ssl.client.auth': 'required',
    'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl.plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required user_${secure.username}="${secure.password}";`,
    'listener.name.sasl.scram-sha-256.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
    'listener.name.sasl.scram-sha-512.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
  };
}

/** Arguments of `format` that create the SCRAM user. */
function scramUsers(secure: SecureListener | undefined): string[] {
  if (secure === undefined) return [];
  const user = `[name=${secure.username},password=${secure.password}]`;
  return ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['--add-scram', `${mechanism}=${user}`]);
}

/** Copies of topics in a cluster, and how many of them must acknowledge. */
function copies(cluster: ClusterMember | undefined): { readonly factor: number; readonly acknowledging: number } {
  const factor = Math.min(3, cluster?.controllerPorts.length ?? 1);
  return { factor, acknowledging: Math.min(2, factor) };
}

function serverProperties({ data, port, controllerPort, secure, cluster }: KafkaOptions): string {
  const { factor, acknowledging } = copies(cluster);
  const voters = (cluster?.controllerPorts ?? [controllerPort]).map((at, index) => `${index + 1}@127.0.0.1:${at}`);
  const {
    listeners: more = '',
    'listener.security.protocol.map': protocols = '',
    ...properties
  } = secure === undefined ? {} : secureProperties(secure);
  const also = (list: string) => (list === '' ? '' : `,${list}`);
  return Object.entries({
    ...properties,
    'process.roles': 'broker,controller',
    'node.id': cluster?.nodeId ?? 1,
    'controller.quorum.voters': voters.join(','),
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${also(more)}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${also(more)}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${also(protocols)}`,
    'log.dirs': join(data, 'logs'),
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    'auto.create.topics.enable': false,
    'message.max.bytes': 2 * 1024 * 1024,
    'default.replication.factor': factor,
    'min.insync.replicas': acknowledging,
    'offsets.topic.replication.factor': factor,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': factor,
    'transaction.state.log.min.isr': acknowledging,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': factor,
    'share.coordinator.state.topic.min.isr': acknowledging,
    // A killed broker can register again only when its last session has ended.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'log.segment.bytes': 64 * 1024 * 1024,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'log.cleaner.threads': 1,
    'controller.quorum.election.timeout.ms': 200,
    'controller.quorum.election.backoff.max.ms': 200,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** Several brokers share a machine. */
function heap(cluster: ClusterMember | undefined): readonly string[] {
  return cluster === undefined ? ['-Xms128m', '-Xmx512m'] : ['-Xms128m', '-Xmx320m'];
}

async function brokerAnswers(port: number): Promise<boolean> {
  if (!(await answers(port))) return false;
  const kafka = new Kafka({
    clientId: 'hilo-launcher',
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } finally {
    await admin.disconnect();
  }
}

/** Apache Kafka, broker and controller in one process, from the jars in the cache. */
export function kafkaStore(options: KafkaOptions): Store {
  const { cluster } = options;
  return brokerStore({
    data: options.data,
    name: cluster === undefined ? 'kafka' : `kafka-${cluster.nodeId}`,
    properties: serverProperties(options),
    format: scramUsers(options.secure),
    heap: heap(cluster),
    ready: () => brokerAnswers(options.port),
  });
}

/** A broker with settings of the caller's. */
export interface BrokerOptions {
  readonly data: string;
  readonly name: string;
  /** Text of server.properties; `log.dirs` is `<data>/logs`. */
  readonly properties: string;
  /** Further arguments for the formatting of a new log folder. */
  readonly format?: readonly string[];
  /** Java's options for the heap. */
  readonly heap?: readonly string[];
  readonly ready: () => Promise<boolean>;
}

/** Apache Kafka with these settings. */
export function brokerStore(options: BrokerOptions): Store {
  const properties = join(options.data, 'server.properties');
  const logging = `-Dlog4j2.configurationFile=${infraFile('embedded/log4j2.properties')}`;
  const format = classArchive('kafka-format');
  const server = classArchive('kafka');
  const jvm = ['-XX:+UseSerialGC', '-Djava.awt.headless=true', logging];
  return {
    async prepare() {
      mkdirSync(options.data, { recursive: true, mode: 0o700 });
      writeFileSync(properties, options.properties, { mode: 0o600 });
      if (existsSync(join(options.data, 'logs/meta.properties'))) return;
      const tool = ['-cp', classPath('kafka'), 'kafka.tools.StorageTool'];
      const run = [...tool, 'format', '-t', CLUSTER_ID, '-c', properties, ...(options.format ?? [])];
      const java = ['-Xmx128m', '-XX:TieredStopAtLevel=1', ...jvm, ...format.flags, ...run];
      const how = launch(javaCommand(), java, null, 'TERM');
      await promisify(execFile)(how.command, [...how.args]);
      format.keep();
    },
    process: {
      name: options.name,
      command: javaCommand(),
      args: [
        ...(options.heap ?? heap(undefined)),
        ...jvm,
        ...server.flags,
        '-cp',
        classPath('kafka'),
        'kafka.Kafka',
        properties,
      ],
      stopSignal: 'SIGTERM',
      stopGraceMs: 30_000,
      ready: options.ready,
      readyTimeoutMs: 120_000,
      ended: () => server.keep(),
    },
  };
}
