import { beforeAll, describe, expect, it } from 'vitest';
import { SERVICE_NAMES } from '@hilo/infra';
import { STAGES } from '@hilo/schemas';
import { CALLING_SERVICES, callersOf, PUBLIC_KEY_VARIABLES } from '@hilo/service';
import { parseAllDocuments } from 'yaml';
import { HelmPrograms } from './helm-programs.ts';
import { allows, type End, type NetworkPolicy } from './network-policies.ts';

const CHART = 'infra/helm/hilo';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly securityContext: object;
  readonly resources: { readonly limits?: object; readonly requests?: object };
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly livenessProbe?: { readonly httpGet: { readonly path: string } };
  readonly readinessProbe?: { readonly httpGet: { readonly path: string } };
}

interface Thing {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly maxUnavailable?: number;
    readonly metrics?: readonly unknown[];
    readonly template?: {
      readonly spec: {
        readonly containers: readonly Container[];
        readonly securityContext: object;
        readonly volumes: readonly {
          readonly secret?: { readonly items?: readonly { readonly key: string; readonly path: string }[] };
        }[];
      };
    };
  };
}

let helm: HelmPrograms;
beforeAll(async () => {
  helm = await HelmPrograms.open();
});

async function things(...settings: readonly string[]): Promise<readonly Thing[]> {
  return parseAllDocuments(await helm.render(CHART, ...settings))
    .map((document) => document.toJS() as Thing | null)
    .filter((thing) => thing !== null);
}

const of = (all: readonly Thing[], kind: string) => all.filter((thing) => thing.kind === kind);
const named = (all: readonly Thing[]) => all.map(({ metadata }) => metadata.name).sort();
const perService = SERVICE_NAMES.map((service) => `hilo-${service}`).sort();

describe('what the chart makes', () => {
  it.each([
    { settings: [], count: 44 },
    { settings: ['tls.insecure=true', 'stores.kafkaTls=false', 'ingress.enabled=true'], count: 45 },
    { settings: ['stores.kafkaCertificateOfService=true'], count: 44 },
    { settings: ['autoscaling.enabled=false', 'setup.enabled=false'], count: 37 },
    { settings: ['ingress.enabled=true', 'ingress.tlsSecretName=tls', 'ingress.className=nginx'], count: 45 },
    {
      settings: [
        'console.firstPasswordFromSecret=true',
        'env.HILO_LOG_LEVEL=warn',
        'image.pullSecrets[0].name=registry',
      ],
      count: 44,
    },
    {
      settings: [
        'stores.kafkaTls=true',
        'stores.kafkaCaFromSecret=true',
        'stores.kafkaCertificateFromSecret=true',
        'stores.kafkaSaslMechanism=scram-sha-512',
        'stores.kafkaSaslUsername=hilo',
        'stores.registryUsername=hilo',
        'stores.caFromSecret=true',
      ],
      count: 44,
    },
    {
      settings: [
        'stores.kafkaTls=true',
        'stores.kafkaSaslMechanism=scram-sha-512',
        'stores.kafkaSaslUsername=admin',
        'stores.kafkaUserPerService=true',
        'stores.kafkaDestinationTopics={crm.audiences,export.*}',
      ],
      count: 44,
    },
  ])('is what Kubernetes knows, to every field: $settings', async ({ settings, count }) => {
    await helm.lint(CHART);
    expect(await helm.validate(await helm.render(CHART, ...settings))).toEqual({ valid: count, faults: [] });
  });

  it('is refused by the check where it has a field that Kubernetes does not know', async () => {
    const yaml = (await helm.render(CHART)).replaceAll('minReadySeconds:', 'minReadySecond:');
    expect((await helm.validate(yaml)).faults).toHaveLength(7);
  });

  it('has every service, each with a budget for disruptions', async () => {
    const all = await things();
    for (const kind of ['Deployment', 'PodDisruptionBudget']) expect(named(of(all, kind)), kind).toEqual(perService);
    expect(of(all, 'PodDisruptionBudget').map(({ spec }) => spec.maxUnavailable)).toEqual(Array(7).fill(1));
  });

  it('scales on lag, never beyond the partitions', async () => {
    const scaled = of(await things('partitions=4'), 'HorizontalPodAutoscaler');
    expect(named(scaled)).toEqual(perService.filter((name) => name !== 'hilo-console'));
    for (const { spec } of scaled) {
      expect(spec).toMatchObject({ minReplicas: 2, maxReplicas: 4 });
      expect(JSON.stringify(spec.metrics)).toContain('"name":"hilo_stage_lag_records"');
    }
  });
});

describe('a container of the chart', () => {
  const containers = async (...settings: readonly string[]) =>
    (await things(...settings)).flatMap(({ kind, spec }) =>
      (spec.template?.spec.containers ?? []).map((container) => ({ kind, container, pod: spec.template?.spec })),
    );

  it('has no rights that it does not need, and limits', async () => {
    const all = await containers();
    expect(all).toHaveLength(8);
    for (const { container, pod } of all) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(container.securityContext).toMatchObject({
        runAsNonRoot: true,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources).toMatchObject({ limits: { memory: '1Gi' }, requests: { cpu: '250m' } });
    }
  });

  it('is asked whether it lives and whether it is ready, at the paths that services answer', async () => {
    for (const { kind, container } of await containers()) {
      if (kind === 'Job') continue;
      expect(container.livenessProbe?.httpGet.path).toBe('/health/live');
      expect(container.readinessProbe?.httpGet.path).toBe('/health/ready');
    }
  });

  it('lets webhooks lead to public addresses only, and to what the values name', async () => {
    const allowed = async (...settings: readonly string[]) =>
      new Set(
        (await containers(...settings)).map(
          ({ container }) => container.env.find(({ name }) => name === 'HILO_ACTIVATION_ALLOWED_NETWORKS')?.value,
        ),
      );
    expect(await allowed()).toEqual(new Set([undefined]));
    const named = 'activation.allowedNetworks={crm.internal:8443,10.20.0.0/16}';
    expect(await allowed(named)).toEqual(new Set(['crm.internal:8443,10.20.0.0/16']));
    await expect(helm.render(CHART, 'activation.privateAddresses=allow')).rejects.toThrow('privateAddresses');
  });

  it('gets the keys of the Secret that it needs, and no others', async () => {
    const keysOf = (name: string) => [
      ...(SERVICE_NAMES.some((service) => service === name) ? ['admin_token'] : []),
      ...(CALLING_SERVICES.some((caller) => caller === name) ? [`${name}_service_key as service_key`] : []),
      ...callersOf(name).map((caller) => `${caller}_public_key`),
    ];
    for (const { container, pod } of await containers(
      'console.firstPasswordFromSecret=true',
      'console.keyFromSecret=true',
    )) {
      const items = pod?.volumes.flatMap(({ secret }) => secret?.items ?? []) ?? [];
      const keys = items.map(({ key, path }) => (key === path ? key : `${key} as ${path}`));
      const own = `${container.name}_postgres_url as postgres_url`;
      const others: Readonly<Record<string, readonly string[]>> = {
        setup: ['postgres_url', ...SERVICE_NAMES.map((name) => `${name}_postgres_url`), 'clickhouse_password'],
        history: [own, 'clickhouse_loader_password as clickhouse_password', 'clickhouse_reader_password'],
        segmentation: [own, 'clickhouse_reader_password'],
        console: [own, 'console_first_password', 'console_key'],
      };
      expect(keys.sort(), container.name).toEqual(
        [...keysOf(container.name), ...(others[container.name] ?? [own])].sort(),
      );
    }
  });

  it('takes the admin token where the values say so, and otherwise does not even get it', async () => {
    const takes = async (...settings: readonly string[]) =>
      (await containers(...settings))
        .filter(({ container, pod }) => {
          const isNamed = container.env.some(({ name }) => name.startsWith('HILO_ADMIN_TOKEN'));
          expect(JSON.stringify(pod?.volumes).includes('admin_token'), container.name).toBe(isNamed);
          return isNamed;
        })
        .map(({ container }) => container.name);
    expect((await takes()).sort()).toEqual([...SERVICE_NAMES].sort());
    expect(await takes('adminTokenFor={ingestion}')).toEqual(['ingestion']);
    expect(await takes('adminTokenFor=null')).toEqual([]);
    await expect(helm.render(CHART, 'adminTokenFor={setup}')).rejects.toThrow('adminTokenFor');
  });

  it('serves its metrics at a port that no client is led to', async () => {
    for (const { kind, spec, metadata } of await things('ingress.enabled=true', 'ingress.tlsSecretName=tls')) {
      if (kind === 'Deployment')
        expect(JSON.stringify(spec.template)).toMatch(
          /"prometheus\.io\/port":"42\d\d".*"name":"operations","containerPort":42\d\d/,
        );
      if (kind === 'Ingress') expect(JSON.stringify(spec)).not.toContain('operations');
      if (kind === 'Service')
        expect([metadata.name, JSON.stringify(spec).includes('operations')]).toEqual([
          metadata.name,
          metadata.name.endsWith('-pods'),
        ]);
    }
  });

  it('is its own user in Kafka if each service has one', async () => {
    const settings = [
      'stores.kafkaSaslMechanism=scram-sha-512',
      'stores.kafkaSaslUsername=admin',
      'stores.kafkaUserPerService=true',
    ];
    for (const { container, pod } of await containers(...settings)) {
      const user = container.env.find(({ name }) => name === 'HILO_KAFKA_SASL_USERNAME')?.value;
      const part = container.args[0] ?? '';
      expect(user).toBe(part === 'console' ? undefined : part === 'setup' ? 'admin' : `hilo_${part}`);
      const [volume] = (pod as unknown as { volumes: { secret?: { items: { key: string }[] } }[] }).volumes;
      const keys = volume?.secret?.items.map(({ key }) => key).filter((key) => key.endsWith('kafka_password'));
      const everybody = [...STAGES.map((stage) => `${stage}_kafka_password`).sort(), 'kafka_password'];
      expect(keys?.sort(), part).toEqual(
        part === 'console' ? [] : part === 'setup' ? everybody.sort() : [`${part}_kafka_password`],
      );
    }
  });

  it('gets secrets as files alone', async () => {
    const settings = ['stores.kafkaSaslMechanism=plain', 'stores.registryUsername=hilo'];
    for (const { container } of await containers(...settings)) {
      const names = container.env.map(({ name }) => name);
      const usesClickHouse = ['setup', 'history'].includes(container.name);
      const secrets = [
        ...(container.name === 'setup' ? [] : ['HILO_ADMIN_TOKEN']),
        ...(CALLING_SERVICES.some((caller) => caller === container.name) ? ['HILO_SERVICE_KEY'] : []),
        ...callersOf(container.name).map((caller) => PUBLIC_KEY_VARIABLES[caller]),
        'HILO_POSTGRES_URL',
        ...(usesClickHouse ? ['HILO_CLICKHOUSE_PASSWORD'] : []),
      ];
      for (const secret of [...secrets, 'HILO_KAFKA_SASL_PASSWORD', 'HILO_REGISTRY_PASSWORD']) {
        expect(names).not.toContain(secret);
        expect(names).toContain(`${secret}_FILE`);
      }
    }
  });
});

describe('the network of the chart', () => {
  const policies = async (...settings: readonly string[]) =>
    of(await things(...settings), 'NetworkPolicy').map(({ spec }) => spec as unknown as NetworkPolicy);
  const pod = (component: string): End => ({
    labels: {
      'app.kubernetes.io/name': 'hilo',
      'app.kubernetes.io/instance': 'hilo',
      'app.kubernetes.io/component': component,
    },
    namespace: { 'kubernetes.io/metadata.name': 'hilo' },
    isInside: true,
  });
  const elsewhere = (namespace: string): End => ({
    labels: { app: namespace },
    namespace: { 'kubernetes.io/metadata.name': namespace },
    isInside: false,
  });

  it('lets services ask the services that they need, and no other', async () => {
    const all = await policies();
    const open = (port: string) =>
      SERVICE_NAMES.flatMap((from) =>
        SERVICE_NAMES.filter((to) => allows(all, pod(from), pod(to), port)).map((to) => `${from} → ${to}`),
      ).sort();
    const fromConsole = STAGES.map((to) => `console → ${to}`);
    const calls = SERVICE_NAMES.flatMap((to) => callersOf(to).map((from) => `${from} → ${to}`));
    expect(open('http')).toEqual(calls.sort());
    expect(open('operations')).toEqual(fromConsole.toSorted());
  });

  it('lets the ingress controller in to the console and the tracking API, Prometheus to every service, nobody else', async () => {
    const all = await policies();
    const reached = (from: End, port: string) => SERVICE_NAMES.filter((to) => allows(all, from, pod(to), port)).sort();
    expect(reached(elsewhere('ingress-nginx'), 'http')).toEqual(['console', 'ingestion']);
    expect(reached(elsewhere('ingress-nginx'), 'operations')).toEqual([]);
    expect(reached(elsewhere('monitoring'), 'operations')).toEqual([...SERVICE_NAMES].sort());
    expect(reached(elsewhere('monitoring'), 'http')).toEqual([]);
    for (const port of ['http', 'operations']) {
      expect(reached(elsewhere('shop'), port)).toEqual([]);
      expect(reached({ ...elsewhere('hilo'), isInside: true }, port)).toEqual([]);
    }
    expect(allows(all, pod('console'), pod('setup'), 'http')).toBe(false);
  });

  it('lets each service out to DNS and the ports of its own stores', async () => {
    const all = await policies();
    const [dns, store] = [elsewhere('kube-system'), elsewhere('stores')];
    const stores = { 9093: 'kafka', 443: 'registry', 5432: 'postgres', 8443: 'clickhouse' };
    const used = (part: string) =>
      Object.entries(stores).flatMap(([port, name]) => (allows(all, pod(part), store, Number(port)) ? [name] : []));
    for (const part of [...SERVICE_NAMES, 'setup']) {
      expect(allows(all, pod(part), dns, 53), part).toBe(true);
      expect(allows(all, pod(part), store, 22), part).toBe(false);
      const all4 = ['kafka', 'registry', 'postgres', 'clickhouse'];
      const expected = { console: ['postgres'], history: all4, segmentation: all4 };
      const wanted = part === 'setup' ? all4 : ((expected as Record<string, string[]>)[part] ?? all4.slice(0, 3));
      expect(used(part).sort(), part).toEqual(wanted.toSorted());
    }
  });

  it('lets webhooks out to public addresses alone', async () => {
    const rules = (await policies()).flatMap(({ podSelector, egress = [] }) =>
      egress.map((rule) => ({ part: podSelector.matchLabels?.['app.kubernetes.io/component'], rule })),
    );
    const outside = rules.filter(({ rule }) => (rule.to ?? []).some(({ ipBlock }) => ipBlock !== undefined));
    expect(new Set(outside.map(({ part }) => part))).toEqual(new Set(['activation', 'console']));
    expect(outside).toHaveLength(2);
    for (const { rule } of outside) {
      const [four, six] = rule.to ?? [];
      expect(four?.ipBlock?.except).toEqual(expect.arrayContaining(['10.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16']));
      expect(six?.ipBlock?.except).toEqual(expect.arrayContaining(['fc00::/7', 'fe80::/10']));
    }
  });

  it('denies everything to every pod of the release, but for what another policy allows, and can be turned off', async () => {
    const [nothing, ...others] = (await policies()).toSorted(
      (a, b) =>
        Object.keys(a.podSelector.matchLabels ?? {}).length - Object.keys(b.podSelector.matchLabels ?? {}).length,
    );
    expect(nothing).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'hilo', 'app.kubernetes.io/instance': 'hilo' } },
      policyTypes: ['Ingress', 'Egress'],
    });
    expect(others).toHaveLength(8);
    expect(await policies('networkPolicy.enabled=false')).toEqual([]);
  });

  it('refuses values that would be mistakes', async () => {
    await expect(helm.render(CHART, 'networkPolicy.client.console[0].podSelector.matchLabels.a=b')).rejects.toThrow(
      'client',
    );
    await expect(helm.render(CHART, 'trustedProxies=0.0.0.0/0')).rejects.toThrow('trustedProxies');
    await expect(helm.render(CHART, 'image.tag=latest')).rejects.toThrow('tag');
    await expect(helm.render(CHART, 'image.digest=abc')).rejects.toThrow('digest');
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(await helm.render(CHART, `image.digest=${digest}`)).toContain(`image: "hilo@${digest}"`);
  });
});
