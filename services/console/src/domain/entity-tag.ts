import { createHash } from 'node:crypto';

const CHARACTERS = 27;

/** A tag that two answers share only if they are equal, as header `ETag` has it. */
export function entityTag(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, CHARACTERS)}"`;
}

/** Whether somebody who sends a header `If-None-Match` has what a tag stands for. */
export function hasAlready(ifNoneMatch: string | readonly string[] | undefined, tag: string): boolean {
  if (typeof ifNoneMatch !== 'string') return false;
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}
