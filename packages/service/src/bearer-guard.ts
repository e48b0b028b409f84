import { type CanActivate, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Callers } from './callers.ts';
import { problem } from './problem.ts';

const PUBLIC = 'hilo:public';
const DETAIL = 'Send the admin token, or the token of a service, as "Authorization: Bearer <token>".';

/** Opens a controller or a handler to callers without a token of an operator or a service. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(PUBLIC, true);

/** Whether callers without such a token reach a handler of a controller. */
export function isPublic(...targets: readonly object[]): boolean {
  return targets.some((target) => Reflect.getMetadata(PUBLIC, target) === true);
}

/** Asks for `Authorization: Bearer <token>`, of an operator or a service, wherever `@Public()` doesn't say otherwise. */
export class BearerGuard implements CanActivate {
  readonly #callers: Callers;

  constructor(callers: Callers) {
    this.#callers = callers;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (isPublic(context.getHandler(), context.getClass())) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined && (await this.#callers.admit(request, token))) return true;
    throw problem('unauthorized', DETAIL, { headers: { 'www-authenticate': 'Bearer' } });
  }
}
