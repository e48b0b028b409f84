import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TOKENS } from '../ports.ts';
import { ApiError } from './api-error.ts';

/** Requires the admin token: as the user name of Basic (as Segment's clients send it), or as a bearer token. */
export class TokenGuard implements CanActivate {
  readonly #digest: Buffer;

  constructor(@Inject(TOKENS.adminToken) token: string) {
    this.#digest = digestOf(token);
  }

  canActivate(context: ExecutionContext): boolean {
    const { authorization = '' } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const token = tokenOf(authorization);
    if (token !== null && timingSafeEqual(digestOf(token), this.#digest)) return true;
    throw new ApiError(
      401,
      'authentication_error',
      'Send the admin token as the user name of HTTP Basic authentication, or as "Authorization: Bearer <token>".',
    );
  }
}

function tokenOf(authorization: string): string | null {
  const [, scheme = '', credentials = ''] = /^(Basic|Bearer) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return null;
  const [user = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':', 1);
  return user;
}

/** Digests have one length, so a comparison takes the same time whatever the caller sent. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
