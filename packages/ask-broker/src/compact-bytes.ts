/** What stands where fields may have tags, and have none. */
export const NO_TAGS = uvarint(0);

/** The number of items of an array, before them. */
export function count(items: number): Buffer {
  return uvarint(items + 1);
}

/** Bytes, or the bytes of a text, with their length before them. */
export function compactBytes(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([count(bytes.length), bytes]);
}

/** An unsigned number below 2^31 in groups of seven bits, the lowest first. */
function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return Buffer.from([...bytes, left]);
}
