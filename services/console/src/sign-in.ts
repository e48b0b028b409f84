import { randomBytes } from 'node:crypto';
import { AttemptLimit } from './domain/attempt-limit.ts';
import { tokenHash } from './domain/opaque-token.ts';
import { passwordFault } from './domain/password-strength.ts';
import type { Person } from './domain/person.ts';
import type { Guess } from './domain/sign-in-limits.ts';
import { SIGN_IN_TARGET, STRANGER } from './domain/security-event.ts';
import type { KnownDevices } from './known-devices.ts';
import {
  type Client,
  type PasswordCheck,
  type Refused,
  type RightPassword,
  tooMany,
  type WhyNot,
} from './password-check.ts';
import type { Passwords, PeopleStore, SessionStore } from './ports.ts';
import type { SecondFactors } from './second-factors.ts';
import type { SecurityTrail } from './security-trail.ts';

/** What signing in needs. */
export interface SignInDependencies {
  readonly people: PeopleStore;
  readonly sessions: SessionStore;
  readonly passwords: Passwords;
  readonly check: PasswordCheck;
  readonly devices: KnownDevices;
  readonly secondFactors: SecondFactors;
  readonly trail: Pick<SecurityTrail, 'record'>;
  readonly nowMs: () => number;
  /** How long further attempts are refused. */
  readonly monotonicMs: () => number;
}

/** Somebody says who they are. */
export interface Attempt {
  /** In lower case. */
  readonly email: string;
  readonly password: string;
  /** Of an authenticator app, or a recovery code; null: none was sent. */
  readonly code: string | null;
  readonly client: Client;
}

/** A session that has begun. */
export interface SignedIn {
  readonly kind: 'signed-in';
  readonly person: Person;
  readonly token: string;
  readonly started_at_ms: number;
  /** Hilo's, or the one of the identity provider. */
  readonly isSecondFactorShown: boolean;
  /** What the browser is to keep, so that it is known next time. */
  readonly deviceTokens: readonly string[];
}

/** A session that goes on under another token. */
export interface Renewed {
  readonly kind: 'renewed';
  readonly token: string;
}

/** A new password that is easy to guess; `fault` says why. */
export interface Weak {
  readonly kind: 'weak_password';
  readonly fault: string;
}

/** Changes of a person's own password: the right password uses no attempt, but takes two hashes and an estimate. */
const CHANGES = { attempts: 10, withinMs: 300_000, keysAtMost: 10_000 };

const TOKEN_BYTES = 32;

/** Where people show that it is still them, as a target. */
const CONFIRM_TARGET = 'session/confirmation';

/** Where people send a code alone, as a target. */
const SECOND_FACTOR_TARGET = 'session/second-factor';

/** Signs people in, lets them show that it is still them, and lets them change their password. */
export class SignIn {
  readonly #dependencies: SignInDependencies;
  readonly #changes = new AttemptLimit(CHANGES);

  constructor(dependencies: SignInDependencies) {
    this.#dependencies = dependencies;
  }

  /** Begins a session if the password is right, and the code where a second factor is on. */
  async signIn(attempt: Attempt): Promise<SignedIn | Refused> {
    const shown = await this.#show(attempt, SIGN_IN_TARGET);
    if (shown.kind === 'invalid_credentials') await this.#failed(attempt, shown.why);
    if (shown.kind !== 'right') return shown;
    const { person } = shown;
    if (shown.isOutdated && person.password_hash !== null) {
      const renewed = await this.#dependencies.passwords.hash(attempt.password);
      await this.#dependencies.people.rehash(person.email, person.password_hash, renewed);
    }
    return this.begin(person, attempt.client, person.second_factor !== 'none');
  }

  /** Begins a session of a person who has shown who they are, with a second factor or without, and remembers the browser. */
  async begin(person: Person, client: Client, isSecondFactorShown: boolean): Promise<SignedIn> {
    const { address, user_agent, deviceTokens } = client;
    const { sessions, devices, trail, nowMs } = this.#dependencies;
    const token = newToken();
    const started_at_ms = nowMs();
    const { email } = person;
    await sessions.start(
      { token_hash: tokenHash(token), email, address, user_agent, isSecondFactorShown },
      started_at_ms,
    );
    const remembered = await devices.remember(email, deviceTokens);
    await trail.record({ what: 'signed_in', who: email, target: SIGN_IN_TARGET, address });
    return { kind: 'signed-in', person, token, started_at_ms, isSecondFactorShown, deviceTokens: remembered };
  }

  /** Notes that the password was given again in a session, which goes on under another token. */
  async confirm(attempt: Attempt, session: Buffer): Promise<Renewed | Refused> {
    const shown = await this.#show(attempt, CONFIRM_TARGET);
    return shown.kind === 'right' ? this.#renew(session) : shown;
  }

  /** Notes that a code of the second factor was given in a session, which goes on under another token. */
  async showSecondFactor(
    attempt: Omit<Attempt, 'password'> & { readonly code: string },
    session: Buffer,
  ): Promise<Renewed | Refused> {
    const { check, sessions } = this.#dependencies;
    const guess = await check.guessOf(attempt.email, attempt.client);
    const refused = await this.#showCode(guess, attempt, SECOND_FACTOR_TARGET);
    if (refused !== null) return refused;
    const token = newToken();
    await sessions.showSecondFactor(session, tokenHash(token));
    return { kind: 'renewed', token };
  }

  /**
   * Replaces a person's own password, if the current one is right; ends the other sessions, makes other browsers unknown, and
   * on request ends the API tokens. The session goes on under another token.
   */
  async changePassword(
    { email, password, client }: Omit<Attempt, 'code'>,
    next: { readonly password: string; readonly revoke_tokens: boolean },
    session: Buffer,
  ): Promise<Renewed | Weak | Refused> {
    const { people, passwords, check, devices, nowMs, monotonicMs } = this.#dependencies;
    const waitMs = this.#changes.take(email, monotonicMs());
    if (waitMs > 0) return tooMany(waitMs);
    const shown = await check.password(await check.guessOf(email, client), password);
    if (shown.kind !== 'right') return shown;
    const fault = passwordFault(next.password, shown.person);
    if (fault !== null) return { kind: 'weak_password', fault };
    const hash = await passwords.hash(next.password);
    const kept = { session, device: await devices.find(email, client.deviceTokens) };
    const change = { password: { hash, mustChange: false, revoke_tokens: next.revoke_tokens } };
    await people.change(email, change, { who: email, address: client.address, nowMs: nowMs() }, kept);
    return this.#renew(session);
  }

  /** Password and, where it is on, second factor. */
  async #show({ email, password, code, client }: Attempt, target: string): Promise<RightPassword | Refused> {
    const { check, trail } = this.#dependencies;
    const { address } = client;
    const guess = await check.guessOf(email, client);
    const byPassword = await check.password(guess, password);
    // Whether somebody has the address is not known yet.
    if (byPassword.kind === 'too_many_attempts' && !byPassword.isBusy)
      await trail.record({ what: 'locked_out', who: STRANGER, target, address, reason: 'too_many_attempts' });
    if (byPassword.kind !== 'right' || byPassword.person.second_factor === 'none') return byPassword;
    if (code === null) return { kind: 'second_factor_required' };
    return (await this.#showCode(guess, { email, code, client }, target)) ?? byPassword;
  }

  /** Checks a code; null: it is right. */
  async #showCode(
    guess: Guess,
    { email, code, client: { address } }: Pick<Attempt, 'email' | 'client'> & { readonly code: string },
    target: string,
  ): Promise<Refused | null> {
    const { check, secondFactors, trail } = this.#dependencies;
    const byCode = await check.code(guess, () => secondFactors.isRight(email, code, address));
    if (byCode?.kind === 'invalid_code')
      await trail.record({ what: 'sign_in_failed', who: email, target, address, reason: 'invalid_code' });
    if (byCode?.kind === 'too_many_attempts')
      await trail.record({ what: 'locked_out', who: email, target, address, reason: 'too_many_attempts' });
    return byCode;
  }

  async #failed({ email, client: { address } }: Attempt, reason: WhyNot): Promise<void> {
    const who = reason === 'unknown_person' ? STRANGER : email;
    await this.#dependencies.trail.record({ what: 'sign_in_failed', who, target: SIGN_IN_TARGET, address, reason });
  }

  async #renew(session: Buffer): Promise<Renewed> {
    const { sessions, nowMs } = this.#dependencies;
    const token = newToken();
    await sessions.renew(session, tokenHash(token), nowMs());
    return { kind: 'renewed', token };
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}
