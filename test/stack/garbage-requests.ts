/** A request that may be wrong in any way. */
export interface GarbageRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly url: string;
  readonly contentType: string | null;
  readonly body: string | null;
}

/** The part of an OpenAPI document that says what to send. */
export interface RoutesDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Schema = Readonly<Record<string, unknown>>;

/** Texts that some part of a program stumbles over. */
const TEXTS = [
  ...[
    '',
    '\0',
    'a\0b',
    '\ud800',
    'cut \ud83d',
    '\udc00x',
    '\u2028',
    '\ufeff',
    '=1+1',
    '%00',
    '%',
    '../..',
    '__proto__',
  ],
  ...['constructor', "'; DROP TABLE x; --", '\\', '"', 'a'.repeat(5000), 'null', 'NaN', '1e400', '-1', '9'.repeat(40)],
  ...[
    'ann@example.com',
    'x_aaaaaaaaaaaaaaaa',
    't_aaaaaaaaaaaaaaaa',
    'WyJcdTAwMDAiXQ',
    'WyJcdWQ4MDAiXQ',
    'W10',
    'bnVsbA',
  ],
  ...['WyIxIiwiXHUwMDAwIiwieCJd', '2026-05-01T00:00:00Z', '0000-00-00T00:00:00Z', '99999999999', '{}', '[1'],
];
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  [],
  {},
  [[]],
  [null],
  { a: { b: {} } },
  [{ '\0': 1 }],
];
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const DEEP = 20_000;

/** Numbers from 0 to 1, the same for each seed. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Makes requests to every route that a document describes: half right, half wrong, as the seed decides. */
export class GarbageRequests {
  readonly #number: () => number;

  constructor(seed: number) {
    this.#number = numbersFrom(seed);
  }

  /** `count` requests to each route. */
  *of(document: RoutesDocument, count: number): Generator<GarbageRequest, void, void> {
    for (const [path, item] of Object.entries(document.paths))
      for (const method of METHODS)
        if (method in item)
          for (let n = 0; n < count; n += 1) yield this.#request(path, method, item[method] as Schema);
  }

  #request(path: string, method: string, operation: Schema): GarbageRequest {
    const parameters = (operation['parameters'] ?? []) as readonly Schema[];
    const filled = path.replace(/\{(\w+)\}/g, () => encoded(this.#text()));
    const query = parameters
      .filter((one) => one['in'] === 'query' && this.#number() < 0.7)
      .map(({ name, schema }) => `${String(name)}=${encoded(String(this.#value(schema as Schema)))}`);
    if (this.#number() < 0.2) query.push(`${encoded(this.#text())}=${encoded(this.#text())}`);
    const url = query.length === 0 ? filled : `${filled}?${query.join('&')}`;
    const schema = bodySchema(operation);
    if (schema === null && this.#number() < 0.8) return { method, url, contentType: null, body: null };
    return {
      method,
      url,
      contentType: this.#one(['application/json', 'application/json', 'text/plain']),
      body: this.#body(schema ?? {}),
    };
  }

  #body(schema: Schema): string {
    const chance = this.#number();
    if (chance < 0.05) return '['.repeat(DEEP) + ']'.repeat(DEEP);
    if (chance < 0.1) return this.#text();
    if (chance < 0.15) return '{"a":1,"a":2,"__proto__":{"b":1}}';
    return JSON.stringify(this.#value(schema)) ?? '';
  }

  /** Mostly of the schema's form, with garbage in some places. */
  #value(schema: Schema): unknown {
    if (this.#number() < 0.25) return this.#number() < 0.6 ? this.#text() : this.#one(VALUES);
    if (Array.isArray(schema['enum'])) return this.#one(schema['enum'] as readonly unknown[]);
    const choices = (schema['oneOf'] ?? schema['anyOf']) as readonly Schema[] | undefined;
    if (choices !== undefined) return this.#value(this.#one(choices));
    const { properties, items } = schema as { properties?: Readonly<Record<string, Schema>>; items?: Schema };
    if (properties !== undefined) return this.#object(properties);
    if (items !== undefined) return Array.from({ length: Math.floor(this.#number() * 4) }, () => this.#value(items));
    if (schema['type'] === 'integer' || schema['type'] === 'number') return Math.floor(this.#number() * 200) - 50;
    if (schema['type'] === 'boolean') return this.#number() < 0.5;
    return this.#number() < 0.5 ? 'word' : this.#text();
  }

  #object(properties: Readonly<Record<string, Schema>>): object {
    const entries = Object.entries(properties)
      .filter(() => this.#number() < 0.9)
      .map(([name, schema]) => [name, this.#value(schema)] as const);
    if (this.#number() < 0.1) return Object.fromEntries([...entries, [this.#text(), this.#text()]]);
    return Object.fromEntries(entries);
  }

  #text(): string {
    return this.#one(TEXTS);
  }

  #one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#number() * choices.length)] as T;
  }
}

/** Percent-encoded; a lone surrogate becomes bytes that are not UTF-8. */
function encoded(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : text.replaceAll(/[^A-Za-z0-9]/g, '%ED%A0%80');
}

function bodySchema(operation: Schema): Schema | null {
  const body = operation['requestBody'] as { content?: Readonly<Record<string, { schema?: Schema }>> } | undefined;
  return body?.content?.['application/json']?.schema ?? null;
}
