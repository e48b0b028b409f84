const GROUPS = 8;
const NETWORK_GROUPS = 4;

/**
 * Whom attempts from an address count as: an IPv4 address itself, and of an IPv6 address its network, because whoever has one
 * has 2^64 of them (`2001:db8::a:1` is `2001:db8:0:0`). A text that is no address stays as it is.
 */
export function networkOf(address: string): string {
  const plain = address.split('%', 1)[0] as string;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!plain.includes(':')) return plain;
  const [before = '', after] = plain.split('::', 2);
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const zeros = after === undefined ? 0 : Math.max(0, GROUPS - head.length - tail.length);
  return [...head, ...Array<string>(zeros).fill('0'), ...tail].slice(0, NETWORK_GROUPS).join(':');
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':').map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}
