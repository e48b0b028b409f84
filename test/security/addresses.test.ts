import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiOf } from '@hilo/service';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../openapi/contracts.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Names of parameters in paths and queries of all services, which name things of Hilo, choose a page or a form, or count: proxies,
 * browsers and logs keep addresses. A new name belongs here only if its value can be no identifier, address or name of a person, and
 * no secret; otherwise its value belongs in a body.
 */
const HARMLESS = new Set([
  // Things of Hilo, by keys and ids that Hilo or an operator chose.
  ...['id', 'key', 'kind', 'service', 'stage', 'partition', 'space', 'destination', 'source'],
  ...['profile', 'profile_id', 'message_id', 'call', 'path'],
  // Names of events, traits and properties, never their values.
  ...['event', 'property', 'trait', 'include', 'reason', 'status', 'class'],
  // Pages, times and forms.
  ...['limit', 'cursor', 'next', 'from', 'to', 'since', 'step_s', 'keys', 'verbose', 'retries'],
]);

/** Addresses of other products' clients, which put there what Hilo itself never does; HILO_IDENTIFIERS_IN_URLS and SDKs decide. */
const OF_OTHERS: readonly string[] = [
  ...['getTraits', 'getExternalIds', 'getSegments', 'getEvents', 'getMetadata'].map((id) => `profile ${id} identifier`),
  ...['sendPixel', 'sendRudderPixel'].flatMap((id) => [`ingestion ${id} data`, `ingestion ${id} writeKey`]),
  // Write keys, which browsers' pages show to everybody anyway.
  ...['sendEvents', 'sendBeacon', 'getSegmentSettings', 'getRudderSettings'].map((id) => `ingestion ${id} writeKey`),
];

interface Documented {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
}
type Operations = Readonly<
  Record<string, { readonly operationId: string; readonly parameters?: readonly Documented[] }>
>;

/** Every parameter of a path or query, as the OpenAPI documents have it. */
const parameters = Object.entries(CONTRACTS).flatMap(([service, contract]) =>
  Object.values(openApiOf(contract).paths as Readonly<Record<string, Operations>>).flatMap((operations) =>
    Object.values(operations).flatMap(({ operationId: route, parameters: documented = [] }) =>
      documented
        .filter((one) => one.in === 'path' || one.in === 'query')
        .map(({ name, description = '' }) => ({ service, route, name, description })),
    ),
  ),
);

describe('addresses of the services', () => {
  it('hold no identifier, address or name of a person and no secret, but for the closed list of other products’ clients', () => {
    expect(parameters.length).toBeGreaterThan(60);
    const others = parameters
      .filter(({ name }) => !HARMLESS.has(name))
      .map(({ service, route, name }) => `${service} ${route} ${name}`);
    expect(others.sort()).toEqual(OF_OTHERS.toSorted());
  });

  it('name no parameter that is described as one', () => {
    const suspicious = parameters
      .filter(({ name }) => HARMLESS.has(name))
      .filter(({ description }) => /e-?mail|identifier(?! types)|password|secret|address|phone/i.test(description))
      .map(({ service, route, name, description }) => `${service} ${route} ${name}: ${description}`);
    expect(suspicious).toEqual([]);
  });

  it('hold no name that nobody uses', () => {
    const used = new Set(parameters.map(({ name }) => name));
    expect([...HARMLESS].filter((name) => !used.has(name))).toEqual([]);
  });
});

it('pages of the console have only ids and keys in their addresses', () => {
  const routes = readFileSync(join(root, 'services/console/web/src/routes.tsx'), 'utf8');
  const names = [...routes.matchAll(/path: '([^']+)'/g)].flatMap(([, path = '']) =>
    [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name),
  );
  expect(new Set(names)).toEqual(new Set(['messageId', 'id', 'key']));
});

it('pages of the console keep only these parameters in their addresses', () => {
  const texts = globSync('services/console/web/src/**/*.{ts,tsx}', { cwd: root })
    .filter((path) => !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(root, path), 'utf8'));
  const read = texts.flatMap((text) => [...text.matchAll(/\bparameters\.(?:get|has)\('(\w+)'\)/g)]);
  const filtered = texts.flatMap((text) => [...text.matchAll(/useFilter(?:<[^>]+>)?\(\[([^\]]*)\]/g)]);
  const names = [...read.map(([, name]) => name), ...filtered.flatMap(([, list = '']) => list.match(/\w+/g) ?? [])];
  expect(new Set(names)).toEqual(
    new Set(['status', 'destination', 'reason', 'source', 'event', 'query', 'sign_in_refused', 'to', 'from', 'list']),
  );
});
