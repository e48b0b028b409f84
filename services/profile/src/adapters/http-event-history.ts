import { parseJson } from '@hilo/exact-json';
import type { ServiceTokens } from '@hilo/service';
import { type EventHistory, type PastEvents, StoreUnavailableError, UnknownCursorError } from '../ports.ts';

const TIMEOUT_MS = 5_000;

/** The history service's HTTP API at the base `url`. */
export function httpEventHistory(url: string, tokens: ServiceTokens): EventHistory {
  return {
    async events(profile_id, limit, cursor) {
      const address = new URL(`${url}/v1/profiles/${encodeURIComponent(profile_id)}/events`);
      address.searchParams.set('limit', String(limit));
      if (cursor !== null) address.searchParams.set('cursor', cursor);
      const answer = await ask(address, await tokens.tokenFor('history'));
      if (answer.status === 404) return { items: [], next: null };
      if (answer.status === 400 && cursor !== null)
        throw new UnknownCursorError('next must be the "next" of an earlier page.');
      if (!answer.ok) throw new StoreUnavailableError(`The history service answers ${answer.status} now. Try again.`);
      return parseJson(await answer.text()) as PastEvents;
    },
  };
}

async function ask(address: URL, token: string): Promise<Response> {
  try {
    return await fetch(address, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new StoreUnavailableError('The history of events does not answer for now. Try again.', { cause: error });
  }
}
