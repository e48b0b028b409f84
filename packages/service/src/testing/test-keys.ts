import { generateKeyPairSync } from 'node:crypto';
import { readPrivateKey, readPublicKeys, type ServiceKey } from '../key-text.ts';
import type { CallingService } from '../service-calls.ts';
import type { CallerKey } from '../service-keys.ts';
import { SignedTokens } from '../service-tokens.ts';

/** The key pair of a calling service, for tests. */
export interface TestKeys {
  /** The texts of its files. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly key: ServiceKey;
  /** What the services that it calls are given. */
  readonly callerKeys: readonly CallerKey[];
  /** Its tokens, by the clock of this machine. */
  readonly tokens: SignedTokens;
}

/** A new key pair of a service that calls others. */
export function testKeysOf(caller: CallingService): TestKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const key = readPrivateKey(privateKey);
  const callerKeys = readPublicKeys(publicKey).map((one) => ({ ...one, caller }));
  return { privateKey, publicKey, key, callerKeys, tokens: new SignedTokens(caller, key) };
}
