import type { Claims, OpenidIdentity, OpenidRefusal } from './domain/openid-identity.ts';
import type { OpenidAttempt } from './domain/openid-attempt.ts';
import type { Person } from './domain/person.ts';

/** Where an attempt begins: the provider's page, and what to remember until the browser comes back. */
export interface AttemptBegun extends Pick<OpenidAttempt, 'state' | 'nonce' | 'verifier'> {
  readonly url: string;
}

/** The operator's provider of identities. */
export interface IdentityProvider {
  /**
   * Begins an attempt; `provider_unavailable` if the provider does not answer. `isSignedIn`: somebody who is signed in shows that
   * it is still them, so the provider must ask even if it knows the browser.
   */
  begin(isSignedIn: boolean): Promise<AttemptBegun | 'provider_unavailable'>;
  /**
   * Exchanges the provider's answer for what it says about the person. `search` is the query with which the browser came back.
   * Everything is checked: state, nonce, issuer, audience, signature and times.
   */
  finish(search: string, attempt: OpenidAttempt): Promise<Claims | OpenidRefusal>;
}

/** A sign-in that the provider has confirmed. */
export interface ConfirmedAttempt {
  readonly state_hash: Buffer;
  readonly endsMs: number;
  /** Hash of the session with which the browser began; null: nobody was signed in. */
  readonly sessionHash: Buffer | null;
  /** The client's address, as text. */
  readonly address: string;
}

/** People who sign in by OpenID Connect. */
export interface OpenidPeople {
  /**
   * Finds or adds the person, and gives the role of the claim. `attempt_unknown`: the attempt has succeeded before. In the same
   * transaction as everything that follows from it.
   */
  enter(identity: OpenidIdentity, attempt: ConfirmedAttempt, nowMs: number): Promise<Person | OpenidRefusal>;
}
