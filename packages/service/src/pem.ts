import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { EnvironmentError, type OtherVariable } from './environment.ts';

/** A certificate, perhaps with those that lead to its authority, and its private key, as PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * The certificate and the key that two variables hold; null if neither is set. Throws `EnvironmentError` that names the
 * variable if one is missing, is no PEM, or if the key is that of another certificate.
 */
export function keyPair(certVariable: string, keyVariable: string, other: OtherVariable): KeyPair | null {
  const [cert, key] = [other(certVariable), other(keyVariable)];
  if (cert === '' && key === '') return null;
  if (key === '') fault(keyVariable, `must be set where ${certVariable} is: its private key, as PEM`);
  if (cert === '') fault(certVariable, `must be set where ${keyVariable} is: its certificate, as PEM`);
  if (!certificateOf(certVariable, cert).checkPrivateKey(privateKeyOf(keyVariable, key)))
    fault(keyVariable, `is not the key of the certificate in ${certVariable}`);
  return { cert, key };
}

/** Reads a certificate. Throws `EnvironmentError` that names the variable. */
export function certificateOf(variable: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    return fault(variable, 'must be a certificate as PEM (-----BEGIN CERTIFICATE-----)');
  }
}

function privateKeyOf(variable: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    return fault(variable, 'must be a private key as PEM (-----BEGIN PRIVATE KEY-----), without a passphrase');
  }
}

function fault(variable: string, reason: string): never {
  throw new EnvironmentError(`${variable} ${reason}`);
}
