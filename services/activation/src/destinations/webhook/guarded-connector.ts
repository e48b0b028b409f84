import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { type AddressVerdict, type Endpoint, literalAddress } from './address.ts';

/** A host name or URL leads to an address that must not be called. */
export class AddressBlockedError extends Error {
  override readonly name = 'AddressBlockedError';
}

/** What the connector needs. */
export interface ConnectorDependencies {
  readonly judge: (address: string, endpoint: Endpoint) => AddressVerdict;
  /** Longest time to connect, including the name lookup and TLS. */
  readonly timeoutMs: number;
  /** Whether a public address may be called by HTTPS alone. What the operator allows inside may also be called by HTTP. */
  readonly requiresTls: boolean;
  /** Called, before connecting, for an endpoint that is reached only because the operator allows it. */
  readonly reachesInside: (endpoint: Endpoint) => void;
  /** Resolves names to addresses; by default as the machine does. */
  readonly lookup?: typeof lookup;
}

/**
 * Cached connectors, one per port and protocol: what a name leads to may be allowed on one port and not on another, and by
 * HTTPS and not by HTTP.
 */
const MAX_CONNECTORS = 256;

/**
 * Connects to public addresses and to those that the operator allows, and to nothing else. It looks a name up once per
 * connection, checks every address of it, and connects only to checked ones, so a name that changes meanwhile changes
 * nothing.
 */
export function guardedConnector(dependencies: ConnectorDependencies): buildConnector.connector {
  const connectors = new Map<string, buildConnector.connector>();
  const connectorOf = (port: number, isEncrypted: boolean) => {
    const key = `${port} ${isEncrypted}`;
    const found = connectors.get(key);
    if (found !== undefined) return found;
    if (connectors.size >= MAX_CONNECTORS) connectors.clear();
    const made = buildConnector({
      timeout: dependencies.timeoutMs,
      lookup: guardedLookup(dependencies, port, isEncrypted),
    });
    connectors.set(key, made);
    return made;
  };
  return (options, callback) => {
    const endpoint = endpointOf(options);
    const isEncrypted = options.protocol === 'https:';
    try {
      // An address needs no lookup.
      const address = literalAddress(endpoint.host);
      if (address !== null) admit([address], endpoint, isEncrypted, dependencies);
    } catch (error) {
      queueMicrotask(() => callback(error as Error, null));
      return;
    }
    connectorOf(endpoint.port, isEncrypted)(options, callback);
  };
}

function endpointOf({ hostname, port, protocol }: buildConnector.Options): Endpoint {
  const standard = protocol === 'https:' ? 443 : 80;
  return { host: hostname, port: port === '' ? standard : Number(port) };
}

function guardedLookup(dependencies: ConnectorDependencies, port: number, isEncrypted: boolean): LookupFunction {
  const ask = dependencies.lookup ?? lookup;
  return (host, options, callback) => {
    ask(host, { ...options, all: true }, (error, addresses) => {
      try {
        if (error !== null) throw error;
        admit(
          addresses.map(({ address }) => address),
          { host, port },
          isEncrypted,
          dependencies,
        );
        if (options.all === true) callback(null, addresses);
        else callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 0);
      } catch (refused) {
        callback(refused as Error, '', 0);
      }
    });
  };
}

/** Throws if any of the addresses is refused, or may not be called without TLS. */
function admit(
  addresses: readonly string[],
  endpoint: Endpoint,
  isEncrypted: boolean,
  { judge, requiresTls, reachesInside }: ConnectorDependencies,
): void {
  const verdicts = new Set(addresses.map((address) => judge(address, endpoint)));
  if (verdicts.has('refused'))
    throw new AddressBlockedError(`${endpoint.host} leads to an address that must not be called`);
  if (verdicts.has('public') && requiresTls && !isEncrypted)
    throw new AddressBlockedError(`${endpoint.host} is public, and must be called by https://`);
  if (verdicts.has('allowed')) reachesInside(endpoint);
}
