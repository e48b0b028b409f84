import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { isFields } from './fields.ts';
import { type RouteName, routeName } from './open-api.ts';
import { type CallingService, isServiceCall } from './service-calls.ts';
import type { CallerKey } from './service-keys.ts';
import { TOKEN_ALGORITHM, TOKEN_LIFE_S, TOKEN_TYPE, type TokenActor } from './service-tokens.ts';

/** Who sends a request: a holder of the admin token, or a service that calls on its own or for a person. */
export type Caller =
  | { readonly kind: 'admin' }
  | {
      readonly kind: 'service';
      readonly service: CallingService;
      /** The opaque word of the person for whom the service calls; null: it calls on its own. */
      readonly person: string | null;
      /** Who asked for the change; null: the service named nobody. */
      readonly actor: TokenActor | null;
    };

/** Whom a service's API lets in. */
export interface CallersOptions {
  /** Name of the service, which tokens must name as theirs. */
  readonly service: string;
  /** Null: nobody has an admin token. */
  readonly adminToken: string | null;
  readonly keys: readonly CallerKey[];
  readonly nowMs?: () => number;
}

/** What clocks of two machines may differ by, in seconds. */
const CLOCK_LEEWAY_S = 30;

/** The word by which services distinguish people. */
const PERSON = /^[\w-]{22}$/;

/** Longer than any token that a service makes. */
const TOKEN_CHARACTERS = 4_096;

/** Tokens that need not be verified again. Only verified ones are kept, so that strangers can't fill this up. */
const VERIFIED_AT_MOST = 2_000;

const ADMIN: Caller = { kind: 'admin' };

const known = new WeakMap<FastifyRequest, Caller>();

/** Who sent a request; null for one that needed no token. */
export function callerOf(request: FastifyRequest): Caller | null {
  return known.get(request) ?? null;
}

/** Identifies the callers of one service by their tokens. */
export class Callers {
  readonly #service: string;
  readonly #admin: Buffer | null;
  readonly #keys: ReadonlyMap<string, CallerKey>;
  readonly #nowMs: () => number;
  readonly #verified = new Map<string, { readonly caller: Caller & { kind: 'service' }; readonly endsMs: number }>();

  constructor({ service, adminToken, keys, nowMs = Date.now }: CallersOptions) {
    this.#service = service;
    this.#admin = adminToken === null ? null : digestOf(adminToken);
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    this.#nowMs = nowMs;
  }

  /** Whether a token lets its holder send this request; `callerOf` knows the caller then. */
  async admit(request: FastifyRequest, token: string): Promise<boolean> {
    const caller = await this.identify(token, routeName(request.method, request.routeOptions.url ?? ''));
    if (caller === null) return false;
    known.set(request, caller);
    return true;
  }

  /** The holder of a token, if it may call the route; null for every other token, whatever is wrong with it. */
  async identify(token: string, route: RouteName): Promise<Caller | null> {
    if (this.#admin !== null && timingSafeEqual(digestOf(token), this.#admin)) return ADMIN;
    const caller = this.#remembered(token) ?? (await this.#verify(token));
    return caller !== null && isServiceCall(caller.service, this.#service, route) ? caller : null;
  }

  #remembered(token: string) {
    const found = this.#verified.get(token);
    if (found === undefined) return null;
    if (this.#nowMs() < found.endsMs) return found.caller;
    this.#verified.delete(token);
    return null;
  }

  async #verify(token: string) {
    if (token.length > TOKEN_CHARACTERS) return null;
    let signer: CallerKey | undefined;
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid = '' }) => {
          signer = this.#keys.get(kid);
          if (signer === undefined) throw new errors.JWKSNoMatchingKey();
          return signer.key;
        },
        {
          algorithms: [TOKEN_ALGORITHM],
          typ: TOKEN_TYPE,
          audience: this.#service,
          requiredClaims: ['iss', 'exp'],
          maxTokenAge: TOKEN_LIFE_S,
          clockTolerance: CLOCK_LEEWAY_S,
          currentDate: new Date(this.#nowMs()),
        },
      );
      const caller = signer === undefined ? null : serviceOf(payload, signer);
      if (caller !== null) this.#remember(token, caller, Number(payload.exp));
      return caller;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  #remember(token: string, caller: Caller & { kind: 'service' }, expS: number): void {
    this.#verified.set(token, { caller, endsMs: (expS + CLOCK_LEEWAY_S) * 1000 });
    const [oldest] = this.#verified.keys();
    if (this.#verified.size > VERIFIED_AT_MOST && oldest !== undefined) this.#verified.delete(oldest);
  }
}

/** The caller that signed claims names, if it is the one whose key signed them and they end as soon as they must. */
function serviceOf({ iss, aud, iat, exp, sub, act }: JWTPayload, { caller }: CallerKey) {
  if (iss !== caller || typeof aud !== 'string' || Number(exp) - Number(iat) > TOKEN_LIFE_S) return null;
  if (sub !== undefined && !PERSON.test(sub)) return null;
  return { kind: 'service', service: caller, person: sub ?? null, actor: actorOf(act) } as const;
}

function actorOf(act: unknown): TokenActor | null {
  if (!isFields(act) || typeof act.sub !== 'string') return null;
  return { who: act.sub, address: typeof act.address === 'string' ? act.address : null };
}

/** Digests have one length, so a comparison takes the same time whatever the caller sent. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
