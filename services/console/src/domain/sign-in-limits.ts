import { AttemptLimit, type AttemptLimits } from './attempt-limit.ts';

/** Somebody tries to sign in. */
export interface Guess {
  /** The address that was typed, whether somebody has it or not. */
  readonly account: string;
  /** The client's network (`networkOf`). */
  readonly network: string;
  /** The browser, if its owner has signed in to this very account with it before; null: a stranger's, as far as we know. */
  readonly device: string | null;
}

const MINUTES_5 = 300_000;
const HOUR = 3_600_000;
const keysAtMost = 10_000;

/** Wrong guesses that are looked at. Everybody reads them in docs/services/console.md. */
const LIMITS = {
  /** Of one browser that has signed in to the account before. Nothing else counts for it. */
  device: { attempts: 10, withinMs: MINUTES_5, keysAtMost },
  /** From one network, at whomever; many people may share one. */
  network: { attempts: 50, withinMs: MINUTES_5, keysAtMost },
  /** From one network at one account. */
  pair: { attempts: 10, withinMs: MINUTES_5, keysAtMost },
  /** At one account from all networks. */
  account: { attempts: 100, withinMs: HOUR, keysAtMost },
  /** Wrong codes after a right password, at one account from all networks: six digits are few. */
  code: { attempts: 10, withinMs: HOUR, keysAtMost },
} as const satisfies Readonly<Record<string, AttemptLimits>>;

type LimitName = keyof typeof LIMITS;

/**
 * Counts wrong guesses, in memory. Nobody can use it to lock somebody else out: guesses of strangers count by their network,
 * and what strangers do to an account never counts against a browser that its owner has signed in with before. A limit that forgets
 * a key because there are too many only ever lets somebody in to guess.
 */
export class SignInLimits {
  readonly #limits: Readonly<Record<LimitName, AttemptLimit>>;

  constructor() {
    const of = (name: LimitName): AttemptLimit => new AttemptLimit(LIMITS[name]);
    this.#limits = {
      device: of('device'),
      network: of('network'),
      pair: of('pair'),
      account: of('account'),
      code: of('code'),
    };
  }

  /** Takes a guess at a password and returns 0, or returns the milliseconds to wait and takes nothing. */
  takePassword(guess: Guess, nowMs: number): number {
    return this.#take(passwordKeys(guess), nowMs);
  }

  /** The same for a guess at a code. */
  takeCode(guess: Guess, nowMs: number): number {
    return this.#take(codeKeys(guess), nowMs);
  }

  /** Gives a guess at a password back: it was right, or nobody looked at it. */
  giveBackPassword(guess: Guess): void {
    this.#giveBack(passwordKeys(guess));
  }

  /** The same for a guess at a code. */
  giveBackCode(guess: Guess): void {
    this.#giveBack(codeKeys(guess));
  }

  #take(keys: Keys, nowMs: number): number {
    const waitMs = Math.max(...keys.map(([name, key]) => this.#limits[name].waitMs(key, nowMs)));
    if (waitMs === 0) for (const [name, key] of keys) this.#limits[name].take(key, nowMs);
    return waitMs;
  }

  #giveBack(keys: Keys): void {
    for (const [name, key] of keys) this.#limits[name].giveBack(key);
  }
}

type Keys = readonly (readonly [limit: LimitName, key: string])[];

function passwordKeys({ account, network, device }: Guess): Keys {
  if (device !== null) return [['device', device]];
  return [
    ['network', network],
    ['pair', JSON.stringify([account, network])],
    ['account', account],
  ];
}

function codeKeys(guess: Guess): Keys {
  const keys = passwordKeys(guess);
  return guess.device === null ? [...keys, ['code', guess.account]] : keys;
}
