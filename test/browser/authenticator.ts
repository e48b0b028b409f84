import { createHmac } from 'node:crypto';

const STEP_MS = 30_000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A code that is about to change may be an old one once it arrives. */
const CHANGES_SOON_MS = 5_000;

/** An authenticator app of a person, with codes that are used once. */
export class Authenticator {
  readonly #secret: Buffer;
  #last = 0;

  /** `key`: as the console shows it, in Base32 with spaces. */
  constructor(key: string) {
    const signs = key.replaceAll(' ', '').split('');
    const bits = signs.map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0')).join('');
    this.#secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  }

  /** A code that was not used before: of the step before, of this one, or of the next, all of which count (RFC 6238, 5.2). */
  next(): string {
    const now = Date.now();
    const step = Math.floor(now / STEP_MS);
    const first = STEP_MS - (now % STEP_MS) < CHANGES_SOON_MS ? step : step - 1;
    this.#last = Math.max(first, this.#last + 1);
    if (this.#last > step + 1) throw new Error('three codes in a row are all that count at one time');
    return this.#code(this.#last);
  }

  #code(step: number): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const hash = createHmac('sha1', this.#secret).update(counter).digest();
    const from = (hash.at(-1) ?? 0) & 0x0f;
    return String((hash.readUInt32BE(from) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
  }
}
