import { readFileSync } from 'node:fs';
import { infraFile } from '@hilo/infra';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Composed, composeFile, mergedCompose } from './composed.ts';
import { plaintextIn, plaintextInText } from './plaintext.ts';

/** What docker-compose.secured.yml and the files that it mounts say about encryption. */

const merged = mergedCompose(composeFile('docker-compose.yml'), composeFile('docker-compose.secured.yml'));
const file = (path: string) => readFileSync(infraFile(path), 'utf8');

/** The deployment with other variables for one container. */
const withVariables = (name: string, environment: Readonly<Record<string, string>>): Composed => {
  const service = merged.services[name] ?? {};
  return {
    ...merged,
    services: { ...merged.services, [name]: { ...service, environment: { ...service.environment, ...environment } } },
  };
};

describe('docker-compose.secured.yml', () => {
  it('has no connection that is not encrypted, in any container', () => {
    expect(plaintextIn(merged)).toEqual([]);
    // The plain file is for one machine: the same look finds it.
    expect(plaintextIn(composeFile('docker-compose.yml')).length).toBeGreaterThan(20);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['console', { HILO_NEW_URL: 'http://new:8080' }, 'console: HILO_NEW_URL has http://new'],
    ['history', { HILO_POSTGRES_URL: 'postgres://u@postgres/hilo' }, 'history: HILO_POSTGRES_URL has postgres://u@'],
    ['setup', { HILO_TLS: '' }, 'setup: nothing says that it answers by TLS alone'],
    ['profile', { HILO_TLS_CERT_FILE: '' }, 'profile: nothing says that it answers by TLS alone'],
    ['kafka', { KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INTERNAL:PLAINTEXT' }, 'kafka: KAFKA_LISTENER_SECURITY'],
    ['cache', {}, 'cache: nothing says that it answers by TLS alone'],
  ])('would show an unencrypted connection of %s: %j', (name, environment, found) => {
    expect(plaintextIn(withVariables(name, environment)).join('\n')).toContain(found);
  });
});

it('what says that a text names an unencrypted connection knows addresses of this machine and of TLS', () => {
  const encrypted =
    'https://a:1 http://127.0.0.1:8123 http://localhost/ postgres://u@db/x?a=b&sslmode=verify-full SASL_SSL';
  expect(plaintextInText(encrypted)).toEqual([]);
  expect(plaintextInText('x http://a:1,http://[fd00::1]/ db:5432/x?sslmode=disable A:PLAINTEXT')).toEqual([
    'http://a',
    'http://[fd00::1]',
    'db:5432/x?sslmode=disable',
    'PLAINTEXT',
  ]);
});

describe('what docker-compose.secured.yml mounts', () => {
  it.each(['docker/haproxy.cfg', 'docker/registry-proxy.cfg'])('lets %s listen and ask by TLS alone', (path) => {
    const lines = file(path).split('\n');
    const binds = lines.filter((line) => /^ +bind /.test(line));
    expect(binds.length).toBeGreaterThan(0);
    for (const line of binds) expect(line).toMatch(/ "\$\{HILO_FRONT_BIND\[\*\]\}"$| ssl crt /);
    const isDefault = lines.some((line) => line.startsWith('  default-server ssl verify required ca-file '));
    for (const line of lines.filter((one) => /^ +server(-template)? /.test(one))) {
      if (!isDefault) expect(line).toContain(' ssl verify required ');
      expect(line).toMatch(/ verifyhost [\w-]+/);
    }
    expect(lines).toContain('  ssl-default-bind-options ssl-min-ver TLSv1.2');
  });

  it('lets PostgreSQL take certificates alone from outside its container', () => {
    const rules = file('docker/postgres/pg_hba.conf')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(/ +/));
    expect(rules).toEqual([
      ['local', 'all', 'hilo', 'trust'],
      ['hostssl', 'hilo', 'all', 'all', 'cert'],
    ]);
  });

  it('lets ClickHouse open its HTTPS port, and no other', () => {
    const ports = [...file('docker/clickhouse/tls.xml').matchAll(/<(\w*port)( remove="remove"\/>|>\d+)/g)];
    expect(ports.filter(([whole]) => !whole.includes('remove')).map(([, name]) => name)).toEqual(['https_port']);
    const closed = ports.flatMap(([whole, name]) => (whole.includes('remove') ? [name] : []));
    expect(closed).toEqual(expect.arrayContaining(['http_port', 'tcp_port', 'mysql_port', 'postgresql_port']));
  });

  it('lets users of ClickHouse in by certificates alone: each user of its files loses its password', () => {
    const users = ['loader', 'reader'].map(
      (name) => /<users>\s*<(\w+)>/.exec(file(`docker/clickhouse/${name}.xml`))?.[1],
    );
    const { CLICKHOUSE_USER: owner } = merged.services.clickhouse?.environment ?? {};
    const found = file('docker/clickhouse/tls-users.xml').matchAll(
      /<(\w+)>\s*<password remove="remove"\/>\s*<ssl_certificates>\s*<common_name>/g,
    );
    expect(new Set([...found].map(([, user]) => user))).toEqual(new Set([owner, ...users]));
  });

  it('lets Prometheus scrape the same as without TLS, each target by HTTPS and its own name', () => {
    interface Job {
      readonly job_name: string;
      readonly scheme?: string;
      readonly tls_config?: object;
      readonly dns_sd_configs?: readonly { readonly names: readonly string[] }[];
      readonly static_configs?: readonly { readonly targets: readonly string[] }[];
    }
    const read = (name: string) => parse(file(`prometheus/${name}.yml`)) as { readonly scrape_configs: readonly Job[] };
    const [plain, tls] = [read('prometheus'), read('prometheus-secured')];
    const without = tls.scrape_configs.map(({ scheme, tls_config, ...job }) => {
      const host = job.dns_sd_configs?.[0]?.names[0] ?? job.static_configs?.[0]?.targets[0]?.split(':')[0];
      expect({ scheme, tls_config }, job.job_name).toEqual({
        scheme: 'https',
        tls_config: { ca_file: '/run/secrets/stores_ca', server_name: host },
      });
      return job;
    });
    const secure = JSON.stringify(plain.scrape_configs).replace('clickhouse:8123', 'clickhouse:8443');
    expect({ ...tls, scrape_configs: without }).toEqual({ ...plain, scrape_configs: JSON.parse(secure) as Job[] });
  });

  it('lets Grafana ask Prometheus by HTTPS, and otherwise as without TLS', () => {
    interface Sources {
      readonly datasources: readonly {
        readonly url: string;
        readonly jsonData: object;
        readonly secureJsonData?: object;
      }[];
    }
    const [plain] = (parse(file('grafana/provisioning/datasources/prometheus.yml')) as Sources).datasources;
    expect((parse(file('grafana/prometheus-secured.yml')) as Sources).datasources).toEqual([
      {
        ...plain,
        url: 'https://prometheus:9090',
        jsonData: { ...plain?.jsonData, tlsAuthWithCACert: true },
        secureJsonData: { tlsCACert: '$__file{/run/secrets/stores_ca}' },
      },
    ]);
  });
});
