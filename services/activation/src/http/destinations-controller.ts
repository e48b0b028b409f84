import { page, pageRequest, problem, Recorded, Route } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import { Controller, Inject, Res } from '@nestjs/common';
import { TargetUnavailableError } from '../destinations/destination-type.ts';
import { allSettings, shownSettings } from '../destinations/settings.ts';
import type { OpenTypes } from '../destinations/types.ts';
import type { Destination } from '../domain/destination.ts';
import { type DestinationStore, SegmentsUnavailableError, TOKENS } from '../ports.ts';
import type { SaveDestination, Saved } from '../use-cases/save-destination.ts';
import { type Api, contract } from './contract.ts';
import { type SettingsReader, settingsReader } from './read-settings.ts';

/** Sets the status of an answer that is sent later. */
interface Reply {
  status(code: number): unknown;
}

/** Where deliveries go, and the types of places there are. */
@Controller()
export class DestinationsController {
  readonly #destinations: DestinationStore;
  readonly #save: SaveDestination;
  readonly #types: OpenTypes;
  readonly #readSettings: SettingsReader;

  constructor(
    @Inject(TOKENS.destinations) destinations: DestinationStore,
    @Inject(TOKENS.save) save: SaveDestination,
    @Inject(TOKENS.types) types: OpenTypes,
  ) {
    this.#destinations = destinations;
    this.#save = save;
    this.#types = types;
    this.#readSettings = settingsReader(types);
  }

  @Route(contract, 'listDestinationTypes')
  listTypes(): AnswerOf<Api, 'listDestinationTypes'> {
    const items = [...this.#types.values()].map(
      ({ type: { key, title, description, fields, generated = {}, es } }) => ({
        ...{ key, title, description, fields },
        generated: Object.keys(generated),
        translations: { es },
      }),
    );
    return { items };
  }

  @Route(contract, 'listDestinations')
  async list({ query }: CallOf<Api, 'listDestinations'>): Promise<AnswerOf<Api, 'listDestinations'>> {
    const { limit, after } = pageRequest(query);
    const found = await this.#destinations.list(limit + 1, after?.[0] ?? null);
    return page(
      found.map((one) => this.#body(one)),
      limit,
      ({ key }) => [key],
    );
  }

  @Route(contract, 'getDestination')
  async get({ params }: CallOf<Api, 'getDestination'>): Promise<AnswerOf<Api, 'getDestination'>> {
    const found = await this.#destinations.find(params.key);
    if (found === null) throw unknownDestination();
    return this.#body(found);
  }

  /** Secrets are shown in the answer that creates the destination, and never again. */
  @Route(contract, 'putDestination')
  @Recorded()
  async put(
    { params: { key }, body }: CallOf<Api, 'putDestination'>,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<AnswerOf<Api, 'putDestination'>> {
    const { name = null, segments = null, backfilled = null } = body;
    const { type, settings } = this.#readSettings(body.type, body.settings);
    const enabled = body.enabled ?? true;
    const saved = await this.#save({ key, type, name, settings, segments, enabled, backfilled }).catch(unavailable);
    if (saved.kind !== 'stored') throw refusal(saved);
    reply.status(saved.created ? 201 : 200);
    const shown = this.#body(saved.destination);
    return saved.created ? { ...shown, settings: allSettings(type.type, saved.destination.settings) } : shown;
  }

  @Route(contract, 'deleteDestination')
  @Recorded()
  async remove({ params }: CallOf<Api, 'deleteDestination'>): Promise<void> {
    if (!(await this.#destinations.remove(params.key))) throw unknownDestination();
  }

  #body(destination: Destination): SchemaOf<Api, 'Destination'> {
    const { settings, created_at_ms, updated_at_ms, ...shown } = destination;
    return {
      ...shown,
      settings: shownSettings(this.#types.get(destination.type)?.type, settings),
      created_at: new Date(created_at_ms).toISOString(),
      updated_at: new Date(updated_at_ms).toISOString(),
    };
  }
}

function unknownDestination() {
  return problem('not_found', 'There is no such destination.', { field: 'key' });
}

/** What keeps a destination from being saved, as a problem. */
function refusal(saved: Exclude<Saved, { readonly kind: 'stored' }>): Error {
  switch (saved.kind) {
    case 'refused':
      return problem('invalid_request', `${saved.field} ${saved.detail}.`, { field: saved.field });
    case 'unknown_segments': {
      const named = saved.segments.slice(0, 10).map((segment) => JSON.stringify(segment));
      const detail = `There is no segment ${named.join(', ')}: segments must be "all" or keys of existing segments.`;
      return problem('unknown_segment', detail, { field: 'segments' });
    }
    case 'limit_reached':
      return problem('limit_reached', 'There are as many destinations as there may be. Delete one first.');
  }
}

/** Nothing was saved, because somebody who has to be asked does not answer. */
function unavailable(error: unknown): never {
  const headers = { 'retry-after': '1' };
  if (error instanceof SegmentsUnavailableError) {
    const detail = 'Segmentation does not answer for now, so nobody knows whether these segments exist. Try again.';
    throw problem('segments_unknown', detail, { field: 'segments', headers });
  }
  if (error instanceof TargetUnavailableError)
    throw problem('unavailable', `${error.message} Try again.`, { field: 'settings', headers });
  throw error;
}
