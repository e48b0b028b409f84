import { createHash } from 'node:crypto';
import type { Identifier } from '@hilo/schemas';

const HEX_DIGITS = 16;

/** A name for an identifier among those of its profile, which does not show the value. */
export function identifierHash(profile_id: string, { type, value }: Identifier): string {
  return createHash('sha256').update(`${profile_id}\0${type}\0${value}`).digest('hex').slice(0, HEX_DIGITS);
}
