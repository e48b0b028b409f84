import { EnvironmentError, isTlsRequired, type OtherVariable, type Setting } from './environment.ts';
import { isLoopback } from './loopback.ts';
import { type KeyPair, keyPair } from './pem.ts';

const CERT = 'HILO_TLS_CERT';
const KEY = 'HILO_TLS_KEY';

/**
 * With which certificate a service answers HTTPS, on its own port and its operations port; null: it answers HTTP. It must be
 * set if `HILO_TLS` is `required`, and if others than this machine reach the service, unless `HILO_TLS` is `off`.
 */
export function serviceTls(): Setting<KeyPair | null> {
  return {
    variable: 'HILO_TLS',
    fallback: '',
    read: (value, other) => {
      if (!['', 'required', 'off'].includes(value)) throw new Error('must be required or off');
      const pair = keyPair(CERT, KEY, other);
      if (pair !== null) {
        if (value === 'off') fault('HILO_TLS', `must not be off where ${CERT} is set`);
        return pair;
      }
      if (isTlsRequired(other)) fault(CERT, 'must be set where HILO_TLS is required, best by a file');
      if (value === '' && !isServedHere(other))
        fault(
          CERT,
          'must be set where others than this machine reach the service: without it, what they send can be read on the way. ' +
            'If something in front encrypts it, set HILO_TLS=off',
        );
      return null;
    },
  };
}

/** Whether only this machine can connect: `HILO_PUBLISHED_ON` is where a container's port is published. */
function isServedHere(other: OtherVariable): boolean {
  return isLoopback(other('HILO_PUBLISHED_ON') || other('HILO_HOST') || '127.0.0.1');
}

function fault(variable: string, reason: string): never {
  throw new EnvironmentError(`${variable} ${reason}`);
}
