import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** One half of an Ed25519 key pair. */
export interface ServiceKey {
  /** The same for both halves of a pair; a token names it. */
  readonly id: string;
  readonly key: KeyObject;
}

const PUBLIC_KEY = /-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g;

/** Two, so that the next key is known everywhere before the caller signs with it. */
const PUBLIC_KEYS_AT_MOST = 2;

const MADE_BY = 'as infra/docker/make-secrets.sh makes it';

/** The private key in a text. Throws the reason if it is none; the reason never shows the text. */
export function readPrivateKey(text: string): ServiceKey {
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return { id: idOf(createPublicKey(text)), key };
  } catch {
    // The error of OpenSSL would not help.
  }
  throw new Error(`must be a private Ed25519 key as PEM (PKCS #8), ${MADE_BY}`);
}

/** The public keys in a text, one or two. Throws the reason if they are none. */
export function readPublicKeys(text: string): readonly ServiceKey[] {
  const found = text.match(PUBLIC_KEY) ?? [];
  const rest = text.replaceAll(PUBLIC_KEY, '').trim();
  if (rest === '' && found.length > 0 && found.length <= PUBLIC_KEYS_AT_MOST) {
    const keys = found.flatMap(publicKey);
    if (keys.length === found.length) return keys;
  }
  throw new Error(`must be one or two public Ed25519 keys as PEM, ${MADE_BY}`);
}

function publicKey(text: string): ServiceKey[] {
  try {
    const key = createPublicKey(text);
    return key.asymmetricKeyType === 'ed25519' ? [{ id: idOf(key), key }] : [];
  } catch {
    return [];
  }
}

function idOf(publicHalf: KeyObject): string {
  return createHash('sha256')
    .update(publicHalf.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
}
