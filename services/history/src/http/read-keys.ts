import { problem } from '@hilo/service';

/** Segments of one answer at most: a page of a list of them. */
const MOST_KEYS = 50;

/** As segmentation takes them; none has a comma. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** Reads `?keys=`: keys of up to 50 segments, with commas between them; each is answered once, in order of the keys. */
export function readKeys({ keys }: Readonly<Record<string, unknown>>): readonly string[] {
  const read = typeof keys === 'string' ? keys.split(',') : [];
  if (read.length === 0 || read.length > MOST_KEYS || !read.every((key) => KEY.test(key)))
    throw problem(
      400,
      'invalid_request',
      `keys must be keys of 1 to ${MOST_KEYS} segments, with commas between them.`,
      {
        field: 'keys',
      },
    );
  return [...new Set(read)].sort();
}
