import { lookup } from 'node:dns/promises';

/** Addresses of a host name. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

/** An instance of a service. */
export interface Instance {
  /** Base URL of the service, without a trailing slash: its name is the one that the instance's certificate has. */
  readonly url: string;
  /** Which of the addresses of that name is the instance's; null: the name has one at most. */
  readonly address: string | null;
}

async function resolveHost(host: string): Promise<readonly string[]> {
  // One address family only: a host with an IPv4 and an IPv6 address is one instance.
  const found = await lookup(host, { all: true, family: 4 });
  return found.map(({ address }) => address);
}

/**
 * The instances behind a base URL. A name with several addresses (a scaled service of docker compose, a headless one of
 * Kubernetes) stands for as many instances.
 */
export async function instancesBehind(url: string, resolve: ResolveHost = resolveHost): Promise<readonly Instance[]> {
  const addresses = await resolve(new URL(url).hostname).catch(() => []);
  if (addresses.length < 2) return [{ url, address: null }];
  return [...addresses].sort().map((address) => ({ url, address }));
}
