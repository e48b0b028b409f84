import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Public } from '../bearer-guard.ts';
import type { Contract, ContractRoute } from './contract.ts';
import { type RawCall, callReader } from './read-call.ts';
import type { AnswerOf, CallOf } from './typed.ts';

/** A handler of a route: it gets the call, checked, and returns what the contract says. Streams and files it sends itself. */
type Handler<C extends Contract, Id extends keyof C['routes']> = (
  call: CallOf<C, Id>,
  ...others: never[]
) => AnswerOf<C, Id> | Promise<AnswerOf<C, Id>>;

/**
 * Makes a method of a controller the handler of a route. Method, path, status and access come from the contract, and so does
 * the check of each call, which the method gets as its first argument:
 *
 *     @Route(contract, 'getSource')
 *     async get({ params }: CallOf<Api, 'getSource'>): Promise<AnswerOf<Api, 'getSource'>>
 */
export function Route<const C extends Contract, Id extends keyof C['routes'] & string>(contract: C, id: Id) {
  const route = contract.routes[id] as ContractRoute;
  const read = callReader(contract, id);
  const Call = createParamDecorator((_data: unknown, context: ExecutionContext) =>
    read(context.switchToHttp().getRequest<FastifyRequest>() as RawCall),
  );
  const status =
    Object.keys(route.answers)
      .map(Number)
      .sort((a, b) => a - b)[0] ?? 200;
  const decorate = applyDecorators(
    RequestMapping({ method: RequestMethod[route.method], path: route.path.replace(/\{(\w+)\}/g, ':$1') }),
    HttpCode(status),
    ...(route.access?.includes('open') === true ? [Public()] : []),
  );
  return <H extends Handler<C, Id>>(target: object, name: string, method: TypedPropertyDescriptor<H>): void => {
    Call()(target, name, 0);
    decorate(target, name, method);
  };
}
