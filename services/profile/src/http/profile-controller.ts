import { Public } from '@hilo/service';
import { Controller, Get, Inject, Param, Query as QueryOf, Req, UseFilters, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { externalIdOf, metadataOf, segmentsOf, traitsOf } from '../domain/describe-profile.ts';
import type { ProfileState } from '../domain/profile-state.ts';
import { type EventHistory, type PastEvent, type ProfileReader, TOKENS } from '../ports.ts';
import { ApiError, ApiErrorFilter } from './api-error.ts';
import { cursorOf, pageOf } from './list-page.ts';
import { type Query, readClass, readIdentifier, readList } from './read-query.ts';
import { TokenGuard } from './token-guard.ts';

const MAX_TRAITS = 200;
const MAX_ITEMS = 100;

/** The one space there is. */
const SPACE = 'default';

/** The Profile API, in the shapes of Segment's. */
@Controller('v1/spaces/:space/collections/users/profiles/:identifier')
@Public()
@UseGuards(TokenGuard)
@UseFilters(ApiErrorFilter)
export class ProfileController {
  readonly #reader: ProfileReader;
  readonly #history: EventHistory;

  constructor(@Inject(TOKENS.reader) reader: ProfileReader, @Inject(TOKENS.history) history: EventHistory) {
    this.#reader = reader;
    this.#history = history;
  }

  @Get('traits')
  async traits(@Param() path: Path, @QueryOf() query: Query, @Req() { url }: FastifyRequest) {
    const request = readList(query, MAX_TRAITS);
    const only = readClass(query);
    const wanted = traitsOf(await this.#profile(path), only).filter(([name]) => request.include?.has(name) ?? true);
    const { items, cursor } = pageOf(wanted, ([name]) => name, request, url);
    const traits = Object.fromEntries(items.map(([name, view]) => [name, request.verbose ? view : view.value]));
    return { traits, cursor };
  }

  @Get('external_ids')
  async externalIds(@Param() path: Path, @QueryOf() query: Query, @Req() { url }: FastifyRequest) {
    const request = readList(query, MAX_ITEMS);
    const { identifiers } = await this.#profile(path);
    const wanted = identifiers.filter(({ type }) => request.include?.has(type) ?? true);
    const { items, cursor } = pageOf(wanted, ({ type, value }) => `${type}\0${value}`, request, url);
    return { data: items.map(externalIdOf), cursor };
  }

  @Get('segments')
  async segments(@Param() path: Path, @QueryOf() query: Query, @Req() { url }: FastifyRequest) {
    const request = readList(query, MAX_ITEMS);
    const wanted = segmentsOf(await this.#profile(path)).filter(({ segment }) => request.include?.has(segment) ?? true);
    const { items, cursor } = pageOf(wanted, ({ segment }) => segment, request, url);
    return { data: items, cursor };
  }

  @Get('events')
  async events(@Param() path: Path, @QueryOf() query: Query, @Req() { url }: FastifyRequest) {
    const request = readList(query, MAX_ITEMS);
    const { profile_id } = await this.#profile(path);
    const { items, next } = await this.#history.events(profile_id, request.limit, request.next);
    // The page is cut before the names are looked at: it may be shorter than asked for, the cursor still leads on.
    const wanted = items.filter(({ event }) => request.include?.has(event ?? '') ?? true);
    return {
      data: wanted.map((event) => eventBody(event, profile_id)),
      cursor: cursorOf(url, next, request.limit),
    };
  }

  @Get('metadata')
  async metadata(@Param() path: Path, @QueryOf() query: Query) {
    const { verbose } = readList(query, MAX_ITEMS);
    const profile = await this.#profile(path);
    const metadata = metadataOf(profile);
    return { metadata: verbose ? { ...metadata, profile_id: profile.profile_id } : metadata };
  }

  async #profile({ space, identifier }: Path): Promise<ProfileState> {
    const found = space === SPACE ? await this.#reader.find(readIdentifier(identifier)) : null;
    if (found === null) throw new ApiError(404, 'not_found', 'Profile was not found.');
    return found;
  }
}

interface Path {
  readonly space: string;
  readonly identifier: string;
}

function eventBody(event: PastEvent, profile_id: string) {
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
