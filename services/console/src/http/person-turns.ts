import type { IncomingMessage, ServerResponse } from 'node:http';
import { FairTurns, problem, TooManyWaiting } from '@hilo/service';
import type { FastifyRequest } from 'fastify';
import type { ServiceName } from '../domain/rights.ts';

/** What a request takes its turn at: the console's own work, or a service's. */
export type TurnAt = ServiceName | 'console';

/** Requests under way at each service. Most services have four connections to their database: never are all one person's. */
const TURNS = { at_once: 48, at_once_each: 3, kept_from: 24, waiting: 600, waiting_each: 100 } as const;

const CODE = 'too_many_requests';

interface Presence {
  readonly gone: AbortController;
  has_asked: boolean;
  leave: () => void;
}

/** Lets each person's requests have their turns, so that nobody's many requests are another's wait. */
export class PersonTurns {
  readonly #turns = new Map<TurnAt, FairTurns>();
  readonly #present = new WeakMap<IncomingMessage, Presence>();

  /** To be called for every request as it comes: its turn is over when it is answered, or when whoever asked has gone. */
  attend(request: IncomingMessage, response: ServerResponse): void {
    const presence: Presence = { gone: new AbortController(), has_asked: false, leave: () => undefined };
    this.#present.set(request, presence);
    const end = (): void => {
      presence.gone.abort();
      presence.leave();
    };
    response.once('finish', end);
    response.once('close', end);
  }

  /** Waits for a turn of this person's at a service, once for a request. Throws a problem (429) where too many of the person's wait already. */
  async enter({ raw }: Pick<FastifyRequest, 'raw'>, person: string, at: TurnAt): Promise<void> {
    const presence = this.#present.get(raw);
    if (presence === undefined) throw new Error('a request that nobody attended to asks for a turn');
    if (presence.has_asked) return;
    presence.has_asked = true;
    const turns = this.#turns.get(at) ?? new FairTurns(TURNS);
    this.#turns.set(at, turns);
    try {
      presence.leave = await turns.enter(person, presence.gone.signal);
    } catch (error) {
      if (error instanceof TooManyWaiting) throw tooMany(error.is_own);
      if (presence.gone.signal.aborted) throw gone();
      throw error;
    }
    if (!presence.gone.signal.aborted) return;
    presence.leave();
    throw gone();
  }
}

/** Nobody reads it: whoever asked has gone, and nothing is to be done any more. */
function gone(): Error {
  return problem(408, 'gone', 'Whoever asked has gone.');
}

function tooMany(is_own: boolean): Error {
  const detail = is_own
    ? `${TURNS.at_once_each} of your requests are under way and ${TURNS.waiting_each} wait: send fewer at once.`
    : 'Too many requests wait here. Try again in a moment.';
  return problem(429, CODE, detail, { headers: { 'retry-after': '1' } });
}
