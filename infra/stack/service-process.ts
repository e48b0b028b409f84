import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CALLING_SERVICES, callersOf, PUBLIC_KEY_VARIABLES } from '@hilo/service';
import { statusOf } from '../embedded/http-check.ts';
import { repositoryRoot } from '../embedded/paths.ts';
import type { ProcessSpec } from '../embedded/supervised-process.ts';
import { operationsPort, SERVICE_NAMES, type ServiceName, servicePort, serviceUrl } from './addresses.ts';
import type { Credentials } from './credentials.ts';
import { FIRST_PASSWORD } from './first-password.ts';

/**
 * Old-space limit of a service's process, in MiB. Far more than it needs: V8 also uses it to decide how far the heap
 * may grow between two full collections. With 256 there were two per second at 3,000 events per second, a fifth of all
 * CPU.
 */
const HEAP_MIB = 2048;

/**
 * Size of one half of V8's young generation, in MiB. By default V8 uses a few MiB for a heap this small, and copies the
 * records of a batch, which live for milliseconds, at every collection: a fifth of the CPU at 2,000 events per second.
 */
const YOUNG_MIB = 24;

/** The variable that names internal hosts and networks that webhooks can call. */
const ALLOWED_NETWORKS = 'HILO_ACTIVATION_ALLOWED_NETWORKS';

/** How a stack's services are started. */
export interface ServiceOptions {
  readonly portBase: number;
  readonly partitions: number;
  readonly credentials: Credentials;
  /** Password for the console's first admin; null: somebody can already sign in. */
  readonly firstPassword: string | null;
  /** Further variables for every service. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What runs a service in the place of an instance of a stack: the text of a file with its environment, for Node's `--env-file`,
 * and the command that reads that file, with Node's inspector.
 */
export function ownProcess(service: ServiceName, file: string, options: ServiceOptions) {
  const { env = {} } = serviceProcess(service, 0, options);
  const lines = Object.entries(env).map(([name, value]) => `${name}="${value}"\n`);
  return {
    environment: lines.join(''),
    command: `${process.execPath} --env-file=${file} --inspect ${program(service)}`,
  };
}

function program(service: ServiceName): string {
  return join(repositoryRoot, 'services', service, 'dist/main.js');
}

/** The services that are built. */
export function builtServices(): ServiceName[] {
  return SERVICE_NAMES.filter((service) => existsSync(program(service)));
}

/** Exceptions to public addresses for webhooks: the console's own receiver, and those named for this start. */
function allowedNetworks({ credentials, env }: ServiceOptions): string {
  const named = env[ALLOWED_NETWORKS] ?? process.env[ALLOWED_NETWORKS] ?? '';
  return [new URL(credentials.consoleUrl).host, named].filter((entry) => entry !== '').join(',');
}

/** Environment of a service, the same for all except their names and their users. */
function environment(service: ServiceName, options: ServiceOptions): Record<string, string> {
  const { credentials, partitions, env } = options;
  const urls = SERVICE_NAMES.filter((name) => name !== 'console').flatMap((name) => [
    [`HILO_${name.toUpperCase()}_URL`, credentials.instances[name].join(',')],
    [`HILO_${name.toUpperCase()}_OPERATIONS_URL`, credentials.operations[name].join(',')],
  ]);
  return {
    NODE_ENV: 'production',
    HILO_HOST: '127.0.0.1',
    HILO_OPERATIONS_HOST: '127.0.0.1',
    HILO_KAFKA_BROKERS: credentials.kafkaBrokers.join(','),
    HILO_REGISTRY_URL: credentials.registryUrl,
    HILO_POSTGRES_URL: credentials.postgresUrls[service],
    ...(service === 'history' ? clickhouseLoader(credentials) : {}),
    ...(service === 'history' || service === 'segmentation' ? clickhouseReader(credentials) : {}),
    HILO_ADMIN_TOKEN: credentials.adminToken,
    ...serviceKeys(service, credentials),
    HILO_PARTITIONS: `${partitions}`,
    HILO_TRACKING_URL: credentials.ingestionUrl,
    ...(Object.fromEntries(urls) as Record<string, string>),
    ...env,
    [ALLOWED_NETWORKS]: allowedNetworks(options),
  };
}

/** A service's own private key, if it calls others, and the public keys of those that call it. */
function serviceKeys(service: ServiceName, { serviceKeys: pairs }: Credentials): Record<string, string> {
  const own = CALLING_SERVICES.find((caller) => caller === service);
  const callers = callersOf(service).map((caller) => [PUBLIC_KEY_VARIABLES[caller], pairs[caller].publicKey]);
  return {
    ...(own === undefined ? {} : { HILO_SERVICE_KEY: pairs[own].privateKey }),
    ...(Object.fromEntries(callers) as Record<string, string>),
  };
}

/** ClickHouse, for the one service that writes there. */
function clickhouseLoader({ clickhouse: { loaderUser, loaderPassword } }: Credentials): Record<string, string> {
  return { HILO_CLICKHOUSE_USER: loaderUser, HILO_CLICKHOUSE_PASSWORD: loaderPassword };
}

/** ClickHouse, for the services that read there on behalf of people. */
function clickhouseReader({ clickhouse: { url, ...users } }: Credentials): Record<string, string> {
  return {
    HILO_CLICKHOUSE_URL: url,
    HILO_CLICKHOUSE_READONLY_USER: users.readonlyUser,
    HILO_CLICKHOUSE_READONLY_PASSWORD: users.readonlyPassword,
  };
}

/** An instance (from 0) of a service, as a process named `<service>-<instance>`. */
export function serviceProcess(service: ServiceName, instance: number, options: ServiceOptions): ProcessSpec {
  const url = serviceUrl(options.portBase, service, instance);
  return {
    name: `${service}-${instance}`,
    command: process.execPath,
    args: [
      `--max-old-space-size=${HEAP_MIB}`,
      `--max-semi-space-size=${YOUNG_MIB}`,
      // Services share the processors: helper threads of each would only wait for those of the others.
      '--no-parallel-scavenge',
      '--disable-warning=TimeoutNegativeWarning',
      program(service),
    ],
    env: {
      ...environment(service, options),
      ...(service === 'console' && options.firstPassword !== null ? { [FIRST_PASSWORD]: options.firstPassword } : {}),
      HILO_PORT: `${servicePort(options.portBase, service, instance)}`,
      HILO_OPERATIONS_PORT: `${operationsPort(options.portBase, service, instance)}`,
      HILO_INSTANCE: `${instance}`,
    },
    stopSignal: 'SIGTERM',
    stopGraceMs: 20_000,
    ready: async () => (await statusOf(`${url}/health/ready`)) === 200,
    readyTimeoutMs: 120_000,
  };
}
