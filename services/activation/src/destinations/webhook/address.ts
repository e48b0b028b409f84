import ipaddr from 'ipaddr.js';

/** An exception to "public addresses only": a host by its name, or a network. */
export type AllowedNetwork = {
  /** Null: any port. */
  readonly port: number | null;
} & (
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'network'; readonly address: ipaddr.IPv4 | ipaddr.IPv6; readonly bits: number }
);

/** The far end of a connection that is about to be made. */
export interface Endpoint {
  /** Host of the URL, as in `URL.hostname`. */
  readonly host: string;
  readonly port: number;
}

/** How an address is classified: public, allowed by the operator, or neither. */
export type AddressVerdict = 'public' | 'allowed' | 'refused';

/**
 * Addresses that no registry lists as special but that are never public: a cloud provider (Azure) answers there for the
 * machine itself.
 */
const INTERNAL_TO_CLOUDS = new Set(['168.63.129.16']);

/** Wider networks would allow most private addresses at once. */
const FEWEST_BITS = { ipv4: 8, ipv6: 7 } as const;

/** What a named host may lead to besides public addresses: never link-local ones, where clouds keep credentials. */
const RANGES_OF_NAMED_HOSTS: readonly string[] = ['loopback', 'private', 'uniqueLocal', 'carrierGradeNat'];

/** The form of an entry, for messages. */
export const ALLOWED_NETWORKS_WANTED =
  'must be a comma-separated list of host names, addresses and networks (IPv4 from /8, IPv6 from /7), each with :port if only that ' +
  'port is meant, such as 10.20.0.0/16,crm.internal:8443,[fd00::1]:8080';

/** Reads a comma-separated list of exceptions; an empty text allows nothing. Throws `ALLOWED_NETWORKS_WANTED`. */
export function readAllowedNetworks(text: string): readonly AllowedNetwork[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const read = readEntry(entry);
      if (read === null) throw new Error(ALLOWED_NETWORKS_WANTED);
      return read;
    });
}

/**
 * Whether an address is public by IANA's registries of special addresses. Of IPv6, only global unicast addresses are.
 * Forms that carry an IPv4 address are refused, whatever they carry: mapped, compatible, 6to4, Teredo and ISATAP.
 * NAT64's well-known prefix is judged by the address inside, because networks without IPv4 reach the IPv4 internet
 * through it.
 */
export function isPublicAddress(address: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return isPublicIPv4(ipaddr.IPv4.parse(address));
  if (!ipaddr.IPv6.isValid(address)) return false;
  const { parts, zoneId } = ipaddr.IPv6.parse(address);
  if (zoneId !== undefined) return false;
  const range = new ipaddr.IPv6(parts).range();
  const [first = 0, , third = 0, , fifth = 0, sixth = 0, seventh = 0, eighth = 0] = parts;
  if (range === 'rfc6052' && third === 0)
    return isPublicIPv4(new ipaddr.IPv4([seventh >> 8, seventh & 0xff, eighth >> 8, eighth & 0xff]));
  const isIsatap = (fifth & 0xfdff) === 0 && sixth === 0x5efe;
  return range === 'unicast' && (first & 0xe000) === 0x2000 && !isIsatap;
}

/** Classifies the address that a connection would lead to, given the host and port of the URL. */
export function judgeAddress(
  address: string,
  { host, port }: Endpoint,
  allowed: readonly AllowedNetwork[],
): AddressVerdict {
  const name = plainName(host);
  const isAllowed = allowed.some(
    (entry) => (entry.port === null || entry.port === port) && allows(entry, name, address),
  );
  if (isAllowed) return 'allowed';
  return isPublicAddress(address) ? 'public' : 'refused';
}

/**
 * Whether a URL itself names a refused address: an address in any form, or a name of this machine. Other names are
 * checked by their addresses at each connection.
 */
export function isRefusedUrl(url: string, allowed: readonly AllowedNetwork[]): boolean {
  const endpoint = endpointOf(url);
  const address = literalAddress(endpoint.host);
  return address !== null && judgeAddress(address, endpoint, allowed) === 'refused';
}

/** A URL in its one form, if it is of http or https and hides nothing: no user, password or fragment. Null: it is not. */
export function readHttpUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, username, password, hash, href } = new URL(text);
  const isPlain = username === '' && password === '' && hash === '';
  return isPlain && (protocol === 'http:' || protocol === 'https:') ? href : null;
}

/** The address that a host is, or stands for by definition; null: a name that has to be looked up. */
export function literalAddress(host: string): string | null {
  const name = plainName(host);
  if (ipaddr.isValid(name)) return name;
  return name === 'localhost' || name.endsWith('.localhost') ? '127.0.0.1' : null;
}

/** Where a URL leads: its host without brackets, and its port. */
export function endpointOf(url: string): Endpoint {
  const { hostname, port, protocol } = new URL(url);
  const standard = protocol === 'https:' ? 443 : 80;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? standard : Number(port) };
}

/** Strips the brackets of IPv6 addresses and a trailing dot. */
function plainName(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function isPublicIPv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !INTERNAL_TO_CLOUDS.has(address.toString());
}

function allows(entry: AllowedNetwork, name: string, address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (entry.kind === 'host') return entry.host === name && RANGES_OF_NAMED_HOSTS.includes(parsed.range());
  // An IPv4 address inside an IPv6 one is no way around: only an entry of the same kind allows an address.
  if (parsed instanceof ipaddr.IPv4)
    return entry.address instanceof ipaddr.IPv4 && parsed.match(entry.address, entry.bits);
  return entry.address instanceof ipaddr.IPv6 && parsed.match(entry.address, entry.bits);
}

function readEntry(entry: string): AllowedNetwork | null {
  const split =
    /^\[(?<inside>[^[\]]+)\](?::(?<port>\d{1,5}))?$/.exec(entry) ??
    /^(?<inside>[^:[\]]+)(?::(?<port>\d{1,5}))?$/.exec(entry);
  const { inside = entry, port: written } = split?.groups ?? {};
  const port = written === undefined ? null : Number(written);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const network = readNetwork(inside);
  if (network !== null) return { ...network, port };
  const host = plainName(inside);
  const isName = /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/.test(host) && !/(^|\.)(\d+|0x[\da-f]*)$/.test(host);
  return isName && !entry.startsWith('[') ? { kind: 'host', host, port } : null;
}

function readNetwork(text: string): { kind: 'network'; address: ipaddr.IPv4 | ipaddr.IPv6; bits: number } | null {
  const [written = '', length, ...rest] = text.split('/');
  const isIpv4 = ipaddr.IPv4.isValidFourPartDecimal(written);
  if (rest.length > 0 || written.includes('%') || !(isIpv4 || ipaddr.IPv6.isValid(written))) return null;
  const most = isIpv4 ? 32 : 128;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  const fewest = isIpv4 ? FEWEST_BITS.ipv4 : FEWEST_BITS.ipv6;
  return bits >= fewest && bits <= most ? { kind: 'network', address: ipaddr.parse(written), bits } : null;
}
