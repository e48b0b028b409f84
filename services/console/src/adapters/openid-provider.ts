import * as oidc from 'openid-client';
import type { Claims, OpenidRefusal } from '../domain/openid-identity.ts';
import type { OpenidAttempt } from '../domain/openid-attempt.ts';
import type { AttemptBegun, IdentityProvider } from '../openid-ports.ts';
import { readWhole } from '../read-answer.ts';

/** The operator's settings of the provider. */
export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string;
  /** Claims that must be known; the provider is asked for its userinfo if its ID token lacks one. */
  readonly wantedClaims: readonly string[];
  /** Address to which the provider leads browsers back. */
  readonly redirectUrl: string;
}

/** Time for each call to the provider. */
const ANSWERS_WITHIN_S = 10;

/** Bytes of one answer of the provider: its keys and claims are a few KB. */
const ANSWER_BYTES = 1024 * 1024;

/** What the provider says about itself is asked for again after this time, so that a change reaches every console. */
const DISCOVERED_FOR_MS = 3_600_000;

/** What the provider answered is not what this sign-in may accept. */
const INVALID_ANSWERS = new Set([
  ...['OAUTH_INVALID_RESPONSE', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED', 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED'],
  ...['OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED', 'OAUTH_MISSING_SERVER_METADATA', 'OAUTH_KEY_SELECTION_FAILED'],
  ...['OAUTH_UNSUPPORTED_OPERATION', 'OAUTH_PARSE_ERROR', 'OAUTH_RESPONSE_IS_NOT_JSON'],
  ...['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_DECRYPTION_FAILED'],
]);

/** What a provider's clock and log are, and the time that each call to it has. */
export interface ProviderSurroundings {
  readonly nowMs: () => number;
  /** Gets the code of an error, never its text, which may hold what the provider sent. */
  readonly report: (reason: { readonly code: string }) => void;
  readonly answersWithinS?: number;
}

/** Speaks OpenID Connect with the operator's provider. Each call is bounded in time and size. */
export class OpenidProvider implements IdentityProvider {
  readonly #settings: ProviderSettings;
  readonly #surroundings: Required<ProviderSurroundings>;
  #discovered: { readonly at_ms: number; readonly found: Promise<oidc.Configuration> } | null = null;

  constructor(settings: ProviderSettings, surroundings: ProviderSurroundings) {
    this.#settings = settings;
    this.#surroundings = { answersWithinS: ANSWERS_WITHIN_S, ...surroundings };
  }

  async begin(isSignedIn: boolean): Promise<AttemptBegun | 'provider_unavailable'> {
    const { scopes, redirectUrl } = this.#settings;
    try {
      const provider = await this.#provider();
      const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
      const url = oidc.buildAuthorizationUrl(provider, {
        redirect_uri: redirectUrl,
        scope: scopes,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(isSignedIn ? { prompt: 'login' } : {}),
      });
      return { url: url.href, state, nonce, verifier };
    } catch (error) {
      this.#surroundings.report({ code: codeOf(error) });
      return 'provider_unavailable';
    }
  }

  async finish(search: string, attempt: OpenidAttempt): Promise<Claims | OpenidRefusal> {
    const back = new URL(this.#settings.redirectUrl);
    back.search = search;
    try {
      const provider = await this.#provider();
      const tokens = await oidc.authorizationCodeGrant(provider, back, {
        pkceCodeVerifier: attempt.verifier,
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) return 'answer_invalid';
      if (this.#settings.wantedClaims.every((name) => Object.hasOwn(claims, name))) return claims;
      if (provider.serverMetadata().userinfo_endpoint === undefined) return claims;
      // What the ID token says goes before: it is signed.
      return { ...(await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub)), ...claims };
    } catch (error) {
      // That somebody pressed "Cancel" is nothing for the log.
      if (!(error instanceof oidc.AuthorizationResponseError)) this.#surroundings.report({ code: codeOf(error) });
      return refusalOf(error);
    }
  }

  /** What the provider says about itself. An answer that fails is not kept. */
  async #provider(): Promise<oidc.Configuration> {
    const { answersWithinS } = this.#surroundings;
    const nowMs = this.#surroundings.nowMs();
    if (this.#discovered === null || nowMs - this.#discovered.at_ms >= DISCOVERED_FOR_MS)
      this.#discovered = { at_ms: nowMs, found: discover(this.#settings, answersWithinS) };
    const asked = this.#discovered;
    try {
      return await asked.found;
    } catch (error) {
      if (this.#discovered === asked) this.#discovered = null;
      throw error;
    }
  }
}

function discover(
  { issuer, clientId, clientSecret }: ProviderSettings,
  answersWithinS: number,
): Promise<oidc.Configuration> {
  const address = new URL(issuer);
  return oidc.discovery(address, clientId, undefined, authentication(clientSecret), {
    [oidc.customFetch]: fetchBounded,
    timeout: answersWithinS,
    // The configuration allows HTTP on loopback only. The signature of each ID token is checked, although it comes by TLS.
    execute: [...(address.protocol === 'http:' ? [oidc.allowInsecureRequests] : []), oidc.enableNonRepudiationChecks],
  });
}

/** Proves who the console is, as the provider wants it: in a header, which is the default, or in the body. */
function authentication(clientSecret: string): oidc.ClientAuth {
  const [basic, post] = [oidc.ClientSecretBasic(clientSecret), oidc.ClientSecretPost(clientSecret)];
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const prove = methods.includes('client_secret_basic') ? basic : post;
    prove(server, client, body, headers);
  };
}

/** Fetches an answer as a whole, up to a size; the caller's signal ends it after its time. */
async function fetchBounded(url: string, options: oidc.CustomFetchOptions): Promise<Response> {
  const answer = await fetch(url, { ...(options as RequestInit), redirect: 'manual' });
  const body = await readWhole(answer, ANSWER_BYTES);
  const { status, headers } = answer;
  const hasBody = status !== 204 && status !== 304;
  return new Response(hasBody ? new Uint8Array(body) : null, { status, headers });
}

function refusalOf(error: unknown): OpenidRefusal {
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError)
    return 'provider_refused';
  return INVALID_ANSWERS.has(codeOf(error)) ? 'answer_invalid' : 'provider_unavailable';
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
