import { randomBytes } from 'node:crypto';
import { networkOf } from '@hilo/service';
import { AttemptLimit } from './domain/attempt-limit.ts';
import { sameSecret, tokenHash } from './domain/opaque-token.ts';
import {
  attemptEndsMs,
  attemptKey,
  IV_BYTES,
  type OpenidAttempt,
  openAttempt,
  sealAttempt,
} from './domain/openid-attempt.ts';
import { identityOf, type OpenidIdentity, type OpenidRefusal, type RoleRule } from './domain/openid-identity.ts';
import { hasProviderFactor, type ProviderFactor } from './domain/provider-factor.ts';
import { STRANGER } from './domain/security-event.ts';
import type { IdentityProvider, OpenidPeople } from './openid-ports.ts';
import type { Client } from './password-check.ts';
import type { SessionStore } from './ports.ts';
import type { SecurityTrail } from './security-trail.ts';
import type { SignedIn, SignIn } from './sign-in.ts';

/** What the operator sets of sign-in by OpenID Connect, but for the provider itself. */
export interface OpenidRules {
  /** Name of the provider, for people. */
  readonly name: string;
  readonly roleClaim: string;
  readonly roles: readonly RoleRule[];
  readonly secondFactor: ProviderFactor;
}

/** What signing in by OpenID Connect needs. */
export interface OpenidSignInDependencies {
  readonly rules: OpenidRules;
  readonly provider: IdentityProvider;
  readonly people: OpenidPeople;
  readonly signIn: Pick<SignIn, 'begin'>;
  readonly sessions: SessionStore;
  readonly trail: Pick<SecurityTrail, 'record'>;
  /** The console's key. */
  readonly key: string;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/** Where an attempt leads. */
export type OpenidBegin =
  | { readonly kind: 'begun'; readonly url: string; readonly sealed: string }
  | { readonly kind: 'refused'; readonly reason: OpenidRefusal };

/** How an attempt ended. */
export type OpenidEnd = SignedIn | { readonly kind: 'refused'; readonly reason: OpenidRefusal };

/** A browser that comes back from the provider. */
export interface ComingBack {
  /** The attempt as the browser kept it. */
  readonly sealed: string | undefined;
  /** The query of the address. */
  readonly search: string;
  readonly client: Client;
}

/** Attempts from one network: each makes the console ask the provider. */
const PER_NETWORK = { attempts: 50, withinMs: 300_000, keysAtMost: 10_000 };

/** Where people come back from the provider, as a target. */
const OPENID_TARGET = 'session/openid';

/** Reasons that say that an account with the address exists. */
const HAVE_ACCOUNTS: ReadonlySet<OpenidRefusal> = new Set(['account_disabled', 'email_taken']);

/** Signs people in whom the operator's provider knows. */
export class OpenidSignIn {
  readonly #dependencies: OpenidSignInDependencies;
  readonly #key: Buffer;
  readonly #begins = new AttemptLimit(PER_NETWORK);
  readonly #ends = new AttemptLimit(PER_NETWORK);

  constructor(dependencies: OpenidSignInDependencies) {
    this.#dependencies = dependencies;
    this.#key = attemptKey(dependencies.key);
  }

  /** Name of the provider, for people. */
  get name(): string {
    return this.#dependencies.rules.name;
  }

  /** Begins an attempt. `sessionToken` is that of whoever is signed in already; it links their account. */
  async begin(sessionToken: string | undefined, address: string): Promise<OpenidBegin> {
    const { provider, nowMs, monotonicMs } = this.#dependencies;
    if (this.#begins.take(networkOf(address), monotonicMs()) > 0) return this.#refused('too_many_attempts', address);
    const begun = await provider.begin(sessionToken !== undefined);
    if (begun === 'provider_unavailable') return this.#refused(begun, address);
    const { url, ...remembered } = begun;
    const session = sessionToken === undefined ? null : tokenHash(sessionToken).toString('base64url');
    const attempt: OpenidAttempt = { ...remembered, begun_ms: nowMs(), session };
    return { kind: 'begun', url, sealed: sealAttempt(attempt, this.#key, randomBytes(IV_BYTES)) };
  }

  /** Signs in whom the provider has confirmed. */
  async finish({ sealed, search, client }: ComingBack): Promise<OpenidEnd> {
    const { rules, provider, signIn, sessions, nowMs, monotonicMs } = this.#dependencies;
    const { address } = client;
    if (this.#ends.take(networkOf(address), monotonicMs()) > 0) return this.#refused('too_many_attempts', address);
    const attempt = sealed === undefined ? null : openAttempt(sealed, this.#key, nowMs());
    const state = new URLSearchParams(search).get('state');
    if (attempt === null || state === null || !sameSecret(state, attempt.state))
      return this.#refused('attempt_unknown', address);
    const claims = await provider.finish(search, attempt);
    if (typeof claims === 'string') return this.#refused(claims, address);
    const identity = identityOf(claims, rules);
    if (typeof identity === 'string') return this.#refused(identity, address);
    const sessionHash = attempt.session === null ? null : Buffer.from(attempt.session, 'base64url');
    const person = await this.#enter(identity, attempt, sessionHash, address);
    if (typeof person === 'string') return this.#refused(person, address, identity.email);
    if (sessionHash !== null) await sessions.end(sessionHash);
    return signIn.begin(person, client, hasProviderFactor(claims, rules.secondFactor));
  }

  #enter(identity: OpenidIdentity, attempt: OpenidAttempt, sessionHash: Buffer | null, address: string) {
    const { people, nowMs } = this.#dependencies;
    const confirmed = { state_hash: tokenHash(attempt.state), endsMs: attemptEndsMs(attempt), sessionHash, address };
    return people.enter(identity, confirmed, nowMs());
  }

  /** Why an attempt ended; `email` is the address of an account that exists. */
  async #refused(reason: OpenidRefusal, address: string, email = STRANGER) {
    const { trail } = this.#dependencies;
    const happened = { target: OPENID_TARGET, address };
    if (reason === 'too_many_attempts') await trail.record({ ...happened, what: 'locked_out', who: STRANGER, reason });
    else
      await trail.record({
        ...happened,
        what: 'sign_in_failed',
        who: HAVE_ACCOUNTS.has(reason) ? email : STRANGER,
        reason,
      });
    return { kind: 'refused', reason } as const;
  }
}
