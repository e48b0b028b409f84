import { parseJson } from '@hilo/exact-json';
import { ApiError, readFault } from './api-error.ts';

/** An answer that takes longer is none. */
const ANSWER_WITHIN_MS = 30_000;

const NOT_MODIFIED = 304;

/** Answers that are kept, so that the server need not send them again while nothing changes: those of the latest addresses. */
const KEPT_ANSWERS = 64;

/** Parameters of a query; null and empty ones are left out. */
export type Query = Readonly<Record<string, string | number | null>>;

/** A page of a list; `next` is the cursor of the following one. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** How long somebody waits for an answer. */
export interface Patience {
  readonly signal: AbortSignal;
  readonly within_ms: number;
}

/** Person behind the session. */
export interface SignedIn {
  readonly user: { readonly email: string; readonly name: string; readonly role: Role };
  /** What the person may do: the pages offer nothing else. The server decides all the same. */
  readonly rights: Rights;
  /** Goes with every request that changes something. */
  readonly csrf: string;
  /** The workspace's zone, by its IANA name: all times and days are shown in it. */
  readonly timeZone: string;
  /** Where SDKs reach the tracking API; null: the operator has not said it. */
  readonly tracking_url: string | null;
}

/** What a person is in the console. */
export type Role = 'admin' | 'editor' | 'viewer' | 'privacy';

/** How much somebody may do in an area, `write` including `read`; null: nothing. */
export type Rights = Readonly<Record<Area, 'read' | 'write' | null>>;

/** What rights are about: a service, how everything runs, saved queries and dashboards, or people. */
export type Area =
  | 'ingestion'
  | 'identity'
  | 'profile'
  | 'segmentation'
  | 'activation'
  | 'history'
  | 'pipeline'
  | 'explore'
  | 'people';

/** What an API token is limited to, and what a page asks of a person, such as `segmentation:write`. */
export type Scope = `${Area}:${'read' | 'write'}`;

/**
 * The console's HTTP API. The session travels as a cookie; this holds its anti-forgery token. Every call rejects with an
 * `ApiError` where it does not succeed.
 */
export class Api {
  #csrf = '';
  readonly #kept = new Map<string, { readonly etag: string; readonly value: unknown }>();
  readonly #signedOut: () => void;

  /** `signedOut` is called when an answer says that there is no session (any more). */
  constructor(signedOut: () => void) {
    this.#signedOut = signedOut;
  }

  /** Who is signed in; null: nobody. */
  async session(signal?: AbortSignal): Promise<SignedIn | null> {
    const answer = await this.#send('GET', '/api/session', undefined, signal);
    if (answer.status === 401) return null;
    return this.#keep((await read(answer)) as SignedIn);
  }

  async signIn(email: string, password: string): Promise<SignedIn> {
    const answer = await this.#send('POST', '/api/session', { email, password });
    return this.#keep((await read(answer)) as SignedIn);
  }

  async signOut(): Promise<void> {
    await this.#change('DELETE', '/api/session');
    this.#csrf = '';
    this.#kept.clear();
  }

  /** Reads what a path has. The console and this page are of one version, so the shape is as its document says. */
  async get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    const address = withQuery(path, query);
    const kept = this.#kept.get(address);
    const answer = await this.#send('GET', address, undefined, signal, ANSWER_WITHIN_MS, kept?.etag);
    if (answer.status === NOT_MODIFIED && kept !== undefined) return kept.value as T;
    const value = await this.#checked(answer);
    this.#keepAnswer(address, answer.headers.get('etag'), value);
    return value as T;
  }

  async put<T>(path: string, body: object): Promise<T> {
    return (await this.#change('PUT', path, body)) as T;
  }

  async post<T>(path: string, body: object): Promise<T> {
    return (await this.#change('POST', path, body)) as T;
  }

  async patch<T>(path: string, body: object): Promise<T> {
    return (await this.#change('PATCH', path, body)) as T;
  }

  async delete(path: string): Promise<void> {
    await this.#change('DELETE', path);
  }

  /** Asks with a body; nothing is changed by it. */
  async ask<T>(path: string, body: object, patience: Patience): Promise<T> {
    return (await this.#change('POST', path, body, read, patience)) as T;
  }

  /** Asks with a body for a file. */
  async file(path: string, body: object, patience: Patience): Promise<Blob> {
    return (await this.#change('POST', path, body, readFile, patience)) as Blob;
  }

  /** Signing in from another tab makes this one's anti-forgery token an old one: then the change is sent with the new one. */
  async #change(
    method: string,
    path: string,
    body?: object,
    readAnswer: (answer: Response) => Promise<unknown> = read,
    patience?: Patience,
  ): Promise<unknown> {
    const { signal, within_ms }: Partial<Patience> = patience ?? {};
    const send = async () => this.#checked(await this.#send(method, path, body, signal, within_ms), readAnswer);
    try {
      return await send();
    } catch (error) {
      // What is asked with patience changes nothing.
      if (patience === undefined && isNoAnswer(error)) throw new ApiError({ kind: 'unconfirmed' });
      if (!isCsrfFailure(error) || (await this.session()) === null) throw error;
      return send();
    }
  }

  async #checked(answer: Response, readAnswer = read): Promise<unknown> {
    if (answer.status === 401) {
      this.#kept.clear();
      this.#signedOut();
    }
    return readAnswer(answer);
  }

  #keep(signed_in: SignedIn): SignedIn {
    this.#csrf = signed_in.csrf;
    return signed_in;
  }

  #keepAnswer(address: string, etag: string | null, value: unknown): void {
    this.#kept.delete(address);
    if (etag === null) return;
    this.#kept.set(address, { etag, value });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_ANSWERS && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #send(
    method: string,
    path: string,
    body?: object,
    signal?: AbortSignal,
    within_ms = ANSWER_WITHIN_MS,
    etag?: string,
  ): Promise<Response> {
    if (navigator.onLine === false) throw new ApiError({ kind: 'offline' });
    const timeout = AbortSignal.timeout(within_ms);
    try {
      return await fetch(path, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(method === 'GET' ? {} : { 'x-csrf-token': this.#csrf }),
          ...(etag === undefined ? {} : { 'if-none-match': etag }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new ApiError({ kind: 'no-answer' });
    }
  }
}

/** A path whose values are escaped, as a tagged text: `` pathOf`/api/x/${key}` ``. */
export function pathOf(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

function isCsrfFailure(error: unknown): boolean {
  return error instanceof ApiError && error.fault.kind === 'refused' && error.fault.code === 'csrf_failed';
}

function isNoAnswer(error: unknown): boolean {
  return error instanceof ApiError && error.fault.kind === 'no-answer';
}

async function read(answer: Response): Promise<unknown> {
  const text = await answer.text().catch(() => '');
  const body = parse(text);
  if (!answer.ok) throw new ApiError(readFault(answer.status, body));
  return body;
}

async function readFile(answer: Response): Promise<Blob> {
  if (!answer.ok) await read(answer);
  // A file that breaks off is none.
  return answer.blob().catch(() => {
    throw new ApiError({ kind: 'no-answer' });
  });
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : parseJson(text);
  } catch {
    return null;
  }
}
