import { randomBytes } from 'node:crypto';
import { FairTurns, networkOf, TooManyWaitingError } from '@hilo/service';
import { AttemptLimit } from './domain/attempt-limit.ts';
import { tokenHash } from './domain/opaque-token.ts';
import type { Person } from './domain/person.ts';
import { SIGN_IN_TARGET, STRANGER } from './domain/security-event.ts';
import type { Passwords, PeopleStore, SessionStore } from './ports.ts';
import type { SecurityTrail } from './security-trail.ts';

/** What signing in needs. */
export interface SignInParts {
  readonly people: PeopleStore;
  readonly sessions: SessionStore;
  readonly passwords: Passwords;
  readonly trail: Pick<SecurityTrail, 'record'>;
  readonly nowMs: () => number;
  /** How long further attempts are refused. */
  readonly monotonicMs: () => number;
}

/** A sign-in attempt. */
export interface Attempt {
  /** In lower case. */
  readonly email: string;
  readonly password: string;
  /** The client's address, as text. */
  readonly address: string;
}

/** The result of an attempt. The same for an unknown person, a disabled one and a wrong password. */
export type SignInResult =
  | { readonly kind: 'signed-in'; readonly person: Person; readonly token: string }
  | { readonly kind: 'invalid_credentials' }
  | { readonly kind: 'too_many_attempts'; readonly retryAfterS: number };

const WITHIN_MS = 300_000;
const KEYS_AT_MOST = 10_000;

/** Guesses of one person's password, from any address. */
const PER_EMAIL = { attempts: 10, withinMs: WITHIN_MS, keysAtMost: KEYS_AT_MOST };

/** Guesses from one address, at any person; many people may share an address. */
const PER_ADDRESS = { attempts: 50, withinMs: WITHIN_MS, keysAtMost: KEYS_AT_MOST };

/**
 * Password comparisons at once, by address: each takes memory and one of few threads, so that one address never makes
 * everybody else wait.
 */
const COMPARED = { atOnce: 4, atOnceEach: 2, keptFrom: 3, waiting: 100, waitingEach: 8 } as const;

const WAITS_MS = 10_000;

/** Changes of a person's own password: the right password uses no attempt, but still takes two hashes. */
const CHANGES = { attempts: 10, withinMs: WITHIN_MS, keysAtMost: KEYS_AT_MOST };

const TOKEN_BYTES = 32;
const BUSY_RETRY_S = 1;

/** Signs people in by their password, and lets them change it. */
export class SignIn {
  readonly #parts: SignInParts;
  readonly #byEmail = new AttemptLimit(PER_EMAIL);
  readonly #byAddress = new AttemptLimit(PER_ADDRESS);
  readonly #changes = new AttemptLimit(CHANGES);
  readonly #compared = new FairTurns(COMPARED);

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /** Begins a session if the password is right. */
  async signIn(attempt: Attempt): Promise<SignInResult> {
    const { people, sessions, trail, nowMs } = this.#parts;
    const checked = await this.#check(attempt);
    const happened = { target: SIGN_IN_TARGET, address: attempt.address };
    if (checked.kind === 'invalid_credentials')
      await trail.record({ ...happened, what: 'sign_in_failed', who: checked.who, reason: checked.reason });
    if (checked.kind === 'too_many_attempts' && checked.isLocked)
      await trail.record({ ...happened, what: 'locked_out', who: STRANGER, reason: 'too_many_attempts' });
    if (checked.kind !== 'right') return checked;
    const { person } = checked;
    if (checked.isOutdated) {
      const renewed = await this.#parts.passwords.hash(attempt.password);
      await people.rehash(person.email, person.password_hash, renewed);
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await sessions.start(tokenHash(token), person.email, nowMs());
    await trail.record({ ...happened, what: 'signed_in', who: person.email });
    return { kind: 'signed-in', person, token };
  }

  /** Replaces a password, if the current one is right; ends the person's other sessions. */
  async changePassword(attempt: Attempt, next: string, who: string, session: Buffer) {
    const { people, passwords, nowMs, monotonicMs } = this.#parts;
    const waitMs = this.#changes.take(attempt.email, monotonicMs());
    if (waitMs > 0) return tooMany(Math.ceil(waitMs / 1000));
    const checked = await this.#check(attempt);
    if (checked.kind !== 'right') return checked;
    const password_hash = await passwords.hash(next);
    await people.change(attempt.email, { password_hash }, { who, address: attempt.address, nowMs: nowMs() }, session);
    return { kind: 'changed' } as const;
  }

  async #check({ email, password, address }: Attempt) {
    const { people, monotonicMs } = this.#parts;
    const from = networkOf(address);
    // Checks the address first: an address without attempts left cannot use up a person's.
    const waitMs = this.#byAddress.take(from, monotonicMs()) || this.#byEmail.take(email, monotonicMs());
    if (waitMs > 0) return { ...tooMany(Math.ceil(waitMs / 1000)), isLocked: true };
    const person = await people.find(email);
    const answer = await this.#compare(
      from,
      password,
      person === null || person.disabled ? null : person.password_hash,
    );
    if (answer === 'wrong') return { kind: 'invalid_credentials', ...failureOf(person) } as const;
    this.#byEmail.giveBack(email);
    this.#byAddress.giveBack(from);
    if (answer === 'busy' || person === null) return { ...tooMany(BUSY_RETRY_S), isLocked: false };
    return { kind: 'right', person, isOutdated: answer === 'outdated' } as const;
  }

  async #compare(from: string, password: string, hash: string | null) {
    const waits = AbortSignal.timeout(WAITS_MS);
    let leave: () => void;
    try {
      leave = await this.#compared.enter(from, waits);
    } catch (error) {
      if (error instanceof TooManyWaitingError || waits.aborted) return 'busy';
      throw error;
    }
    try {
      return await this.#parts.passwords.check(password, hash);
    } finally {
      leave();
    }
  }
}

function tooMany(retryAfterS: number) {
  return { kind: 'too_many_attempts', retryAfterS } as const;
}

/** For the audit log: whose account was tried, and why it failed. The answer never says. */
function failureOf(person: Person | null) {
  if (person === null) return { who: STRANGER, reason: 'unknown_person' } as const;
  return { who: person.email, reason: person.disabled ? 'disabled' : 'wrong_password' } as const;
}
