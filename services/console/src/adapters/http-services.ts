import type { ServiceName } from '../domain/rights.ts';
import { type CallService, type ServiceCall, ServiceSilentError, ServiceUnavailableError } from '../ports.ts';

/** Time until an answer begins. */
const BEGINS_WITHIN_MS = 30_000;

/** Codes of a connection that was never made: no instance has read the request, so another one may. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'EAI_AGAIN']);

/** Calls services over HTTP, rotating through their instances; history's by person. */
export function httpServices(
  urls: Readonly<Record<ServiceName, readonly string[]>>,
  beginsWithinMs = BEGINS_WITHIN_MS,
): CallService {
  let turn = 0;
  return async (call) => {
    const bases = urls[call.service];
    turn = (turn + 1) % 1_000_000;
    const first = call.service === 'history' ? placeOf(call.person) : turn;
    for (let index = 0; index < bases.length; index++) {
      const base = bases[(first + index) % bases.length] as string;
      const answer = await callInstance(base, call, call.beginsWithinMs ?? beginsWithinMs);
      if (answer !== null) return answer;
    }
    throw new ServiceUnavailableError(`no instance of ${call.service} answers`);
  };
}

/** Always the same instance for a person, evenly distributed: the word is random. */
function placeOf(person: string): number {
  return Buffer.from(person).reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 0);
}

/** Null if the instance was unreachable. */
async function callInstance(base: string, call: ServiceCall, beginsWithinMs: number): Promise<Response | null> {
  const { method, path, headers, body, signal } = call;
  const too_slow = new AbortController();
  const timer = setTimeout(() => too_slow.abort(), beginsWithinMs);
  try {
    return await fetch(base + path, {
      method,
      headers,
      body: body === null ? null : new Uint8Array(body),
      redirect: 'manual',
      signal: AbortSignal.any([signal, too_slow.signal]),
    });
  } catch (error) {
    if (NOT_CONNECTED.has(codeOf(error))) return null;
    throw new ServiceSilentError(`${call.service} was asked and did not answer`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The code below `fetch failed`; several addresses of one name fail together. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : '';
}
