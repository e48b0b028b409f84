import type { Zone } from '@hilo/behaviour';
import { page, pageRequest, problem, readPerson, Route, untilGone } from '@hilo/service';
import type { AnswerOf, CallOf, QueryOf } from '@hilo/service/contract';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type ChangesQuestion,
  type EventNames,
  type MembershipHistory,
  type ProfileStates,
  type SegmentStore,
  TOKENS,
} from '../ports.ts';
import { explainProfile } from '../use-cases/explain-profile.ts';
import { type Api, contract } from './contract.ts';
import { explanationAnswer, membershipChangeAnswer } from './membership-answers.ts';

/** Longest that a question waits for its turn and runs. */
const ANSWERED_WITHIN_MS = 30_000;

/** `/v1/segments/{key}/…`: why a profile is in a segment, and who entered and left it. */
@Controller()
export class MembershipsController {
  readonly #store: SegmentStore;
  readonly #states: ProfileStates;
  readonly #events: EventNames;
  readonly #history: MembershipHistory;
  readonly #zone: Zone;

  constructor(
    @Inject(TOKENS.store) store: SegmentStore,
    @Inject(TOKENS.states) states: ProfileStates,
    @Inject(TOKENS.events) events: EventNames,
    @Inject(TOKENS.history) history: MembershipHistory,
    @Inject(TOKENS.zone) zone: Zone,
  ) {
    this.#store = store;
    this.#states = states;
    this.#events = events;
    this.#history = history;
    this.#zone = zone;
  }

  @Route(contract, 'explainProfile')
  async explain(
    { params: { key, profile_id } }: CallOf<Api, 'explainProfile'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'explainProfile'>> {
    const found = await explainProfile(
      { segment: key, profile_id, person: readPerson(request) },
      { states: this.#states, events: this.#events, zone: this.#zone },
      Date.now(),
      untilGone(reply, ANSWERED_WITHIN_MS),
    );
    if (found === 'no-segment') throw unknownSegment(key);
    if (found === 'no-profile') {
      throw problem('not_found', 'No event or trait of such a profile has reached this service.', {
        field: 'profile_id',
      });
    }
    return explanationAnswer(key, found);
  }

  @Route(contract, 'listSegmentChanges')
  changes(
    { params: { key }, query }: CallOf<Api, 'listSegmentChanges'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'listSegmentChanges'>> {
    return this.#page(key, null, query, request, reply);
  }

  @Route(contract, 'listProfileChanges')
  async changesOfProfile(
    { params: { key, profile_id }, query }: CallOf<Api, 'listProfileChanges'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'listProfileChanges'>> {
    const committed = await this.#states.read(profile_id);
    return this.#page(key, committed?.state.profile_id ?? profile_id, query, request, reply);
  }

  async #page(
    segment: string,
    profile_id: string | null,
    query: QueryOf<Api, 'listSegmentChanges', 'read'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'listSegmentChanges'>> {
    const { limit, after } = pageRequest(query);
    if ((await this.#store.find(segment)) === null) throw unknownSegment(segment);
    const asked = {
      segment,
      profile_id,
      ...readBetween(query),
      after: readPosition(after),
      person: readPerson(request),
    };
    const found = await this.#history.changes({ ...asked, limit: limit + 1 }, untilGone(reply, ANSWERED_WITHIN_MS));
    return page(found.map(membershipChangeAnswer), limit, ({ decided_at, recorded_profile_id, version }) => [
      String(Date.parse(decided_at)),
      recorded_profile_id,
      String(version),
    ]);
  }
}

function unknownSegment(key: string): Error {
  return problem('not_found', `There is no segment "${key}".`, { field: 'key' });
}

function readBetween({
  from,
  to,
}: QueryOf<Api, 'listSegmentChanges', 'read'>): Pick<ChangesQuestion, 'fromMs' | 'toMs'> {
  const fromMs = from === undefined ? null : Date.parse(from);
  const toMs = to === undefined ? null : Date.parse(to);
  if (fromMs !== null && toMs !== null && fromMs > toMs) {
    throw problem('invalid_request', 'from must not be after to.', { field: 'from' });
  }
  return { fromMs, toMs };
}

/** Throws a problem for a cursor that is none of this list. */
function readPosition(after: readonly string[] | null): ChangesQuestion['after'] {
  if (after === null) return null;
  const [decided_ms = '', profile_id = '', version = ''] = after;
  if (after.length !== 3 || !isNumber(decided_ms) || !isNumber(version)) {
    throw problem('invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
  }
  return [decided_ms, profile_id, version];
}

function isNumber(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}
