import { SERVICE_NAMES } from '@hilo/infra';
import { isLoopback } from '@hilo/service';
import type { Composed, ComposedService } from './composed.ts';

/** What a variable or an argument says about a connection that is not encrypted; empty if nothing. */
export function plaintextInText(text: string): readonly string[] {
  return [
    ...[...text.matchAll(/\b(?:http|smtp|redis|amqp|ftp|ws):\/\/(\[[^\]]*\]|[^/:\s"',@]+)/g)]
      .filter(([, host = '']) => !isLoopback(host))
      .map(([address]) => address),
    ...[...text.matchAll(/\bpostgres(?:ql)?:\/\/\S+|\S+\?sslmode=\S*/g)]
      .map(([address]) => address)
      .filter((address) => !/[?&]sslmode=verify-full\b/.test(address)),
    ...[...text.matchAll(/\b(?:SASL_)?PLAINTEXT\b/g)].map(([protocol]) => protocol),
  ];
}

/** Says by which of its own settings a container answers by TLS alone; false: by none. */
type ListensByTls = (service: ComposedService) => boolean;

const has =
  (variable: string, value: RegExp): ListensByTls =>
  ({ environment = {} }) =>
    value.test(String(environment[variable] ?? ''));
const runs =
  (...words: readonly string[]): ListensByTls =>
  (service) =>
    words.every((word) => JSON.stringify([service.entrypoint, service.command]).includes(word));
const mounts =
  (file: string): ListensByTls =>
  ({ volumes = [] }) =>
    volumes.some((volume) => volume.includes(file));
const hiloService: ListensByTls = (service) =>
  ['HILO_TLS_CERT_FILE', 'HILO_TLS_KEY_FILE'].every((variable) => has(variable, /^\/run\/secrets\//)(service)) &&
  has('HILO_TLS', /^required$/)(service);

/** How each container answers by TLS: a new one has to be entered. The files that are mounted have tests of their own. */
const LISTENING: Readonly<Record<string, ListensByTls>> = {
  ...Object.fromEntries(SERVICE_NAMES.map((name) => [name, hiloService])),
  // It listens to nobody.
  setup: has('HILO_TLS', /^required$/),
  front: has('HILO_FRONT_CERTIFICATE', /^\/run\/secrets\//),
  kafka: has('KAFKA_LISTENER_SECURITY_PROTOCOL_MAP', /^(\w+:(SASL_)?SSL(,|$))+$/),
  registry: has('JAVA_OPTIONS', /-Dquarkus\.http\.insecure-requests=disabled/),
  'registry-proxy': mounts('registry-proxy.cfg'),
  postgres: runs('start-postgres.sh'),
  clickhouse: mounts('clickhouse/tls.xml'),
  prometheus: runs('--web.config.file=', 'prometheus-secured.yml'),
  grafana: has('GF_SERVER_PROTOCOL', /^https$/),
  'postgres-exporter': runs('--web.config.file='),
  'kafka-exporter': runs('--server.tls.enabled', '--tls.enabled'),
};

/** Every connection of a deployment that is not encrypted, as far as its settings show, each with its container. */
export function plaintextIn({ services }: Composed): readonly string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const { environment = {}, command = [], entrypoint = [], healthcheck = {} } = service;
    const texts = [
      ...Object.entries(environment).map(([variable, value]) => [variable, String(value ?? '')] as const),
      ...Object.entries({ command, entrypoint, healthcheck: healthcheck.test ?? [] }).map(
        ([what, words]) => [what, [words].flat().join(' ')] as const,
      ),
    ];
    const said = texts.flatMap(([what, text]) => plaintextInText(text).map((found) => `${name}: ${what} has ${found}`));
    const listens = LISTENING[name]?.(service) ?? false;
    return listens ? said : [...said, `${name}: nothing says that it answers by TLS alone`];
  });
}
