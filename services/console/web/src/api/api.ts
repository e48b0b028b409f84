import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { SchemaOf } from '@hilo/service/contract';
import { ApiError, codeOf, statusOf } from './api-error.ts';
import type { CallName, InputOf, OutputOf } from './calls.ts';
import { type AnswerBody, readFile, readJson, readStream } from './read-answer.ts';

/** An answer that takes longer is none. */
const ANSWER_WITHIN_MS = 30_000;

const NOT_MODIFIED = 304;

/** Answers that are kept, so that the server need not send them again while nothing changes: those of the latest addresses. */
const KEPT_ANSWERS = 64;

/** A page of a list; `next` is the cursor of the following one. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Person behind the session. */
export type SignedIn = SchemaOf<ConsoleApi, 'Session'>;

/** What a person is in the console. */
export type Role = SignedIn['user']['role'];

/** What the person may do in each area: the pages offer nothing else, and the server decides all the same. */
export type Rights = SignedIn['rights'];

/** What rights are about: a service, how everything runs, saved queries and dashboards, or people. */
export type Area = keyof Rights;

/** What an API token is limited to, and what a page asks of a person, such as `segmentation:write`. */
export type Scope = SchemaOf<ConsoleApi, 'NewApiToken'>['scopes'][number];

/** Refusals with 401 that are about what was typed, and say nothing about the session. */
const TYPED_WRONG: ReadonlySet<string> = new Set(['invalid_credentials', 'second_factor_required', 'invalid_code']);

/** How long a call waits for its answer. */
export interface Waiting {
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
  /** Longest wait, for a call that takes long; only for one that changes nothing. */
  readonly withinMs?: number;
}

/** What a call sends, and how long it waits. */
type ArgumentsOf<Name extends CallName> =
  Partial<InputOf<Name>> extends InputOf<Name>
    ? [input?: InputOf<Name>, waiting?: Waiting]
    : [input: InputOf<Name>, waiting?: Waiting];

/** Values of an address; null, undefined and empty ones are left out of the query. */
type Values = Readonly<Record<string, string | number | boolean | null | undefined>>;

interface Input {
  readonly params?: Values;
  readonly query?: Values;
  readonly body?: unknown;
}

interface Sending extends Omit<Waiting, 'withinMs'> {
  /** Null: as long as it takes. */
  readonly withinMs?: number | null;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Of the answer that is kept. */
  readonly etag?: string | undefined;
}

/**
 * The console's HTTP API. The session travels as a cookie; this holds its anti-forgery token. Every call rejects with an
 * `ApiError` where it does not succeed.
 */
export class Api {
  #csrf = '';
  readonly #kept = new Map<string, { readonly etag: string; readonly value: unknown }>();
  readonly #signedOut: () => void;
  #askToConfirm: () => Promise<boolean> = () => Promise.resolve(false);
  #confirming: Promise<boolean> | null = null;

  /** `signedOut` is called when an answer says that there is no session (any more). */
  constructor(signedOut: () => void) {
    this.#signedOut = signedOut;
  }

  /** Who is signed in; null: nobody. */
  async session(signal?: AbortSignal): Promise<SignedIn | null> {
    const answer = await this.#send({ method: 'GET', path: '/api/session', signal });
    if (answer.status === 401) return null;
    return this.#keep((await readJson(answer)) as SignedIn);
  }

  /** Signs in. A refusal with the code `second_factor_required` asks for the same again, with a code. */
  signIn(credentials: SchemaOf<ConsoleApi, 'Credentials'>): Promise<SignedIn> {
    return this.#enter('/api/session', credentials);
  }

  /** Accepts an invitation by the token of its link, and signs in. */
  acceptInvitation(acceptance: SchemaOf<ConsoleApi, 'InvitationAcceptance'>): Promise<SignedIn> {
    return this.#enter('/api/invitations/accept', acceptance);
  }

  /** Changes one's own password; the session goes on, and all others end. */
  async changePassword(change: SchemaOf<ConsoleApi, 'PasswordChange'>): Promise<SignedIn> {
    return this.#keep(await this.call('PUT /api/session/password', { body: change }));
  }

  /** Shows that it is still the same person, for the calls that ask for it in the next minutes. */
  async confirm(confirmation: SchemaOf<ConsoleApi, 'Confirmation'>): Promise<SignedIn> {
    return this.#keep(await this.call('POST /api/session/confirmation', { body: confirmation }));
  }

  /** Gives the code of the second step, where the identity provider did not ask for one. */
  async showSecondFactor(code: string): Promise<SignedIn> {
    return this.#keep(await this.call('POST /api/session/second-factor', { body: { code } }));
  }

  async signOut(): Promise<void> {
    await this.call('DELETE /api/session');
    this.#csrf = '';
    this.#kept.clear();
  }

  /**
   * Makes a call, by its method and address. The console and this page are of one version, so it sends and answers what the
   * contract says.
   */
  async call<Name extends CallName>(name: Name, ...[input, waiting]: ArgumentsOf<Name>): Promise<OutputOf<Name>> {
    const sending = sendingOf(name, input, waiting);
    return (await (sending.method === 'GET' ? this.#read(sending) : this.#make(sending, readJson))) as OutputOf<Name>;
  }

  /**
   * Names who asks the person to show that it is still them, for calls that a stolen session must not be enough for; `ask` resolves
   * with whether they did. Ends when the function that this returns is called.
   */
  confirmBy(ask: () => Promise<boolean>): () => void {
    const before = this.#askToConfirm;
    this.#askToConfirm = ask;
    return () => {
      this.#askToConfirm = before;
    };
  }

  /** Makes a call whose answer is a file. */
  async file<Name extends CallName>(name: Name, ...[input, waiting]: ArgumentsOf<Name>): Promise<Blob> {
    return this.#make(sendingOf(name, input, waiting), readFile);
  }

  /** Opens a stream, which changes nothing, to be read as it comes. Rejects with an `ApiError` if it is refused. */
  async stream<Name extends CallName>(name: Name, input: InputOf<Name>, signal: AbortSignal): Promise<AnswerBody> {
    return this.#checked(await this.#send({ ...sendingOf(name, input), signal, withinMs: null }), readStream);
  }

  /** Reads what an address has; what has not changed since is not sent again. */
  async #read(sending: Sending): Promise<unknown> {
    const kept = this.#kept.get(sending.path);
    const answer = await this.#send({ ...sending, etag: kept?.etag });
    if (answer.status === NOT_MODIFIED && kept !== undefined) return kept.value;
    const value = await this.#checked(answer, readJson);
    this.#keepAnswer(sending.path, answer.headers.get('etag'), value);
    return value;
  }

  /**
   * Signing in from another tab makes this one's anti-forgery token an old one: then the change is sent with the new one. A change
   * for which the console wants to know that it is still the same person is sent again once it knows.
   */
  async #make<T>(sending: Sending, readAnswer: (answer: Response) => Promise<T>): Promise<T> {
    const send = async () => this.#checked(await this.#send(sending), readAnswer);
    try {
      return await send();
    } catch (error) {
      // What waits longer than others changes nothing.
      if (sending.withinMs === undefined && isNoAnswer(error)) throw new ApiError({ kind: 'unconfirmed' });
      const isReady =
        codeOf(error) === 'confirmation_required'
          ? await this.#isConfirmed()
          : codeOf(error) === 'csrf_failed' && (await this.session()) !== null;
      if (!isReady) throw error;
      return send();
    }
  }

  /** Asks once, however many calls wait for it. */
  #isConfirmed(): Promise<boolean> {
    this.#confirming ??= this.#askToConfirm().finally(() => {
      this.#confirming = null;
    });
    return this.#confirming;
  }

  async #checked<T>(answer: Response, readAnswer: (answer: Response) => Promise<T>): Promise<T> {
    try {
      return await readAnswer(answer);
    } catch (error) {
      if (statusOf(error) === 401 && !TYPED_WRONG.has(codeOf(error))) {
        this.#kept.clear();
        this.#signedOut();
      }
      throw error;
    }
  }

  /** A refusal here says nothing about a session: whoever calls has none yet. */
  async #enter(path: string, body: unknown): Promise<SignedIn> {
    const answer = await this.#send({ method: 'POST', path, body });
    return this.#keep((await readJson(answer)) as SignedIn);
  }

  #keep(signedIn: SignedIn): SignedIn {
    this.#csrf = signedIn.csrf;
    return signedIn;
  }

  #keepAnswer(address: string, etag: string | null, value: unknown): void {
    this.#kept.delete(address);
    if (etag === null) return;
    this.#kept.set(address, { etag, value });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_ANSWERS && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #send({ method, path, body, signal, withinMs = ANSWER_WITHIN_MS, etag }: Sending): Promise<Response> {
    if (navigator.onLine === false) throw new ApiError({ kind: 'offline' });
    const ends = [signal, withinMs === null ? undefined : AbortSignal.timeout(withinMs)].filter(
      (end) => end !== undefined,
    );
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
        signal: AbortSignal.any(ends),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new ApiError({ kind: 'no-answer' });
    }
  }
}

/** A path of a page whose values are escaped, as a tagged text: `` pathOf`/segments/${key}` ``. */
export function pathOf(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}

/** A request from a call's name, such as `DELETE /api/users/{id}`, and its input. */
function sendingOf(name: string, input: unknown, waiting: Waiting = {}): Sending {
  const { params = {}, query = {}, body } = (input ?? {}) as Input;
  const [method = '', address = ''] = name.split(' ', 2);
  const path = address.replace(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(String(params[part])));
  return { method, path: withQuery(path, query), body, ...waiting };
}

function withQuery(path: string, query: Values): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

function isNoAnswer(error: unknown): boolean {
  return error instanceof ApiError && error.fault.kind === 'no-answer';
}
