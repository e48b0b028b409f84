import { SignJWT } from 'jose';
import type { ServiceKey } from './key-text.ts';
import type { CallingService } from './service-calls.ts';

/** The one algorithm of service tokens. */
export const TOKEN_ALGORITHM = 'EdDSA';

/** The type in the header of service tokens. */
export const TOKEN_TYPE = 'JWT';

/** How long a token is good, in seconds. */
export const TOKEN_LIFE_S = 60;

/** How long a token is used again: then it still has time for a clock that is fast, and for the way. */
const REUSED_MS = 30_000;

/** Tokens that are kept: one for each person and service that is in use. */
const KEPT_AT_MOST = 2_000;

/** Who asked the calling service for a change. */
export interface TokenActor {
  /** Such as `ann@example.com`. */
  readonly who: string;
  /** Of that person's client; null: not known. */
  readonly address: string | null;
}

/** On whose behalf a service calls; absent: on its own. */
export interface OnBehalf {
  /** The opaque word by which services distinguish people. */
  readonly person?: string;
  readonly actor?: TokenActor;
}

/** Makes the tokens with which a service calls others. */
export interface ServiceTokens {
  /** A token for calls to a service. The same calls get the same token until it is half over. */
  tokenFor(audience: string, behalf?: OnBehalf): Promise<string>;
}

/** Makes tokens for a service with its own key. */
export class SignedTokens implements ServiceTokens {
  readonly #service: CallingService;
  readonly #key: ServiceKey;
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, { readonly token: Promise<string>; readonly untilMs: number }>();

  constructor(service: CallingService, key: ServiceKey, nowMs: () => number = Date.now) {
    this.#service = service;
    this.#key = key;
    this.#nowMs = nowMs;
  }

  tokenFor(audience: string, behalf: OnBehalf = {}): Promise<string> {
    const nowMs = this.#nowMs();
    const use = JSON.stringify([audience, behalf.person, behalf.actor?.who, behalf.actor?.address]);
    const kept = this.#kept.get(use);
    // A clock that was set back must not lengthen a token's use.
    if (kept !== undefined && kept.untilMs > nowMs && kept.untilMs <= nowMs + REUSED_MS) return kept.token;
    this.#kept.delete(use);
    const token = this.#sign(audience, behalf, nowMs);
    this.#kept.set(use, { token, untilMs: nowMs + REUSED_MS });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_AT_MOST && oldest !== undefined) this.#kept.delete(oldest);
    return token;
  }

  #sign(audience: string, { person, actor }: OnBehalf, nowMs: number): Promise<string> {
    const issuedS = Math.floor(nowMs / 1000);
    const claims = {
      ...(person === undefined ? {} : { sub: person }),
      ...(actor === undefined ? {} : { act: { sub: actor.who, address: actor.address } }),
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: this.#key.id })
      .setIssuer(this.#service)
      .setAudience(audience)
      .setIssuedAt(issuedS)
      .setExpirationTime(issuedS + TOKEN_LIFE_S)
      .sign(this.#key.key);
  }
}
