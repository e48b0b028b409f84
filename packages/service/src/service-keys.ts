import { EnvironmentError, type OtherVariable, type Setting } from './environment.ts';
import { readPrivateKey, readPublicKeys, type ServiceKey } from './key-text.ts';
import { refuseTrialKey, SERVICE_KEY } from './secret-strength.ts';
import { type CallingService, callersOf, PUBLIC_KEY_VARIABLES } from './service-calls.ts';

/** A public key of a service that calls this one. */
export interface CallerKey extends ServiceKey {
  readonly caller: CallingService;
}

/** The private key with which a service signs its calls to other services. */
export function serviceKey(): Setting<ServiceKey> {
  return {
    variable: SERVICE_KEY,
    fallback: null,
    read: (text, other) => {
      const key = readPrivateKey(text);
      refuseTrialKey(SERVICE_KEY, key, other);
      return key;
    },
  };
}

/** The public keys of all services that call a service. */
export function callerKeys(service: string): Setting<readonly CallerKey[]> {
  const callers = callersOf(service);
  const [first] = callers;
  return {
    variable: first === undefined ? SERVICE_KEY : PUBLIC_KEY_VARIABLES[first],
    fallback: '',
    read: (_text, other) => distinct(callers.flatMap((caller) => keysOf(caller, other))),
  };
}

/** A key that two services have would let either call as the other. */
function distinct(keys: readonly CallerKey[]): readonly CallerKey[] {
  const owners = new Map(keys.map(({ id, caller }) => [id, caller]));
  for (const { id, caller } of keys)
    if (owners.get(id) !== caller)
      throw new EnvironmentError(`${PUBLIC_KEY_VARIABLES[caller]} has a key of another service: each has its own`);
  return keys;
}

function keysOf(caller: CallingService, other: OtherVariable): readonly CallerKey[] {
  const variable = PUBLIC_KEY_VARIABLES[caller];
  const text = other(variable);
  if (text === '') throw new EnvironmentError(`${variable} must be set: ${caller} calls this service`);
  try {
    return readPublicKeys(text).map((key) => {
      refuseTrialKey(variable, key, other);
      return { ...key, caller };
    });
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    throw new EnvironmentError(`${variable} ${(error as Error).message}`);
  }
}
