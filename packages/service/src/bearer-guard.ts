import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { problem } from './problem.ts';

const PUBLIC = 'hilo:public';

/** Opens a controller or a handler to callers without the admin token. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(PUBLIC, true);

/** Whether callers without the admin token reach a handler of a controller. */
export function isPublic(...targets: readonly object[]): boolean {
  return targets.some((target) => Reflect.getMetadata(PUBLIC, target) === true);
}

/** Asks for `Authorization: Bearer <admin token>` wherever `@Public()` doesn't say otherwise. */
export class BearerGuard implements CanActivate {
  readonly #digest: Buffer;

  constructor(token: string) {
    this.#digest = digestOf(token);
  }

  canActivate(context: ExecutionContext): boolean {
    if (isPublic(context.getHandler(), context.getClass())) return true;
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers.authorization ?? '';
    const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
    if (token !== undefined && timingSafeEqual(digestOf(token), this.#digest)) return true;
    throw problem('unauthorized', 'Send the admin token as "Authorization: Bearer <token>".', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
}

/** Digests have one length, so a comparison takes the same time whatever the caller sent. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
