/** An OpenAPI 3.1 document as plain data; only the parts that this package reads are typed. */
export interface OpenApiDocument {
  readonly openapi: `3.1.${number}`;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
    readonly license?: object;
  };
  readonly servers?: readonly unknown[];
  /** Path (`/v1/sources/{key}`) → method in lower case → operation. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
  readonly tags?: readonly unknown[];
}

/** A route as served: `GET /v1/sources/{key}`. */
export type RouteName = `${string} ${string}`;

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch']);

/** Serves the document at `GET /openapi.json`, without a token. */
export function serveOpenApi(
  instance: { get(path: string, handler: () => unknown): unknown },
  document: OpenApiDocument,
): void {
  instance.get('/openapi.json', () => document);
}

/** Routes that a document describes, sorted. */
export function documentedRoutes(document: OpenApiDocument): readonly RouteName[] {
  return Object.entries(document.paths)
    .flatMap(([path, item]) =>
      Object.keys(item)
        .filter((key) => METHODS.has(key))
        .map((method): RouteName => `${method.toUpperCase()} ${path}`),
    )
    .sort();
}

/** Turns a fastify route (`/v1/sources/:key`, `/files/*`) into OpenAPI's notation (`{key}`, `{path}`). */
export function routeName(method: string, path: string): RouteName {
  return `${method.toUpperCase()} ${path.replace(/:([A-Za-z_]\w*)/g, '{$1}').replace(/\*$/, '{path}')}`;
}
