import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { HelmPrograms } from './helm-programs.ts';

interface Ingress {
  readonly kind: string;
  readonly spec: {
    readonly rules: readonly {
      readonly host: string;
      readonly http: {
        readonly paths: readonly {
          readonly path: string;
          readonly pathType: string;
          readonly backend: { readonly service: { readonly name: string } };
        }[];
      };
    }[];
  };
}

it('the ingress has a host of its own for the console, and one for tracking calls alone', async () => {
  const helm = await HelmPrograms.open();
  const hosts = ['ingress.consoleHost=console.example.com', 'ingress.ingestionHost=events.example.com'];
  const things = parseAllDocuments(
    await helm.render('infra/helm/hilo', 'ingress.enabled=true', 'ingress.tlsSecretName=tls', ...hosts),
  ).map((document) => document.toJS() as Ingress | null);
  const rules = things.flatMap((thing) => (thing?.kind === 'Ingress' ? thing.spec.rules : []));
  const paths = rules.flatMap(({ host, http }) =>
    http.paths.map(({ path, pathType, backend }) => ({ host, path, pathType, to: backend.service.name })),
  );
  const [pages, ...tracking] = paths;
  expect(pages).toEqual({ host: 'console.example.com', path: '/', pathType: 'Prefix', to: 'hilo-console' });
  expect(tracking.length).toBeGreaterThan(10);
  for (const { host, path, to } of tracking) {
    expect([host, to]).toEqual(['events.example.com', 'hilo-ingestion']);
    expect(path).not.toMatch(/^\/(v1\/(sources|rejected|changes))?\/?$|metrics|openapi|health/);
  }
});
