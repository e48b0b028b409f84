import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Session } from '../access.ts';
import type { FirstStep } from '../domain/first-step.ts';
import type { Actor, Area, Level } from '../domain/rights.ts';
import { TOKENS } from '../ports.ts';
import { type HttpAccess, needConfirmed } from './http-access.ts';
import { readJson } from './read-json.ts';

/**
 * Who may make a call: those with a right; `anybody`: whoever is known; `account`: whoever is signed in, or has only the step to
 * take first that the call is for; `session`: they, whatever they have to do first; or `stranger`s, too.
 */
type Wanted =
  | readonly [area: Area, level: Level]
  | readonly ['account', itself: FirstStep]
  | readonly ['anybody' | 'account' | 'session' | 'stranger'];

const WANTED = 'hilo:wanted';
const CONFIRMED = 'hilo:confirmed';
const callers = new WeakMap<FastifyRequest, Actor | Session>();

/** Lets calls in before anything of them is read, so that a stranger learns nothing of what there is; then reads their bodies. */
class ApiGuard implements CanActivate {
  readonly #access: HttpAccess;

  constructor(@Inject(TOKENS.access) access: HttpAccess) {
    this.#access = access;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const handler = context.getHandler();
    const caller = await this.#callerOf(request, Reflect.getMetadata(WANTED, handler) as Wanted);
    if (caller !== null) callers.set(request, caller);
    if (caller !== null && Reflect.getMetadata(CONFIRMED, handler) === true) needConfirmed(caller);
    if (request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH')
      request.body = hasBody(request) ? readJson(request) : undefined;
    return true;
  }

  #callerOf(request: FastifyRequest, wanted: Wanted): Promise<Actor | Session | null> {
    if (wanted[0] === 'account') return this.#access.account(request, wanted[1] ?? null);
    if (wanted.length === 2) return this.#access.allow(request, ...wanted);
    if (wanted[0] === 'anybody') return this.#access.actor(request);
    return wanted[0] === 'session' ? this.#access.session(request) : Promise.resolve(null);
  }
}

/** Who may call a handler: `@Allow('people', 'write')`. */
export function Allow(...wanted: Wanted): MethodDecorator {
  return applyDecorators(SetMetadata(WANTED, wanted), UseGuards(ApiGuard));
}

/** Lets callers with a session in only if the password was given in it lately: a stolen session must not be enough. */
export function Confirmed(): MethodDecorator {
  return SetMetadata(CONFIRMED, true);
}

/** Whether a request says that it has a body; some routes need none. */
function hasBody({ headers, body }: FastifyRequest): boolean {
  return headers['content-type'] !== undefined || (Buffer.isBuffer(body) && body.length > 0);
}

/** The caller, to a handler: an `Actor`, or for `@Allow('session')` and `@Allow('account')` the `Session`. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  callers.get(context.switchToHttp().getRequest<FastifyRequest>()),
);
