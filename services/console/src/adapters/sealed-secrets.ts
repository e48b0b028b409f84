import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Sealing } from '../second-factor-ports.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Keys for other purposes must be others. */
const PURPOSE = 'hilo console second factor';

/**
 * Seals secrets so that the database alone does not open them: AES-256-GCM with a key that derives from the operator's own (HKDF,
 * RFC 5869), bound to the person. A sealed secret is nonce, tag, ciphertext. Those of earlier keys still open.
 */
export class SealedSecrets implements Sealing {
  readonly #keys: readonly Buffer[];

  /** `key` and the earlier ones must be hard to guess: nothing slows down who has the database and tries them. */
  constructor(key: string, earlier: readonly string[] = []) {
    this.#keys = [key, ...earlier].map((text) => Buffer.from(hkdfSync('sha256', text, '', PURPOSE, KEY_BYTES)));
  }

  seal(secret: Buffer, person: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#keys[0] as Buffer, nonce).setAAD(Buffer.from(person));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  open(sealed: Buffer, person: string): { readonly secret: Buffer; readonly isOutdated: boolean } | null {
    for (const [index, key] of this.#keys.entries()) {
      const secret = opened(sealed, person, key);
      if (secret !== null) return { secret, isOutdated: index > 0 };
    }
    return null;
  }
}

function opened(sealed: Buffer, person: string, key: Buffer): Buffer | null {
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  if (tag.length < TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(person))
    .setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
