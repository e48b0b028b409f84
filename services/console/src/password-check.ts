import { FairTurns, networkOf, TooManyWaitingError } from '@hilo/service';
import { type Guess, SignInLimits } from './domain/sign-in-limits.ts';
import type { KnownDevices } from './known-devices.ts';
import type { KnownPerson, Passwords, PeopleStore } from './ports.ts';

/** The browser or program that asks. */
export interface Client {
  /** Network address, as text. */
  readonly address: string;
  /** What it calls itself. */
  readonly user_agent: string;
  /** Tokens of the people who have signed in with it. */
  readonly deviceTokens: readonly string[];
}

/** Why a password does not open an account. The answer never says. */
export type WhyNot = 'unknown_person' | 'disabled' | 'wrong_password';

/** Why somebody is not let in. The same for an unknown person, a disabled one and a wrong password. */
export type Refused =
  | { readonly kind: 'invalid_credentials'; readonly why: WhyNot }
  | { readonly kind: 'second_factor_required' }
  | { readonly kind: 'invalid_code' }
  | { readonly kind: 'too_many_attempts'; readonly retryAfterS: number; readonly isBusy: boolean };

/** A person whose password is right. `isOutdated`: hashed as one would not hash today. */
export interface RightPassword {
  readonly kind: 'right';
  readonly person: KnownPerson;
  readonly isOutdated: boolean;
}

/**
 * Password comparisons at once, by network: each takes memory and one of few threads, so that one network never makes
 * everybody else wait.
 */
const COMPARED = { atOnce: 4, atOnceEach: 2, keptFrom: 3, waiting: 100, waitingEach: 8 } as const;

const WAITS_MS = 10_000;
const BUSY_RETRY_S = 1;

/** Compares passwords and codes, as often as the limits allow. */
export class PasswordCheck {
  readonly #people: PeopleStore;
  readonly #passwords: Passwords;
  readonly #devices: KnownDevices;
  readonly #monotonicMs: () => number;
  readonly #limits = new SignInLimits();
  readonly #compared = new FairTurns(COMPARED);

  constructor(dependencies: {
    readonly people: PeopleStore;
    readonly passwords: Passwords;
    readonly devices: KnownDevices;
    readonly monotonicMs: () => number;
  }) {
    this.#people = dependencies.people;
    this.#passwords = dependencies.passwords;
    this.#devices = dependencies.devices;
    this.#monotonicMs = dependencies.monotonicMs;
  }

  /** Whose guess it is that a client makes. */
  async guessOf(email: string, { address, deviceTokens }: Client): Promise<Guess> {
    const device = await this.#devices.find(email, deviceTokens);
    return { account: email, network: networkOf(address), device: device?.toString('hex') ?? null };
  }

  /** Compares a password. */
  async password(guess: Guess, password: string): Promise<RightPassword | Refused> {
    const waitMs = this.#limits.takePassword(guess, this.#monotonicMs());
    if (waitMs > 0) return tooMany(waitMs);
    // Counts a guess only if it was one: not where it was right, too many compare, or the database does not answer.
    let isWrong = false;
    try {
      const person = await this.#people.find(guess.account);
      const isOpen = person !== null && !person.disabled;
      const answer = await this.#compare(guess.network, password, isOpen ? person.password_hash : null);
      isWrong = answer === 'wrong';
      if (isWrong) return { kind: 'invalid_credentials', why: whyNot(person) };
      if (answer === 'busy' || person === null)
        return { kind: 'too_many_attempts', retryAfterS: BUSY_RETRY_S, isBusy: true };
      return { kind: 'right', person, isOutdated: answer === 'outdated' };
    } finally {
      if (!isWrong) this.#limits.giveBackPassword(guess);
    }
  }

  /** Checks a code, as `isRight` says; null: it is right. */
  async code(guess: Guess, isRight: () => Promise<boolean>): Promise<Refused | null> {
    const waitMs = this.#limits.takeCode(guess, this.#monotonicMs());
    if (waitMs > 0) return tooMany(waitMs);
    let isWrong = false;
    try {
      isWrong = !(await isRight());
      return isWrong ? { kind: 'invalid_code' } : null;
    } finally {
      if (!isWrong) this.#limits.giveBackCode(guess);
    }
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
      return await this.#passwords.check(password, hash);
    } finally {
      leave();
    }
  }
}

/** Too many attempts for now. */
export function tooMany(waitMs: number): Refused & { readonly kind: 'too_many_attempts' } {
  return { kind: 'too_many_attempts', retryAfterS: Math.ceil(waitMs / 1000), isBusy: false };
}

function whyNot(person: KnownPerson | null): WhyNot {
  if (person === null) return 'unknown_person';
  return person.disabled ? 'disabled' : 'wrong_password';
}
