import { lookup } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

/** A name or a URL leads to an address that must not be called. */
export class AddressBlockedError extends Error {
  override readonly name = 'AddressBlockedError';
}

const BLOCKED = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  BLOCKED.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  BLOCKED.addSubnet(network, bits, 'ipv6');

/** Whether an address is loopback, private, link-local or otherwise not of the public internet. */
export function isBlockedAddress(address: string): boolean {
  // An IPv4 address inside of an IPv6 one is checked as what it is.
  return BLOCKED.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** Whether a URL names a blocked address itself; names are checked when they are looked up, on each connection. */
export function isBlockedUrl(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && isBlockedAddress(host);
}

/** Looks a name up as Node does, and refuses it where any of its addresses is blocked. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) callback(error, '', 0);
    else if (addresses.some(({ address }) => isBlockedAddress(address)))
      callback(new AddressBlockedError(`${hostname} leads to an address that must not be called`), '', 0);
    else if (options.all === true) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 0);
  });
};
