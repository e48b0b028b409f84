import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import type { Passwords } from '../ports.ts';

/** Work of one hash: memory is 128 · cost · blockSize bytes, time grows with all three. */
export interface ScryptParameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallel: number;
}

/** 32 MB and about a fifth of a second: OWASP's recommendation for scrypt with this much memory. */
export const SCRYPT: ScryptParameters = { cost: 2 ** 15, blockSize: 8, parallel: 3 };

/** Comparisons at once: each takes memory and a thread. */
const AT_ONCE = 8;

const SALT_BYTES = 16;
const KEY_BYTES = 32;
const FORM = /^scrypt\$(\d{1,9})\$(\d{1,3})\$(\d{1,3})\$([\w-]+)\$([\w-]+)$/;

/**
 * Hashes passwords with scrypt. A hash carries its parameters, so that they can grow:
 * `scrypt$cost$block$parallel$salt$key`.
 */
export class ScryptPasswords implements Passwords {
  readonly #parameters: ScryptParameters;
  readonly #fitsNothing: string;
  #running = 0;

  constructor(parameters: ScryptParameters = SCRYPT) {
    this.#parameters = parameters;
    this.#fitsNothing = this.#form(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return this.#form(salt, await derive(password, salt, this.#parameters));
  }

  async check(password: string, hash: string | null): Promise<'right' | 'outdated' | 'wrong' | 'busy'> {
    if (this.#running >= AT_ONCE) return 'busy';
    this.#running++;
    try {
      const { parameters, salt, key } = read(hash ?? this.#fitsNothing);
      const isRight = timingSafeEqual(await derive(password, salt, parameters), key);
      if (!isRight || hash === null) return 'wrong';
      return hash.startsWith(this.#prefix()) ? 'right' : 'outdated';
    } finally {
      this.#running--;
    }
  }

  #prefix(): string {
    const { cost, blockSize, parallel } = this.#parameters;
    return `scrypt$${cost}$${blockSize}$${parallel}$`;
  }

  #form(salt: Buffer, key: Buffer): string {
    return `${this.#prefix()}${salt.toString('base64url')}$${key.toString('base64url')}`;
  }
}

function read(hash: string) {
  const [, cost, blockSize, parallel, salt, key] = FORM.exec(hash) ?? [];
  if (salt === undefined || key === undefined) throw new Error('a stored password hash has an unknown form');
  const parameters = { cost: Number(cost), blockSize: Number(blockSize), parallel: Number(parallel) };
  return { parameters, salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
}

function derive(password: string, salt: Buffer, { cost, blockSize, parallel }: ScryptParameters): Promise<Buffer> {
  const options: ScryptOptions = { N: cost, r: blockSize, p: parallel, maxmem: 256 * cost * blockSize };
  // Composed and decomposed characters look the same and come from different keyboards.
  const text = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
