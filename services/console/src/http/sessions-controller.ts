import { Controller, Inject } from '@nestjs/common';
import { Public, problem, Route } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import type { Session } from '../access.ts';
import type { Actor } from '../domain/rights.ts';
import { type OpenSession, type PeopleStore, type SessionStore, TOKENS } from '../ports.ts';
import { Allow, Caller, Confirmed } from './api-guard.ts';
import { type Api, contract } from './contract.ts';
import { byOf } from './http-access.ts';
import { userOfPath } from './user-of-path.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where people are signed in: one's own sessions, and for admins everybody's. */
@Controller()
@Public()
export class SessionsController {
  readonly #sessions: SessionStore;
  readonly #people: PeopleStore;

  constructor(@Inject(TOKENS.sessions) sessions: SessionStore, @Inject(TOKENS.people) people: PeopleStore) {
    this.#sessions = sessions;
    this.#people = people;
  }

  @Route(contract, 'listSessions')
  @Allow('account')
  async list(_call: unknown, @Caller() { id, person }: Session): Promise<AnswerOf<Api, 'listSessions'>> {
    const sessions = await this.#sessions.list(person.email, Date.now());
    return { items: sessions.map((session) => sessionAnswer(session, id)), next: null };
  }

  @Route(contract, 'endSession')
  @Allow('account')
  @Confirmed()
  async end({ params }: CallOf<Api, 'endSession'>, @Caller() { person, address }: Session): Promise<void> {
    const by = byOf({ who: person.email, address });
    if (!ID.test(params.id) || !(await this.#sessions.endOne(person.email, params.id, by)))
      throw problem('not_found', 'You have no such session.', { field: 'id' });
  }

  @Route(contract, 'endOtherSessions')
  @Allow('account')
  @Confirmed()
  async endOthers(_call: unknown, @Caller() { person, address, token_hash }: Session): Promise<void> {
    await this.#sessions.endAll(person.email, token_hash, byOf({ who: person.email, address }));
  }

  @Route(contract, 'listUserSessions')
  @Allow('people', 'read')
  async listOfUser({ params }: CallOf<Api, 'listUserSessions'>): Promise<AnswerOf<Api, 'listUserSessions'>> {
    const sessions = await this.#sessions.list(await userOfPath(this.#people, params.id), Date.now());
    return { items: sessions.map((session) => sessionAnswer(session, null)), next: null };
  }

  @Route(contract, 'endUserSessions')
  @Allow('people', 'write')
  @Confirmed()
  async endOfUser({ params }: CallOf<Api, 'endUserSessions'>, @Caller() actor: Actor): Promise<void> {
    await this.#sessions.endAll(await userOfPath(this.#people, params.id), null, byOf(actor));
  }
}

function sessionAnswer(session: OpenSession, current: string | null): SchemaOf<Api, 'OpenSession'> {
  const { id, started_at_ms, seen_at_ms, address, user_agent } = session;
  return {
    id,
    started_at: new Date(started_at_ms).toISOString(),
    seen_at: new Date(seen_at_ms).toISOString(),
    ...{ address, user_agent },
    current: id === current,
  };
}
