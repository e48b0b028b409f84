import { randomUUID } from 'node:crypto';
import { parseJson } from '@hilo/exact-json';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  RequestMethod,
  SetMetadata,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable } from 'rxjs';
import { isPublic } from './bearer-guard.ts';
import { type Caller, callerOf } from './callers.ts';
import { type ChangeLog, UNKNOWN_CALLER } from './change-log.ts';
import { problem, ProblemError } from './problem.ts';

/** The token under which the module binds the change log. */
export const CHANGE_LOG = Symbol('ChangeLog');

/** Header with a change's id, assigned by the caller. */
export const CHANGE_ID_HEADER = 'hilo-change-id';

const KIND = 'hilo:changes';
const MAX_ACTOR_CHARACTERS = 1000;
const MAX_ADDRESS_CHARACTERS = 100;
const CHANGING = new Set([RequestMethod.POST, RequestMethod.PUT, RequestMethod.PATCH, RequestMethod.DELETE]);

/** Marks a handler that changes nothing although its method is one of changes, such as a query with a body. */
export const ChangesNothing = (): MethodDecorator => SetMetadata(KIND, 'nothing');

/**
 * Records what a handler changes: before it runs, and again when it has ended. If the log cannot store the change, the
 * handler does not run.
 */
export const Recorded = (): MethodDecorator =>
  applyDecorators(SetMetadata(KIND, 'recorded'), UseInterceptors(ChangeRecorder));

/** Handlers that change something and do not declare whether the change is recorded. */
export function unmarkedChanges(controllers: readonly Type[]): readonly string[] {
  const unmarked: string[] = [];
  for (const controller of controllers)
    for (const name of Object.getOwnPropertyNames(controller.prototype)) {
      const handler: unknown = Object.getOwnPropertyDescriptor(controller.prototype, name)?.value;
      if (typeof handler !== 'function') continue;
      const method: unknown = Reflect.getMetadata('method', handler);
      if (!CHANGING.has(method as RequestMethod) || isPublic(handler, controller)) continue;
      if (Reflect.getMetadata(KIND, handler) === undefined) unmarked.push(`${controller.name}.${name}`);
    }
  return unmarked;
}

/** Records the changes of a handler in the log. */
class ChangeRecorder implements NestInterceptor {
  readonly #log: ChangeLog;

  constructor(log: ChangeLog) {
    this.#log = log;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return from(this.#begin(request)).pipe(
      mergeMap((id) =>
        next.handle().pipe(
          mergeMap(async (answer: unknown) => {
            await this.#end(id, isCall(request) ? (answer ?? null) : await resource(request));
            return answer;
          }),
          catchError(async (error: unknown) => {
            if (isRefusal(error)) await this.#log.drop(id).catch(() => undefined);
            else await this.#end(id, { left_out: 'the change failed, and may have been made partly' });
            throw error;
          }),
        ),
      ),
    );
  }

  async #begin(request: FastifyRequest): Promise<string> {
    const id = changeIdOf(request);
    const caller = callerOf(request);
    const change = {
      ...{ id, begun_ms: Date.now(), who: whoOf(caller), address: addressOf(caller, request.ip) },
      method: request.method,
      target: pathOf(request).slice(1),
      before: isCall(request) ? null : await resource(request),
    };
    if ((await this.#log.begin(change)) === 'begun') return id;
    throw problem('change_repeated', `A change with this ${CHANGE_ID_HEADER} was recorded before. Use a new one.`, {
      field: CHANGE_ID_HEADER,
    });
  }

  /** If the end cannot be recorded, the log has the start, and lists the change later with an unknown end. */
  async #end(id: string, after: unknown): Promise<void> {
    await this.#log.end(id, after).catch(() => undefined);
  }
}

// No decorator syntax: Node runs this package's tests from its sources.
Injectable()(ChangeRecorder);
Inject(CHANGE_LOG)(ChangeRecorder, undefined, 0);

function isCall({ method }: FastifyRequest): boolean {
  return method === 'POST';
}

/** The current answer at the request's address, from the service itself; null if there is none. */
async function resource(request: FastifyRequest): Promise<unknown> {
  const { authorization = '' } = request.headers;
  const answer = await request.server.inject({ method: 'GET', url: pathOf(request), headers: { authorization } });
  if (answer.statusCode === 404) return null;
  if (answer.statusCode !== 200) return { left_out: `reading it answered ${answer.statusCode}` };
  return parseJson(answer.body);
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] as string;
}

/** A refused request changes nothing. */
function isRefusal(error: unknown): boolean {
  return error instanceof ProblemError && error.status < 500;
}

function changeIdOf({ headers }: FastifyRequest): string {
  const id = headers[CHANGE_ID_HEADER];
  if (id === undefined) return randomUUID();
  if (typeof id === 'string' && /^[\w-]{16,64}$/.test(id)) return id;
  throw problem('invalid_request', `${CHANGE_ID_HEADER} must be 16 to 64 letters, digits, "-" and "_".`, {
    field: CHANGE_ID_HEADER,
  });
}

/** Who asked: a service says so in its signed token, and nobody else can name somebody. */
function whoOf(caller: Caller | null): string {
  if (caller === null) return UNKNOWN_CALLER;
  if (caller.kind === 'admin') return 'the admin token';
  const { actor, service } = caller;
  return (actor?.who ?? `the ${service} service`).slice(0, MAX_ACTOR_CHARACTERS).replaceAll('\0', '');
}

function addressOf(caller: Caller | null, ip: string): string {
  const named = caller?.kind === 'service' ? caller.actor?.address : null;
  return (named ?? ip).slice(0, MAX_ADDRESS_CHARACTERS);
}
