import { type IdentifiersInUrls, Public, Route } from '@hilo/service';
import type { AnswerOf, CallOf, ParamsOf, SchemaOf } from '@hilo/service/contract';
import { Controller, Inject, Req, UseFilters, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { externalIdOf, metadataOf, segmentsOf, traitsOf } from '../domain/describe-profile.ts';
import { identifierHash } from '../domain/identifier-hash.ts';
import type { ProfileState } from '../domain/profile-state.ts';
import { type EventHistory, type PastEvent, type ProfileReader, TOKENS } from '../ports.ts';
import { ApiError, ApiErrorFilter } from './api-error.ts';
import { type Api, contract } from './contract.ts';
import { cursorOf, pageOf } from './list-page.ts';
import { readClass, readIdentifier, readList, readVerbose } from './read-query.ts';
import { TokenGuard } from './token-guard.ts';

/** The one space there is. */
const SPACE = 'default';

/** The type that names a profile by its own id, which says nothing about the person. */
const PROFILE_ID = 'profile_id';

const REFUSED = 'invalid_request_error';
const INSTEAD =
  'This installation takes no identifiers of people in addresses (HILO_IDENTIFIERS_IN_URLS=refused). Find the profile by ' +
  'POST /v1/profiles/lookup of the identity service, and name it as profile_id:{id}.';

/** The Profile API, in the shapes of Segment's. */
@Controller()
@Public()
@UseGuards(TokenGuard)
@UseFilters(ApiErrorFilter)
export class ProfileController {
  readonly #reader: ProfileReader;
  readonly #history: EventHistory;
  readonly #identifiersInUrls: IdentifiersInUrls;

  constructor(
    @Inject(TOKENS.reader) reader: ProfileReader,
    @Inject(TOKENS.history) history: EventHistory,
    @Inject(TOKENS.identifiersInUrls) identifiersInUrls: IdentifiersInUrls,
  ) {
    this.#reader = reader;
    this.#history = history;
    this.#identifiersInUrls = identifiersInUrls;
  }

  @Route(contract, 'getTraits')
  async traits(
    { params, query }: CallOf<Api, 'getTraits'>,
    @Req() { url }: FastifyRequest,
  ): Promise<AnswerOf<Api, 'getTraits'>> {
    const request = readList(query);
    const verbose = readVerbose(query.verbose);
    const only = readClass(query.class);
    const wanted = traitsOf(await this.#profile(params), only).filter(([name]) => request.include?.has(name) ?? true);
    const { items, cursor } = pageOf(wanted, ([name]) => name, request, url);
    const traits = Object.fromEntries(items.map(([name, view]) => [name, verbose ? view : view.value]));
    return { traits, cursor };
  }

  @Route(contract, 'getExternalIds')
  async externalIds(
    { params, query }: CallOf<Api, 'getExternalIds'>,
    @Req() { url }: FastifyRequest,
  ): Promise<AnswerOf<Api, 'getExternalIds'>> {
    const request = readList(query);
    const { profile_id, identifiers } = await this.#profile(params);
    const wanted = identifiers
      .filter(({ type }) => request.include?.has(type) ?? true)
      // A cursor stands in an address: it names an identifier by a hash, never by its value.
      .map((identifier) => ({ identifier, place: `${identifier.type}\0${identifierHash(profile_id, identifier)}` }))
      .sort((a, b) => (a.place < b.place ? -1 : 1));
    const { items, cursor } = pageOf(wanted, ({ place }) => place, request, url);
    return { data: items.map(({ identifier }) => externalIdOf(identifier)), cursor };
  }

  @Route(contract, 'getSegments')
  async segments(
    { params, query }: CallOf<Api, 'getSegments'>,
    @Req() { url }: FastifyRequest,
  ): Promise<AnswerOf<Api, 'getSegments'>> {
    const request = readList(query);
    const segments = segmentsOf(await this.#profile(params));
    const wanted = segments.filter(({ segment }) => request.include?.has(segment) ?? true);
    const { items, cursor } = pageOf(wanted, ({ segment }) => segment, request, url);
    return { data: items, cursor };
  }

  @Route(contract, 'getEvents')
  async events(
    { params, query }: CallOf<Api, 'getEvents'>,
    @Req() { url }: FastifyRequest,
  ): Promise<AnswerOf<Api, 'getEvents'>> {
    const request = readList(query);
    const { profile_id } = await this.#profile(params);
    const { items, next } = await this.#history.events(profile_id, request.limit, request.next);
    // The page is cut before the names are looked at: it may be shorter than asked for, the cursor still leads on.
    const wanted = items.filter(({ event }) => request.include?.has(event ?? '') ?? true);
    return {
      data: wanted.map((event) => eventBody(event, profile_id)),
      cursor: cursorOf(url, next, request.limit),
    };
  }

  @Route(contract, 'getMetadata')
  async metadata({ params, query }: CallOf<Api, 'getMetadata'>): Promise<AnswerOf<Api, 'getMetadata'>> {
    const verbose = readVerbose(query.verbose);
    const profile = await this.#profile(params);
    const metadata = metadataOf(profile);
    return { metadata: verbose ? { ...metadata, profile_id: profile.profile_id } : metadata };
  }

  async #profile({ space, identifier }: ParamsOf<Api, 'getTraits'>): Promise<ProfileState> {
    const named = readIdentifier(identifier);
    if (this.#identifiersInUrls === 'refused' && named.type !== PROFILE_ID) throw new ApiError(403, REFUSED, INSTEAD);
    const found = space === SPACE ? await this.#reader.find(named) : null;
    if (found === null) throw new ApiError(404, 'not_found', 'Profile was not found.');
    return found;
  }
}

function eventBody(event: PastEvent, profile_id: string): SchemaOf<Api, 'Event'> {
  const named = [
    ['user_id', event.user_id],
    ['anonymous_id', event.anonymous_id],
  ] as const;
  return {
    external_ids: named.flatMap(([type, id]) =>
      id === null || id === undefined || id === '' ? [] : [{ collection: 'users', type, id, encoding: 'none' }],
    ),
    context: event.context ?? {},
    type: event.type,
    message_id: event.message_id,
    source_id: event.source,
    timestamp: event.timestamp,
    properties: event.properties ?? {},
    event: event.event ?? null,
    related: { users: profile_id },
  };
}
