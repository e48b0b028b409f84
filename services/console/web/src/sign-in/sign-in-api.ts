import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { OutputOf } from '../api/calls.ts';
import type { Api } from '../api/api.ts';
import type { SchemaOf } from '@hilo/service/contract';

/** What somebody types to sign in. */
export type Credentials = SchemaOf<ConsoleApi, 'Credentials'>;

/** How people can sign in here. */
export type SignInWays = OutputOf<'GET /api/sign-in-ways'>;

/** How people can sign in here. */
export function readWays(api: Api, signal: AbortSignal): Promise<SignInWays> {
  return api.call('GET /api/sign-in-ways', {}, { signal });
}

/** Asks for a link to choose a new password; the answer is the same for an address that nobody has. */
export function requestReset(api: Api, email: string): Promise<void> {
  return api.call('POST /api/password-resets', { body: { email } });
}

/** Sets a new password by the token of a link. */
export function acceptReset(api: Api, reset: SchemaOf<ConsoleApi, 'PasswordResetAcceptance'>): Promise<void> {
  return api.call('POST /api/password-resets/accept', { body: reset });
}
