import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

type Claims = Readonly<Record<string, unknown>>;

/** A person whom the provider knows. */
export interface ProviderPerson {
  /** The provider's id of the person. */
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: unknown;
  readonly name?: string;
  readonly roles?: unknown;
}

/** Ways to sign an ID token that prove nothing to a client which does not expect them: not at all, or with the client's secret. */
export type WeakAlgorithm = 'none' | 'HS256';

/** What a test makes of an ID token before it leaves: other claims, or a signature by somebody else or of another kind. */
export interface Forgery {
  readonly claims?: (claims: Claims) => Claims;
  readonly isSignedByOther?: boolean;
  readonly algorithm?: WeakAlgorithm;
  /** Whether the provider says of itself that it signs so. */
  readonly isAnnounced?: boolean;
}

/** How the provider is started. */
export interface IdentityProviderOptions {
  /** Where it may lead browsers back to. */
  readonly redirectUrls: readonly string[];
}

const KEY_ID = 'of-the-provider';

/** Where a provider says how it signs ID tokens. */
const ALGORITHMS = 'id_token_signing_alg_values_supported';

/**
 * A real provider of OpenID Connect on loopback, for one client. It signs in, without asking, whoever `signsIn` names; null: the
 * person cancels. It demands PKCE.
 */
export class IdentityProvider {
  static readonly clientId = 'hilo';
  static readonly clientSecret = 'of the client, long enough';
  readonly issuer: string;
  /** Who signs in next. */
  signsIn: ProviderPerson | null = null;
  /** What is done to ID tokens; null: nothing. */
  forgery: Forgery | null = null;
  readonly #stop: () => Promise<void>;
  readonly #key: KeyObject;

  private constructor(issuer: string, key: KeyObject, stop: () => Promise<void>) {
    this.issuer = issuer;
    this.#key = key;
    this.#stop = stop;
  }

  static async start({ redirectUrls }: IdentityProviderOptions): Promise<IdentityProvider> {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const stop = async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    };
    const started = new IdentityProvider(issuer, privateKey, stop);
    const provider = started.#provider(redirectUrls);
    const answer = provider.callback();
    server.on('request', (request, response) => {
      void started.#answer(provider, answer, request, response).catch((error: unknown) => {
        response.statusCode = 500;
        response.end(error instanceof Error ? error.message : String(error));
      });
    });
    return started;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  #provider(redirectUrls: readonly string[]): Provider {
    return new Provider(this.issuer, {
      clients: [
        {
          client_id: IdentityProvider.clientId,
          client_secret: IdentityProvider.clientSecret,
          redirect_uris: [...redirectUrls],
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      jwks: { keys: [{ ...this.#key.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' }] },
      cookies: { keys: ['of the provider in tests'] },
      scopes: ['openid', 'email', 'profile'],
      claims: { openid: ['sub', 'roles'], email: ['email', 'email_verified'], profile: ['name'] },
      features: { devInteractions: { enabled: false } },
      pkce: { required: () => true },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...this.signsIn, sub }) }),
      loadExistingGrant: async ({ oidc }) => {
        const accountId = oidc.session?.accountId;
        if (oidc.client === undefined || accountId === undefined) return undefined;
        const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
    });
  }

  async #answer(
    provider: Provider,
    answer: (request: IncomingMessage, response: ServerResponse) => unknown,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { url = '/', method } = request;
    if (url.startsWith('/interaction/')) {
      const { signsIn } = this;
      const end = signsIn === null ? { error: 'access_denied' } : { login: { accountId: signsIn.sub } };
      await provider.interactionFinished(request, response, end, { mergeWithLastSubmission: false });
      return;
    }
    const { forgery } = this;
    if (forgery !== null && method === 'POST' && url === '/token')
      changeAnswer(response, (said) => ({ ...said, id_token: this.#forged(String(said.id_token), forgery) }));
    if (forgery?.isAnnounced === true && url === '/.well-known/openid-configuration')
      changeAnswer(response, (said) => ({
        ...said,
        [ALGORITHMS]: ['RS256', forgery.algorithm],
      }));
    await answer(request, response);
  }

  #forged(token: string, { claims = (same) => same, isSignedByOther = false, algorithm }: Forgery): string {
    const [header = '', payload = ''] = token.split('.');
    const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    const weak = algorithm === undefined ? header : encoded({ alg: algorithm, typ: 'JWT' });
    const signed = `${weak}.${encoded(claims(said))}`;
    if (algorithm === 'none') return `${signed}.`;
    if (algorithm === 'HS256')
      return `${signed}.${createHmac('sha256', IdentityProvider.clientSecret).update(signed).digest('base64url')}`;
    const key = isSignedByOther ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey : this.#key;
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Changes the JSON of an answer as it is sent. */
function changeAnswer(response: ServerResponse, change: (said: Claims) => Claims): void {
  const end = response.end.bind(response) as (text: string) => ServerResponse;
  response.end = ((body: string | Buffer) => {
    const text = JSON.stringify(change(JSON.parse(body.toString()) as Claims));
    response.setHeader('content-length', Buffer.byteLength(text));
    return end(text);
  }) as typeof response.end;
}
