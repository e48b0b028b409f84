import { SERVICE_NAMES } from '@hilo/infra';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { plaintextInText } from '../plaintext.ts';
import { HelmPrograms } from './helm-programs.ts';

const CHART = 'infra/helm/hilo';

interface Probe {
  readonly httpGet: { readonly path: string; readonly scheme: string };
}

interface Thing {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template?: {
      readonly spec: {
        readonly containers: readonly {
          readonly name: string;
          readonly env: readonly { readonly name: string; readonly value?: string }[];
          readonly startupProbe?: Probe;
          readonly livenessProbe?: Probe;
          readonly readinessProbe?: Probe;
        }[];
        readonly volumes: readonly { readonly secret?: { readonly secretName: string } }[];
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

describe('a connection of the chart', () => {
  const INGRESS = ['ingress.enabled=true', 'ingress.tlsSecretName=tls'];

  it('is encrypted, whatever it is', async () => {
    const yaml = await helm.render(CHART, ...INGRESS, 'stores.kafkaCertificateOfService=true');
    expect(plaintextInText(yaml)).toEqual([]);
    for (const { kind, metadata, spec } of await things(...INGRESS)) {
      const text = JSON.stringify(spec);
      if (kind === 'Service')
        expect(text.match(/"appProtocol":"(\w+)"/g), metadata.name).not.toContain('"appProtocol":"http"');
      if (kind === 'Service')
        expect(text.match(/"port":/g)).toHaveLength(text.match(/"appProtocol":"https"/g)?.length ?? 0);
      if (kind === 'Ingress') expect(text).toContain('"tls":[{"secretName":"tls"');
      if (kind === 'Deployment') expect(JSON.stringify(spec.template)).toContain('"prometheus.io/scheme":"https"');
      for (const { name, env, ...container } of spec.template?.spec.containers ?? []) {
        const variables = Object.fromEntries(env.map((variable) => [variable.name, variable.value]));
        expect(variables, name).toMatchObject({
          ...{ HILO_TLS: 'required', HILO_KAFKA_TLS: 'on', NODE_EXTRA_CA_CERTS: '/run/secrets/tls/ca.crt' },
          ...{ HILO_TLS_CERT_FILE: '/run/secrets/tls/tls.crt', HILO_TLS_KEY_FILE: '/run/secrets/tls/tls.key' },
        });
        const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
        const schemes = probes.map((probe) => probe?.httpGet.scheme);
        expect(schemes, name).toEqual(Array(3).fill(kind === 'Job' ? undefined : 'HTTPS'));
      }
    }
  });

  it('is shown a certificate of its own pod', async () => {
    const names = (await things()).flatMap(({ kind, metadata, spec }) =>
      (spec.template?.spec.volumes ?? []).flatMap(({ secret }) =>
        secret === undefined || secret.secretName === 'hilo'
          ? []
          : [`${kind} ${metadata.name} has ${secret.secretName}`],
      ),
    );
    const services = SERVICE_NAMES.map((name) => `Deployment hilo-${name} has hilo-${name}-tls`);
    expect(names.sort()).toEqual([...services, 'Job hilo-setup has hilo-setup-tls'].sort());
    const kafka = await things('stores.kafkaCertificateOfService=true');
    for (const { spec } of kafka)
      for (const { env } of spec.template?.spec.containers ?? [])
        expect(env).toContainEqual({ name: 'HILO_KAFKA_TLS_CERT_FILE', value: '/run/secrets/tls/tls.crt' });
  });

  it.each([
    ['stores.kafkaTls=false', 'stores.kafkaTls must be true'],
    ['stores.registryUrl=http://registry', 'stores.registryUrl must begin with https://'],
    ['stores.clickhouseUrl=http://clickhouse', 'stores.clickhouseUrl must begin with https://'],
    ['console.url=http://hilo.example.com', 'console.url must begin with https://'],
    ['console.trackingUrl=http://events.example.com', 'console.trackingUrl must begin with https://'],
    ['ingress.enabled=true', 'ingress.tlsSecretName must name the Secret'],
    ['tls.existingSecret=hilo-tls', 'tls.existingSecret must contain %s'],
  ])('is refused if it is not encrypted, unless tls.insecure says so: %s', async (setting, message) => {
    await expect(helm.render(CHART, setting)).rejects.toThrow(message);
    const rendered = await helm.render(CHART, setting, 'tls.insecure=true');
    expect(rendered).toContain('{ name: HILO_TLS, value: "off" }');
    expect(rendered).not.toContain('/run/secrets/tls');
  });

  it('lets pods show their certificates to the registry and to ClickHouse, and mounts no password for those', async () => {
    const settings = ['stores.registryCertificateOfService=true', 'stores.clickhouseCertificateOfService=true'];
    for (const { spec } of await things(...settings))
      for (const { name, env } of spec.template?.spec.containers ?? []) {
        const shown = (store: string) =>
          ['CERT', 'KEY'].map((half) => env.find((one) => one.name === `HILO_${store}_TLS_${half}_FILE`)?.value);
        const own = ['/run/secrets/tls/tls.crt', '/run/secrets/tls/tls.key'];
        expect(shown('REGISTRY'), name).toEqual(own);
        if (['setup', 'history', 'segmentation'].includes(name)) expect(shown('CLICKHOUSE'), name).toEqual(own);
      }
    expect(await helm.render(CHART, ...settings)).not.toMatch(/CLICKHOUSE_\w*PASSWORD|clickhouse_\w*password/);
  });

  it.each(['kafka', 'registry', 'clickhouse'])(
    'needs the certificates of the services where they are known by those: %s',
    async (store) => {
      const settings = ['tls.insecure=true', `stores.${store}CertificateOfService=true`];
      await expect(helm.render(CHART, ...settings)).rejects.toThrow(`stores.${store}CertificateOfService needs`);
    },
  );
});
