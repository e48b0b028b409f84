const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** murmur2 as Kafka's Java clients compute it (32 bits, seed 0x9747b28c), over the UTF-8 bytes of a key. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  let h = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let k =
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  const rest = length - at;
  if (rest >= 3) h ^= (bytes[at + 2] ?? 0) << 16;
  if (rest >= 2) h ^= (bytes[at + 1] ?? 0) << 8;
  if (rest >= 1) h = Math.imul(h ^ (bytes[at] ?? 0), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}

/** Partition of a key among `count`, the same that every Kafka client with the default partitioner picks. */
export function partitionOf(key: string | Uint8Array, count: number): number {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'utf8') : key;
  return (murmur2(bytes) & 0x7fffffff) % count;
}
