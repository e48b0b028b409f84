import { type Page, page, problem, readPage, Recorded } from '@hilo/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query, Res } from '@nestjs/common';
import type { Destination } from '../domain/destination.ts';
import type { AllowedNetwork } from '../domain/webhook-address.ts';
import { type DestinationDraft, type DestinationStore, type SegmentKeys, SegmentsAway, TOKENS } from '../ports.ts';
import { readDestination, readKey } from './read-destination.ts';

/** Sets the status of an answer that is sent later. */
interface Reply {
  status(code: number): unknown;
}

/** Where deliveries go. */
@Controller('v1/destinations')
export class DestinationsController {
  readonly #destinations: DestinationStore;
  readonly #segments: SegmentKeys;
  readonly #allowed: readonly AllowedNetwork[];

  constructor(
    @Inject(TOKENS.destinations) destinations: DestinationStore,
    @Inject(TOKENS.segments) segments: SegmentKeys,
    @Inject(TOKENS.allowed_networks) allowed: readonly AllowedNetwork[],
  ) {
    this.#destinations = destinations;
    this.#segments = segments;
    this.#allowed = allowed;
  }

  @Get()
  async list(@Query() query: Record<string, unknown>): Promise<Page<object>> {
    const { limit, after } = readPage(query);
    const found = await this.#destinations.list(limit + 1, after?.[0] ?? null);
    return page(found.map(destinationBody), limit, ({ key }) => [key]);
  }

  @Get(':key')
  async get(@Param('key') key: string) {
    const found = await this.#destinations.find(readKey(key));
    if (found === null) throw unknownDestination();
    return destinationBody(found);
  }

  /** The secret is shown in the answer that creates the destination, and never again. */
  @Put(':key')
  @Recorded()
  async put(@Param('key') key: string, @Body() body: unknown, @Res({ passthrough: true }) reply: Reply) {
    const draft = readDestination(key, body, this.#allowed);
    await this.#refuseUnknown(draft);
    const stored = await this.#destinations.put(draft);
    if (stored === null)
      throw problem(409, 'limit_reached', 'There are as many destinations as there may be. Delete one first.');
    reply.status(stored.created ? 201 : 200);
    const shown = destinationBody(stored.destination);
    return stored.created ? { ...shown, secret: stored.destination.secret } : shown;
  }

  @Delete(':key')
  @Recorded()
  @HttpCode(204)
  async remove(@Param('key') key: string): Promise<void> {
    if (!(await this.#destinations.remove(readKey(key)))) throw unknownDestination();
  }

  /** A segment that is named already may have been deleted since: that hinders no other change of the destination. */
  async #refuseUnknown({ key, segments }: DestinationDraft): Promise<void> {
    if (segments === null || segments === 'all') return;
    const before = (await this.#destinations.find(key))?.segments ?? [];
    const added = segments.filter((segment) => before === 'all' || !before.includes(segment));
    if (added.length === 0) return;
    const missing = await this.#segments.missing(added).catch((error: unknown) => {
      throw error instanceof SegmentsAway ? segmentsAway() : error;
    });
    if (missing.length === 0) return;
    const named = missing.slice(0, 10).map((segment) => JSON.stringify(segment));
    const detail = `There is no segment ${named.join(', ')}: segments must be "all" or keys of segments that exist.`;
    throw problem(400, 'unknown_segment', detail, { field: 'segments' });
  }
}

function segmentsAway(): Error {
  const detail = 'segmentation does not answer for now, so nobody knows whether these segments exist. Try again.';
  return problem(503, 'segments_unknown', detail, { field: 'segments', headers: { 'retry-after': '1' } });
}

function unknownDestination() {
  return problem(404, 'not_found', 'There is no such destination.', { field: 'key' });
}

function destinationBody({ key, name, type, url, segments, enabled, created_at_ms, updated_at_ms }: Destination) {
  return {
    key,
    name,
    type,
    url,
    segments,
    enabled,
    created_at: new Date(created_at_ms).toISOString(),
    updated_at: new Date(updated_at_ms).toISOString(),
  };
}
