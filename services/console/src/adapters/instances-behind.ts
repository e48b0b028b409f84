import { lookup } from 'node:dns/promises';

/** Addresses of a host name. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

async function resolveHost(host: string): Promise<readonly string[]> {
  // One address family only: a host with an IPv4 and an IPv6 address is one instance.
  const found = await lookup(host, { all: true, family: 4 });
  return found.map(({ address }) => address);
}

/**
 * The instances behind a base URL. A name with several addresses (a scaled service of docker compose, a headless one of
 * Kubernetes) stands for as many instances. Returns the URL itself if its name has at most one address.
 */
export async function instancesBehind(base: string, resolve: ResolveHost = resolveHost): Promise<readonly string[]> {
  const url = new URL(base);
  const addresses = await resolve(url.hostname).catch(() => []);
  if (addresses.length < 2) return [base];
  return [...addresses].sort().map((address) => {
    url.hostname = address;
    return url.href.replace(/\/$/, '');
  });
}
