import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PUBLIC_KEY_VARIABLES, SERVICE_CALLS } from '@hilo/service';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { infraFile, repositoryRoot } from '../embedded/paths.ts';
import { SERVICE_NAMES } from '../stack/addresses.ts';

interface Values {
  readonly services: Readonly<Record<string, { readonly port: number; readonly replicas: number }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, unknown>> }>>;
}

const yaml = (path: string): unknown => parse(readFileSync(path, 'utf8'), { merge: true });
const values = yaml(infraFile('helm/hilo/values.yaml')) as Values;
const compose = yaml(join(repositoryRoot, 'docker-compose.yml')) as Compose;

it('the chart has every service, twice at least, at the port that it has everywhere', () => {
  expect(Object.keys(values.services).sort()).toEqual([...SERVICE_NAMES].sort());
  for (const [name, { port, replicas }] of Object.entries(values.services)) {
    expect(port, name).toBe(compose.services[name]?.environment?.HILO_PORT);
    expect(replicas, name).toBeGreaterThanOrEqual(2);
  }
});

it('a container of the chart gets the variables that one of the compose file gets', () => {
  const template = ['_container.tpl', 'deployments.yaml']
    .map((file) => readFileSync(infraFile(`helm/hilo/templates/${file}`), 'utf8'))
    .join('\n');
  const given = SERVICE_NAMES.flatMap((name) => Object.keys(compose.services[name]?.environment ?? {}));
  // Those of OpenTelemetry are set with the chart's `env`, which takes any. Others always reach a pod: it needs good secrets.
  const elsewhere = ['HILO_PORT', 'HILO_PUBLISHED_ON'];
  const own = [...new Set(given)].filter((name) => !elsewhere.includes(name) && !name.startsWith('OTEL_'));
  for (const name of own) {
    if (name.endsWith('_URL') && SERVICE_NAMES.some((service) => name === `HILO_${service.toUpperCase()}_URL`))
      continue;
    const isPublicKey = Object.values(PUBLIC_KEY_VARIABLES).some((variable) => name === `${variable}_FILE`);
    expect(template).toContain(`name: ${isPublicKey ? 'HILO_{{ upper $caller }}_PUBLIC_KEY_FILE' : name},`);
  }
});

it('the version of the chart is that of Hilo', () => {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as { version: string };
  expect(yaml(infraFile('helm/hilo/Chart.yaml'))).toMatchObject({ version, appVersion: version });
});

it('a service may call the services whose addresses its configuration reads, and no other', () => {
  const template = readFileSync(infraFile('helm/hilo/templates/_container.tpl'), 'utf8');
  const [, calls = ''] = /define "hilo\.calls" -\}\}([\s\S]*?)\{\{/.exec(template) ?? [];
  const sorted = (called: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(Object.entries(called).map(([service, names]) => [service, names.toSorted()]));
  const stated = sorted(parse(calls) as Readonly<Record<string, readonly string[]>>);
  expect(stated).toEqual(
    sorted(
      Object.fromEntries(Object.entries(SERVICE_CALLS).map(([service, called]) => [service, Object.keys(called)])),
    ),
  );
  const read = SERVICE_NAMES.map((service) => {
    const config = readFileSync(join(repositoryRoot, `services/${service}/src/config.ts`), 'utf8');
    return [
      service,
      SERVICE_NAMES.filter((other) => other !== service && config.includes(`'HILO_${other.toUpperCase()}_URL'`)).sort(),
    ] as const;
  });
  expect(stated).toEqual(Object.fromEntries(read.filter(([, asked]) => asked.length > 0)));
});

it('a service reaches the stores whose addresses its configuration reads, and no other', () => {
  const template = readFileSync(infraFile('helm/hilo/templates/network-policies.yaml'), 'utf8');
  const listed = (text: string) => [...text.matchAll(/"(\w+)"/g)].map(([, name]) => name);
  const [, uses = ''] = /\$uses := dict([\s\S]*?)\}\}/.exec(template) ?? [];
  const stated = new Map(
    [...uses.matchAll(/"(\w+)" \(list ([^)]*)\)/g)].map(([, service = '', stores = '']) => [service, listed(stores)]),
  );
  const stage = listed(/\$stage := list (.*)\}\}/.exec(template)?.[1] ?? '');
  const marks = {
    kafka: 'stageSettings()',
    registry: 'stageSettings()',
    postgres: 'postgresUrl()',
    clickhouse: 'HILO_CLICKHOUSE_URL',
  };
  for (const service of SERVICE_NAMES) {
    const config = readFileSync(join(repositoryRoot, `services/${service}/src/config.ts`), 'utf8');
    const read = Object.entries(marks).flatMap(([store, mark]) => (config.includes(mark) ? [store] : []));
    expect(stated.get(service) ?? stage, service).toEqual(read);
  }
});
