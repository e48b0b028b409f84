import { Callers } from '@hilo/service';
import { type CanActivate, type ExecutionContext, Inject } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';

/** Requires the token of an operator or a service: as the user name of Basic (as Segment's clients send it), or as a bearer token. */
export class TokenGuard implements CanActivate {
  readonly #callers: Callers;

  constructor(@Inject(Callers) callers: Callers) {
    this.#callers = callers;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = tokenOf(request.headers.authorization ?? '');
    if (token !== null && (await this.#callers.admit(request, token))) return true;
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
