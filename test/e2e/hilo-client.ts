import { askStore } from '@hilo/infra';
import type { Credentials } from '@hilo/test-stack';
import { eventually } from './eventually.ts';

/** Answer of an HTTP API. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  /** Parsed if it is JSON, else text. */
  readonly body: unknown;
}

/** Hilo from outside: its public addresses, and nothing else. */
export class HiloClient {
  readonly credentials: Credentials;

  constructor(credentials: Credentials) {
    this.credentials = credentials;
  }

  /** Posts a tracking call with the demo source's write key. Rejects unless the endpoint accepts it. */
  async send(
    call: 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias' | 'batch',
    body: object,
  ): Promise<void> {
    const answer = await this.post(call, JSON.stringify(body));
    if (answer.status !== 200) throw new Error(`/v1/${call} answers ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  /** Posts any bytes to the tracking API. */
  post(call: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    const { ingestionUrl, writeKey } = this.credentials;
    return ask(`${ingestionUrl}/v1/${call}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
        ...headers,
      },
      body,
    });
  }

  /** Calls an admin API or the Profile API. */
  admin(method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, body?: object): Promise<HttpAnswer> {
    return ask(url, {
      method,
      headers: {
        authorization: `Bearer ${this.credentials.adminToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Creates a segment; it counts events that are sent after this resolves. */
  async segment(key: string, condition: object): Promise<void> {
    const url = `${this.credentials.segmentationUrl}/v1/segments/${key}`;
    await this.#put(url, { name: key, condition });
    await eventually(
      `segment ${key} is published`,
      () => this.admin('GET', url),
      ({ body }) => (body as { published: boolean }).published,
    );
  }

  /** Creates a webhook destination for some segments; `backfilled`: it also gets what a definition changes. */
  async destination(
    key: string,
    url: string,
    secret: string,
    segments: readonly string[],
    backfilled = false,
  ): Promise<void> {
    const body = { type: 'webhook', settings: { url, secret }, segments, backfilled };
    await this.#put(`${this.credentials.activationUrl}/v1/destinations/${key}`, body);
  }

  /** Creates or replaces a source. */
  async source(key: string, body: object): Promise<void> {
    await this.#put(`${this.credentials.ingestionUrl}/v1/sources/${key}`, body);
  }

  /** A collection of a profile, found by an identifier such as `user_id:ann`. */
  profile(identifier: string, collection: 'traits' | 'external_ids' | 'segments' | 'events'): Promise<HttpAnswer> {
    const { profileUrl } = this.credentials;
    const person = encodeURIComponent(identifier);
    return this.admin('GET', `${profileUrl}/v1/spaces/default/collections/users/profiles/${person}/${collection}`);
  }

  /** Rows of a ClickHouse query, as the read-only user of BI tools. Parameters as `{name:Type}` in the text. */
  async rows<Row>(sql: string, parameters: Readonly<Record<string, string>> = {}): Promise<Row[]> {
    const { clickhouse } = this.credentials;
    const url = new URL(clickhouse.url);
    url.searchParams.set('default_format', 'JSONEachRow');
    url.searchParams.set('output_format_json_quote_64bit_integers', '0');
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(`param_${name}`, value);
    const { readonlyUser: user, readonlyPassword: password, readonlyCertificate: certificate = null } = clickhouse;
    const proof: [string, string] =
      certificate === null ? ['x-clickhouse-key', password] : ['x-clickhouse-ssl-certificate-auth', 'on'];
    const headers = { 'x-clickhouse-user': user, ...Object.fromEntries([proof]) };
    const { ok, status, text } = await askStore(url.href, {
      ...{ method: 'POST', headers, body: sql, certificate, withinMs: 60_000 },
    });
    if (!ok) throw new Error(`ClickHouse answers ${status}: ${text.slice(0, 500)}`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
  }

  async #put(url: string, body: object): Promise<void> {
    const answer = await this.admin('PUT', url, body);
    if (answer.status >= 300) throw new Error(`PUT ${url} answers ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

async function ask(url: string, init: RequestInit): Promise<HttpAnswer> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  return { status: answer.status, type, body: type.includes('json') && text !== '' ? JSON.parse(text) : text };
}
