import { randomBytes } from 'node:crypto';
import { Body, Controller, Get, Inject, Param, Put, Query } from '@nestjs/common';
import { type Fields, type Page, page, problem, readField, readPage, refuseOthers, Recorded } from '@hilo/service';
import { DEFAULT_LIMITS, LIMIT_BOUNDS, type Source } from '../domain/source.ts';
import type { SourceStore } from '../ports.ts';
import { readBody } from './read-body.ts';
import { TOKENS } from './tokens.ts';

/** A source as the API shows it. */
export interface SourceBody {
  readonly key: string;
  readonly name: string;
  readonly writeKey: string;
  readonly maxEventBytes: number;
  readonly maxBatchBytes: number;
  readonly answer: Source['answer'];
  readonly unreadableTimes: Source['unreadable_times'];
  readonly enabled: boolean;
}

const KEY = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const WRITE_KEY = /^[A-Za-z0-9._~-]{8,200}$/;
const KNOWN = ['name', 'writeKey', 'maxEventBytes', 'maxBatchBytes', 'answer', 'unreadableTimes', 'enabled'];

/** The sources that may send events. */
@Controller('v1/sources')
export class SourcesController {
  readonly #store: SourceStore;
  readonly #stored: (source: Source) => void;

  constructor(
    @Inject(TOKENS.sources) store: SourceStore,
    @Inject(TOKENS.sourceStored) stored: (source: Source) => void,
  ) {
    this.#store = store;
    this.#stored = stored;
  }

  @Get()
  async list(@Query() query: Fields): Promise<Page<SourceBody>> {
    const { limit, after } = readPage(query);
    const sources = (await this.#store.all()).filter(({ key }) => after === null || key > (after[0] ?? ''));
    return page(sources.map(bodyOf), limit, ({ key }) => [key]);
  }

  @Get(':key')
  async get(@Param('key') key: string): Promise<SourceBody> {
    return bodyOf(await this.#find(key));
  }

  /** Creates or replaces a source. A write key that is not given stays, or is made up for a new source. */
  @Put(':key')
  @Recorded()
  async put(@Param('key') key: string, @Body() body: unknown): Promise<SourceBody> {
    if (!KEY.test(key))
      throw problem(
        400,
        'invalid_request',
        'key must be 1 to 63 of a-z, 0-9, - and _, and begin with a letter or digit.',
        {
          field: 'key',
        },
      );
    const [before] = await this.#store.find([key]);
    const source = readSource(key, readBody(body), before?.write_key ?? randomBytes(24).toString('base64url'));
    if ((await this.#store.put(source)) === 'write_key_taken')
      throw problem(409, 'conflict', 'Another source has this write key.', { field: 'writeKey' });
    this.#stored(source);
    return bodyOf(source);
  }

  async #find(key: string): Promise<Source> {
    const [source] = await this.#store.find([key]);
    if (source === undefined) throw problem(404, 'not_found', 'There is no source with this key.', { field: 'key' });
    return source;
  }
}

function readSource(key: string, fields: Fields, write_key: string): Source {
  refuseOthers(fields, KNOWN);
  const limit = (name: string, standard: number, maximum: number): number =>
    readField({ [name]: standard, ...fields }, name, `a whole number of bytes from 1024 to ${maximum}`, (value) =>
      Number.isInteger(value) && Number(value) >= 1024 && Number(value) <= maximum ? Number(value) : undefined,
    );
  return {
    key,
    name: readField(fields, 'name', 'a text of 1 to 200 characters', (value) =>
      typeof value === 'string' && value !== '' && value.length <= 200 && !value.includes('\0') ? value : undefined,
    ),
    write_key: readField(
      { writeKey: write_key, ...fields },
      'writeKey',
      '8 to 200 letters, digits, ".", "_", "~" or "-"',
      (value) => (typeof value === 'string' && WRITE_KEY.test(value) ? value : undefined),
    ),
    max_event_bytes: limit('maxEventBytes', DEFAULT_LIMITS.max_event_bytes, LIMIT_BOUNDS.max_event_bytes),
    max_batch_bytes: limit('maxBatchBytes', DEFAULT_LIMITS.max_batch_bytes, LIMIT_BOUNDS.max_batch_bytes),
    answer: readField({ answer: 'explicit', ...fields }, 'answer', '"explicit" or "segment"', (value) =>
      value === 'explicit' || value === 'segment' ? value : undefined,
    ),
    unreadable_times: readField(
      { unreadableTimes: 'keep', ...fields },
      'unreadableTimes',
      '"keep" or "reject"',
      (value) => (value === 'keep' || value === 'reject' ? value : undefined),
    ),
    enabled: readField({ enabled: true, ...fields }, 'enabled', 'true or false', (value) =>
      typeof value === 'boolean' ? value : undefined,
    ),
  };
}

function bodyOf({
  key,
  name,
  write_key,
  max_event_bytes,
  max_batch_bytes,
  answer,
  unreadable_times,
  enabled,
}: Source): SourceBody {
  return {
    key,
    name,
    writeKey: write_key,
    maxEventBytes: max_event_bytes,
    maxBatchBytes: max_batch_bytes,
    answer,
    unreadableTimes: unreadable_times,
    enabled,
  };
}
