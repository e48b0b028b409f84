import type { IncomingMessage, ServerResponse } from 'node:http';
import { FairTurns, problem, TooManyWaitingError } from '@hilo/service';
import type { FastifyRequest } from 'fastify';
import type { ServiceName } from '../domain/rights.ts';

/** Where a request takes its turn: the console's own work, or a service's. */
export type TurnAt = ServiceName | 'console';

/**
 * Requests in flight at each service. Most services have four database connections: one person never takes them all.
 */
const TURNS = { atOnce: 48, atOnceEach: 3, keptFrom: 24, waiting: 600, waitingEach: 100 } as const;

const CODE = 'too_many_requests';

interface Presence {
  readonly gone: AbortController;
  hasAsked: boolean;
  leave: () => void;
}

/** Gives each person's requests their turns, so that one person's many requests never delay another's. */
export class PersonTurns {
  readonly #turns = new Map<TurnAt, FairTurns>();
  readonly #present = new WeakMap<IncomingMessage, Presence>();

  /** Call it for every request on arrival: its turn ends when it is answered, or when the client disconnects. */
  attend(request: IncomingMessage, response: ServerResponse): void {
    const presence: Presence = { gone: new AbortController(), hasAsked: false, leave: () => undefined };
    this.#present.set(request, presence);
    const end = (): void => {
      presence.gone.abort();
      presence.leave();
    };
    response.once('finish', end);
    response.once('close', end);
  }

  /**
   * Waits for this person's turn at a service, once per request. Throws a problem (429) if too many of the person's
   * requests already wait.
   */
  async enter({ raw }: Pick<FastifyRequest, 'raw'>, person: string, at: TurnAt): Promise<void> {
    const presence = this.#present.get(raw);
    if (presence === undefined) throw new Error('a request without a person asks for a turn');
    if (presence.hasAsked) return;
    presence.hasAsked = true;
    const turns = this.#turns.get(at) ?? new FairTurns(TURNS);
    this.#turns.set(at, turns);
    try {
      presence.leave = await turns.enter(person, presence.gone.signal);
    } catch (error) {
      if (error instanceof TooManyWaitingError) throw tooMany(error.isOwn);
      if (presence.gone.signal.aborted) throw gone();
      throw error;
    }
    if (!presence.gone.signal.aborted) return;
    presence.leave();
    throw gone();
  }
}

/** Nobody reads the answer: the client has disconnected, so do nothing. */
function gone(): Error {
  return problem('gone', 'The client has disconnected.');
}

function tooMany(isOwn: boolean): Error {
  const detail = isOwn
    ? `You have ${TURNS.atOnceEach} requests in flight and ${TURNS.waitingEach} waiting. Send fewer at once.`
    : 'Too many requests wait here. Try again in a moment.';
  return problem(CODE, detail, { headers: { 'retry-after': '1' } });
}
