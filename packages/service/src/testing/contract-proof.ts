import type { FastifyInstance } from 'fastify';
import { problemsOf } from '../contract/document.ts';
import {
  type Contract,
  type ContractRoute,
  PROBLEM_STATUS,
  type ProblemCode,
  ref,
  type Schema,
} from '../contract/index.ts';
import { type Check, Validator } from '../contract/validator.ts';
import { routeName } from '../open-api.ts';

/** The caller has the answer already: there is nothing to compare. */
const NOT_MODIFIED = 304;

/** Nothing is filled in, and numbers that a double can't hold are numbers. */
const LENIENT = { useDefaults: false, strictNumbers: false } as const;

/**
 * Proves that a service answers as its contract says: it compares every answer that a test file gets from a service with the
 * contract. Give `watch` to `createServiceApp` as `prepare`, and expect `breaches()` and `unproved()` to be empty in the last test.
 */
export class ContractProof {
  readonly #contract: Contract;
  readonly #validator: Validator;
  readonly #checks = new Map<Schema, Check>();
  readonly #breaches = new Set<string>();
  readonly #proved = new Set<string>();

  constructor(contract: Contract) {
    this.#contract = contract;
    this.#validator = new Validator(contract.schemas, LENIENT);
  }

  /** Looks at every answer that leaves the service. */
  readonly watch = (instance: FastifyInstance): void => {
    const routes = new Map(
      Object.entries(this.#contract.routes).map(([id, route]) => [routeName(route.method, route.path), id]),
    );
    instance.addHook('onSend', (request, reply, payload, done) => {
      const id = routes.get(routeName(request.method, request.routeOptions.url ?? ''));
      if (id !== undefined) this.#compare(id, reply.statusCode, reply.getHeader('content-type'), payload);
      done(null, payload);
    });
  };

  /** Answers that differed from the contract. */
  breaches(): readonly string[] {
    return [...this.#breaches];
  }

  /** Answers of the contract, errors apart, that no call got. */
  unproved(): readonly string[] {
    return Object.entries(this.#contract.routes).flatMap(([id, { answers }]) =>
      Object.keys(answers)
        .filter((status) => Number(status) < 400)
        .map((status) => `${id} ${status}`)
        .filter((answer) => !this.#proved.has(answer)),
    );
  }

  #compare(id: string, status: number, media: unknown, payload: unknown): void {
    const route = this.#contract.routes[id] as ContractRoute;
    // What another service answers is its own contract's business.
    if (route.answers.default !== undefined || status === NOT_MODIFIED) return;
    const answer = route.answers[status];
    const type = typeof media === 'string' ? media.split(';', 1)[0] : '';
    const breach = (what: string) => this.#breaches.add(`${id} ${status}: ${what}`);
    if (answer === undefined) {
      const fault = this.#errorFault(route, status, JSON.parse(String(payload)));
      if (fault !== null) breach(fault);
      return;
    }
    this.#proved.add(`${id} ${status}`);
    const wanted = answer.media ?? 'application/json';
    if (answer.files?.includes(type ?? '') === true) return;
    if (answer.schema !== undefined && type !== wanted) breach(`it is ${type} instead of ${wanted}`);
    else if (answer.schema !== undefined && answer.media === undefined) {
      const fault = faultOf(this.#checkOf(answer.schema), JSON.parse(String(payload)));
      if (fault !== null) breach(fault);
    } else if (
      answer.schema === undefined &&
      answer.media === undefined &&
      typeof payload === 'string' &&
      payload !== ''
    )
      breach('it has a body');
  }

  #errorFault(route: ContractRoute, status: number, error: unknown): string | null {
    const { errors } = this.#contract;
    if (errors !== undefined)
      return status in errors.statuses
        ? faultOf(this.#checkOf(errors.schema), error)
        : 'the contract has no such status';
    const { code } = error as { readonly code: ProblemCode };
    const isKnown = code in problemsOf(this.#contract, route) && PROBLEM_STATUS[code] === status;
    return isKnown ? null : `the contract has no ${code}`;
  }

  #checkOf(schema: Schema): Check {
    const check = this.#checks.get(schema) ?? this.#validator.compile(schema, 'The answer');
    this.#checks.set(schema, check);
    return check;
  }
}

/** Finds out why a value is none of a contract's schema; null: it is one. */
export function faultFinder(contract: Contract, name: string): (value: unknown) => string | null {
  const check = new Validator(contract.schemas, LENIENT).compile(ref(name), name);
  return (value) => faultOf(check, value);
}

function faultOf(check: Check, value: unknown): string | null {
  try {
    check(value);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
