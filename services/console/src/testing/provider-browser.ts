import type { Caller, ConsoleUnderTest } from './console-under-test.ts';
import { headersOf } from './console-under-test.ts';

/** A browser on its way back to the console. */
export interface WayBack {
  /** Path and query. */
  readonly url: string;
  /** The cookie of the attempt. */
  readonly cookie: string;
}

/** Where the console led a browser to, and the cookies that it set. */
export interface Led {
  readonly status: number;
  readonly location: string;
  /** Names and values, without attributes. */
  readonly cookies: readonly string[];
  /** Whole `Set-Cookie` headers. */
  readonly set: readonly string[];
}

const STEPS_AT_MOST = 10;

/** A browser that signs in at a provider: it follows redirects and keeps the provider's cookies. */
export class ProviderBrowser {
  readonly #console: ConsoleUnderTest;
  readonly #cookies = new Map<string, string>();

  constructor(console: ConsoleUnderTest) {
    this.#console = console;
  }

  /** Opens an address of the console. */
  async open(url: string, cookie = '', as: Caller = {}): Promise<Led> {
    const cookies = [cookie, as.cookie ?? ''].filter((one) => one !== '').join('; ');
    const headers = { ...headersOf(as), ...(cookies === '' ? {} : { cookie: cookies }) };
    const { statusCode, headers: answered } = await this.#console.app.instance.inject({ method: 'GET', url, headers });
    const set = [answered['set-cookie'] ?? []].flat();
    return {
      status: statusCode,
      location: String(answered.location),
      cookies: set.map((header) => header.split(';')[0] ?? ''),
      set,
    };
  }

  /** Begins at the console, signs in at the provider, and stops before it comes back. */
  async signInAtProvider(as: Caller = {}): Promise<WayBack> {
    const begun = await this.open('/api/session/openid', '', as);
    const [cookie = ''] = begun.cookies;
    let at = begun.location;
    for (let step = 0; step < STEPS_AT_MOST; step++) {
      const { pathname, search } = new URL(at);
      if (pathname === '/api/session/openid/callback') return { url: pathname + search, cookie };
      at = await this.#follow(at);
    }
    throw new Error(`the provider leads on and on, at last to ${at}`);
  }

  /** The whole way. */
  async signIn(as: Caller = {}): Promise<Led> {
    const { url, cookie } = await this.signInAtProvider(as);
    return this.open(url, cookie);
  }

  async #follow(url: string): Promise<string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    await answer.body?.cancel();
    for (const header of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (header.split(';')[0] ?? '').split(/=(.*)/s);
      this.#cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${url} answers ${answer.status}`);
    return new URL(location, url).href;
  }
}
