import { expect, it } from 'vitest';
import { type LinkPurpose, linkOf, shownLink } from './one-time-link.ts';

const HASH = Buffer.alloc(32);
const HOUR_MS = 3_600_000;

it.each<[LinkPurpose, number, string]>([
  ['invitation', 7 * 24 * HOUR_MS, 'https://hilo.example/accept#token=t'],
  ['reset_by_admin', HOUR_MS, 'https://hilo.example/reset#token=t'],
  ['reset_by_mail', HOUR_MS, 'https://hilo.example/reset#token=t'],
])('a link for %s works for %d ms and leads to %s', (purpose, lifeMs, url) => {
  const link = linkOf(purpose, HASH, 1000);
  expect(link).toEqual({ token_hash: HASH, purpose, created_at_ms: 1000, expires_at_ms: 1000 + lifeMs });
  expect(shownLink(link, 't', 'https://hilo.example')).toEqual({ url, expires_at_ms: 1000 + lifeMs });
});
