import { createHash, createPublicKey } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CALLING_SERVICES, callersOf, OPERATIONS_PORT_OFFSET, TRIAL_KEYS, TRIAL_SECRETS } from '@hilo/service';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { infraFile, repositoryRoot } from '../embedded/paths.ts';
import { SERVICE_NAMES } from '../stack/addresses.ts';

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly image: string;
        readonly user?: string;
        readonly networks?: Readonly<Record<string, Readonly<Record<string, string>>>>;
        readonly profiles?: readonly string[];
        readonly environment?: Readonly<Record<string, unknown>>;
        readonly volumes?: readonly string[];
      }
    >
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: {
    readonly default: { readonly ipam: { readonly config: readonly { readonly [key: string]: string }[] } };
  };
}

interface Scrapes {
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
    readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  }[];
}

const compose = parse(readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8'), { merge: true }) as Compose;
const { scrape_configs } = parse(readFileSync(infraFile('prometheus/prometheus.yml'), 'utf8')) as Scrapes;

it('the compose file has every service, and Prometheus finds each at its operations port', () => {
  for (const name of SERVICE_NAMES) {
    const port = Number(compose.services[name]?.environment?.HILO_PORT) + OPERATIONS_PORT_OFFSET;
    const scraped = scrape_configs.find(({ job_name }) => job_name === name)?.dns_sd_configs;
    expect(scraped, name).toEqual([expect.objectContaining({ names: [name], port })]);
  }
});

it('every store and exporter that Prometheus scrapes is a service of the compose file', () => {
  const hosts = scrape_configs.flatMap(({ static_configs = [] }) =>
    static_configs.flatMap(({ targets }) => targets.map((target) => target.split(':')[0] ?? '')),
  );
  expect(hosts.sort()).toEqual(['clickhouse', 'kafka-exporter', 'postgres-exporter']);
  for (const host of hosts) expect(Object.keys(compose.services)).toContain(host);
});

it('what the services mount is there: files of the repository, and volumes that are declared', () => {
  for (const { volumes = [] } of Object.values(compose.services)) {
    for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
      if (source.startsWith('.')) expect(existsSync(join(repositoryRoot, source)), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  }
});

it('watching is a profile of its own: without it the compose file starts Hilo alone', () => {
  const watching = Object.entries(compose.services).flatMap(([name, { profiles }]) =>
    profiles === undefined ? [] : [name],
  );
  expect(watching.sort()).toEqual(['grafana', 'kafka-exporter', 'postgres-exporter', 'prometheus']);
});

it('nothing runs as root', () => {
  for (const [name, { user }] of Object.entries(compose.services)) {
    expect(user, `${name} has a user`).toBeDefined();
    expect(user, name).not.toMatch(/^(0|root)(:|$)/);
  }
  const last = readFileSync(infraFile('docker/Dockerfile'), 'utf8')
    .split(/^FROM /m)
    .at(-1);
  expect(last).toMatch(/^USER [1-9]\d*$/m);
});

it('every service has a health check, limits and no right that it does not need, and can run many times', () => {
  for (const name of SERVICE_NAMES) {
    const service = compose.services[name] as Record<string, unknown>;
    expect(service, name).toMatchObject({ read_only: true, cap_drop: ['ALL'], restart: 'unless-stopped' });
    for (const limit of ['mem_limit', 'cpus']) expect(service, name).toHaveProperty(limit);
    for (const hindrance of ['ports', 'container_name']) expect(service, name).not.toHaveProperty(hindrance);
  }
  expect(readFileSync(infraFile('docker/Dockerfile'), 'utf8')).toMatch(/^HEALTHCHECK .*check-health\.sh/m);
});

it("webhooks reach nothing inside but the console's own receiver, and what is named in the environment", () => {
  for (const name of SERVICE_NAMES) {
    const { environment = {} } = compose.services[name] ?? {};
    const allowed = environment.HILO_ACTIVATION_ALLOWED_NETWORKS;
    const consolePort = String(compose.services.console?.environment?.HILO_PORT);
    if (name !== 'activation') expect(allowed, name).toBeUndefined();
    else expect(allowed).toBe(`console:${consolePort},\${HILO_ACTIVATION_ALLOWED_NETWORKS:-}`);
  }
});

it('the console gets the address under which people reach it, which decides on HTTPS for its cookies', () => {
  const { environment = {} } = compose.services.console ?? {};
  expect(environment.HILO_CONSOLE_URL).toBe('${HILO_CONSOLE_URL:-http://127.0.0.1:4000}');
});

/** The console makes a first password itself, its key is the admin token, and there is no provider of identities and no mail server. */
const EMPTY_FOR_TRIAL = new Set(['console_first_password', 'console_key', 'openid_client_secret', 'smtp_url']);

/** A key's id, as a token names it. */
const keyIdOf = (pem: string) => createHash('sha256').update(publicHalf(pem)).digest('base64url');
const publicHalf = (pem: string) => createPublicKey(pem).export({ type: 'spki', format: 'der' });

it('every secret for trying Hilo out is one that services refuse elsewhere', () => {
  const folder = infraFile('docker/secrets-for-trial');
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8').trim();
    const secret = URL.canParse(text) ? new URL(text).password : text;
    if (EMPTY_FOR_TRIAL.has(name)) expect(secret, name).toBe('');
    else if (name.endsWith('_key')) expect([...TRIAL_KEYS], name).toContain(keyIdOf(text));
    else expect([...TRIAL_SECRETS], name).toContain(secret);
  }
});

it('the services know where their ports are published, and only people and producers may be let in', () => {
  for (const name of SERVICE_NAMES)
    expect(compose.services[name]?.environment?.HILO_PUBLISHED_ON, name).toBe('${HILO_PUBLISH:-127.0.0.1}');
  const published = Object.entries(compose.services).flatMap(([name, service]) =>
    ((service as { readonly ports?: readonly string[] }).ports ?? [])
      .filter((port) => !port.startsWith('127.0.0.1:'))
      .map((port) => `${name} ${port}`),
  );
  expect(published).toEqual([4000, 4001].map((port) => `front \${HILO_PUBLISH:-127.0.0.1}:${port}:${port}`));
});

it('each service gets its own secrets, and setup alone gets those of the owners', () => {
  const given = (name: string) => {
    const { secrets = [] } = compose.services[name] as {
      readonly secrets?: readonly (string | { readonly source: string; readonly target: string })[];
    };
    return secrets
      .map((secret) => (typeof secret === 'string' ? secret : `${secret.source} as ${secret.target}`))
      .sort();
  };
  const more: Readonly<Record<string, readonly string[]>> = {
    history: ['clickhouse_loader_password', 'clickhouse_reader_password'],
    segmentation: ['clickhouse_reader_password'],
    console: ['console_first_password', 'console_key', 'openid_client_secret', 'smtp_url'],
  };
  const keysOf = (name: string) => [
    ...(CALLING_SERVICES.some((caller) => caller === name) ? [`${name}_service_key as service_key`] : []),
    ...callersOf(name).map((caller) => `${caller}_public_key`),
  ];
  for (const name of SERVICE_NAMES)
    expect(given(name), name).toEqual(
      ['admin_token', ...keysOf(name), `${name}_postgres_url as postgres_url`, ...(more[name] ?? [])].sort(),
    );
  const ofServices = SERVICE_NAMES.map((name) => `${name}_postgres_url`);
  const ofOwners = ['clickhouse_password', 'monitor_postgres_password', 'postgres_url'];
  expect(given('setup')).toEqual(['admin_token', ...ofOwners, ...ofServices].sort());
  // It reads PostgreSQL's own figures with a user that can do nothing else.
  expect(given('postgres-exporter')).toEqual(['monitor_postgres_password']);
  expect(compose.services['postgres-exporter']?.environment?.DATA_SOURCE_USER).toBe('hilo_monitor');
  for (const name of SERVICE_NAMES)
    expect(compose.services.setup?.environment?.[`HILO_${name.toUpperCase()}_POSTGRES_URL_FILE`]).toBe(
      `/run/secrets/${name}_postgres_url`,
    );
});

it('no password is a variable: each comes as a file', () => {
  for (const [name, { environment = {} }] of Object.entries(compose.services)) {
    const said = Object.keys(environment).filter((variable) =>
      /(PASSWORD|PASS|TOKEN|SECRET|_KEY|POSTGRES_URL|SMTP_URL)$/.test(variable),
    );
    expect(said, name).toEqual([]);
  }
});

it("every service gets OpenTelemetry's variables as they are set outside, empty where they are not", () => {
  const documented = readFileSync(join(repositoryRoot, 'docs/operating.md'), 'utf8').matchAll(/^\| `OTEL_.*? \|/gm);
  const names = [...documented].flatMap(([cell]) => [...cell.matchAll(/OTEL_\w+/g)].map(([name]) => name));
  expect(names.length).toBeGreaterThan(5);
  for (const service of SERVICE_NAMES) {
    const { environment = {} } = compose.services[service] ?? {};
    for (const name of names) expect(environment[name], `${service}: ${name}`).toBe(`\${${name}:-}`);
  }
});

it('the images of Hilo and of the tests can be built where no registry is reachable', () => {
  const script = readFileSync(infraFile('docker/build-base-images.sh'), 'utf8');
  const ours = Object.values(compose.services).filter(({ profiles }) => profiles === undefined);
  const tests = readFileSync(join(repositoryRoot, 'test/stack/docker-stores.ts'), 'utf8').matchAll(
    /^ {2}\w+: '([\w./-]+:[\w.]+)',$/gm,
  );
  const wanted = [...ours.map(({ image }) => image), ...[...tests].map(([, image = '']) => image), 'node:24-slim'];
  expect(wanted.length).toBeGreaterThan(12);
  for (const image of wanted) if (image !== 'hilo:latest') expect(script).toContain(` ${image} `);
});

it('the load balancer reaches every service, at the port of `npm start`', () => {
  const front = readFileSync(infraFile('docker/haproxy.cfg'), 'utf8');
  for (const name of SERVICE_NAMES) {
    const port = String(compose.services[name]?.environment?.HILO_PORT);
    expect(front).toContain(`frontend ${name} from entry\n  bind :${port} "\${HILO_FRONT_BIND[*]}"\n`);
    expect(front).toContain(`server-template i 6 ${name}:${port} verifyhost ${name}\n`);
    const address = ['console', 'ingestion'].includes(name) ? '${HILO_PUBLISH:-127.0.0.1}' : '127.0.0.1';
    expect((compose.services.front as unknown as { ports: string[] }).ports).toContain(`${address}:${port}:${port}`);
  }
});

it('the services believe the load balancer alone, which has an address that nothing else can get', () => {
  const { front, ...others } = compose.services;
  const [address] = Object.values(front?.networks?.default ?? {});
  expect(address).toBe('${HILO_FRONT_ADDRESS:-10.144.0.10}');
  const [network = {}] = compose.networks.default.ipam.config;
  expect(Object.values(network)).toEqual(['${HILO_SUBNET:-10.144.0.0/24}', '${HILO_SUBNET_RANGE:-10.144.0.128/25}']);
  for (const [name, { networks }] of Object.entries(others)) expect(networks, name).toBeUndefined();
  for (const name of SERVICE_NAMES)
    expect(compose.services[name]?.environment?.HILO_TRUSTED_PROXIES, name).toBe(address);
});

it('every frontend of the load balancer sets the address of the client itself', () => {
  const front = readFileSync(infraFile('docker/haproxy.cfg'), 'utf8');
  const frontends = [...front.matchAll(/^frontend (.*)$/gm)].map(([, line]) => line);
  expect(frontends).toEqual(SERVICE_NAMES.toSorted(byPort).map((name) => `${name} from entry`));
  expect(front).not.toContain('option forwardfor');
  expect(front).toMatch(/^defaults entry from proxy\n(?: +http-(?:request|response) .*\n)+$/m);
});

/** The console is on the first port. */
function byPort(a: string, b: string): number {
  return Number(b === 'console') - Number(a === 'console');
}
