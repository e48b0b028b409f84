import { beforeAll, describe, expect, it } from 'vitest';
import { SERVICE_NAMES } from '@hilo/infra';
import { parseAllDocuments } from 'yaml';
import { HelmPrograms } from './helm-programs.ts';

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
    { settings: [], count: 35 },
    { settings: ['autoscaling.enabled=false', 'setup.enabled=false'], count: 28 },
    { settings: ['ingress.enabled=true', 'ingress.tlsSecretName=tls', 'ingress.className=nginx'], count: 36 },
    {
      settings: [
        'console.firstPasswordFromSecret=true',
        'env.HILO_LOG_LEVEL=warn',
        'image.pullSecrets[0].name=registry',
      ],
      count: 35,
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
      count: 35,
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
    const always = ['admin_token'];
    for (const { container, pod } of await containers('console.firstPasswordFromSecret=true')) {
      const items = pod?.volumes.flatMap(({ secret }) => secret?.items ?? []) ?? [];
      const keys = items.map(({ key, path }) => (key === path ? key : `${key} as ${path}`));
      const own = `${container.name}_postgres_url as postgres_url`;
      const others: Readonly<Record<string, readonly string[]>> = {
        setup: ['postgres_url', ...SERVICE_NAMES.map((name) => `${name}_postgres_url`), 'clickhouse_password'],
        history: [own, 'clickhouse_loader_password as clickhouse_password', 'clickhouse_reader_password'],
        console: [own, 'console_first_password'],
      };
      expect(keys.sort(), container.name).toEqual([...always, ...(others[container.name] ?? [own])].sort());
    }
  });

  it('serves its metrics at a port that no client is led to', async () => {
    for (const { kind, spec, metadata } of await things('ingress.enabled=true')) {
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

  it('gets secrets as files alone', async () => {
    const settings = ['stores.kafkaSaslMechanism=plain', 'stores.registryUsername=hilo'];
    for (const { container } of await containers(...settings)) {
      const names = container.env.map(({ name }) => name);
      const usesClickHouse = ['setup', 'history'].includes(container.name);
      const secrets = [
        'HILO_ADMIN_TOKEN',
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
