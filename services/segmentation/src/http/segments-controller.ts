import { type Page, page, problem, readField, readFields, readPage, refuseOthers, Recorded } from '@hilo/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query } from '@nestjs/common';
import type { SaveResult } from '../domain/catalogue.ts';
import type { Condition } from '../domain/condition.ts';
import { readCondition } from '../domain/read-condition.ts';
import { type PublishSoon, type SegmentStore, TOKENS } from '../ports.ts';
import { type MemberAnswer, memberAnswer, type SegmentAnswer, segmentAnswer } from './answers.ts';

const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const NAME_CHARACTERS = 200;

type QueryText = Readonly<Record<string, unknown>>;

/** `/v1/segments`: definitions of segments, and who is in them. */
@Controller('/v1/segments')
export class SegmentsController {
  readonly #store: SegmentStore;
  readonly #publisher: PublishSoon;

  constructor(@Inject(TOKENS.store) store: SegmentStore, @Inject(TOKENS.publisher) publisher: PublishSoon) {
    this.#store = store;
    this.#publisher = publisher;
  }

  @Get()
  async list(@Query() query: QueryText): Promise<Page<SegmentAnswer>> {
    const { limit, after } = readPage(query);
    const segments = await this.#store.list(after?.[0] ?? null, limit + 1);
    return page(segments.map(segmentAnswer), limit, ({ key }) => [key]);
  }

  @Get(':key')
  async get(@Param('key') key: string): Promise<SegmentAnswer> {
    const found = await this.#store.find(readKey(key));
    if (found === null) throw unknown(key);
    return segmentAnswer(found);
  }

  @Put(':key')
  @Recorded()
  async put(@Param('key') key: string, @Body() body: unknown): Promise<SegmentAnswer> {
    const fields = readFields(body);
    refuseOthers(fields, ['name', 'condition', 'version']);
    const wanted = {
      key: readKey(key),
      name: readField(fields, 'name', `a text of 1 to ${NAME_CHARACTERS} characters`, (value) => nameOf(value, key)),
      condition: readWanted(fields['condition']),
      based_on: readField(fields, 'version', 'a whole number, 0 for a segment that is new', versionOf),
    };
    refuse(key, await this.#store.save(wanted, Date.now()));
    await this.#publisher.publishSoon();
    return this.get(key);
  }

  @Delete(':key')
  @Recorded()
  @HttpCode(204)
  async remove(@Param('key') key: string): Promise<void> {
    const wanted = { key: readKey(key), name: '', condition: null, based_on: null };
    refuse(key, await this.#store.save(wanted, Date.now()));
    await this.#publisher.publishSoon();
  }

  @Get(':key/members')
  async members(@Param('key') key: string, @Query() query: QueryText): Promise<Page<MemberAnswer>> {
    const { limit, after } = readPage(query);
    if ((await this.#store.find(readKey(key))) === null) throw unknown(key);
    const members = await this.#store.members(key, after?.[0] ?? null, limit + 1);
    return page(members.map(memberAnswer), limit, ({ profileId }) => [profileId]);
  }
}

function readKey(key: string): string {
  if (KEY.test(key)) return key;
  const right = 'letters, digits, "_", "-" and ".", at most 100 of them, the first a letter or a digit';
  throw problem(400, 'invalid_request', `The key of a segment must be made of ${right}.`, { field: 'key' });
}

function nameOf(value: unknown, key: string): string | undefined {
  if (value === undefined) return key;
  return typeof value === 'string' && value.length > 0 && value.length <= NAME_CHARACTERS ? value : undefined;
}

/** Null where no version was given. */
function versionOf(value: unknown): number | null | undefined {
  if (value === undefined) return null;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function readWanted(json: unknown): Condition {
  const read = readCondition(json);
  if (read.kind === 'condition') return read.condition;
  const faults = read.problems.map(({ field, message }) => `${field} ${message}.`).join(' ');
  throw problem(400, 'invalid_condition', faults, { field: read.problems[0]?.field ?? 'condition' });
}

function unknown(key: string): Error {
  return problem(404, 'not_found', `There is no segment "${key}".`, { field: 'key' });
}

/** Throws for what could not be saved. */
function refuse(key: string, result: SaveResult): void {
  switch (result.kind) {
    case 'saved':
    case 'unchanged':
      return;
    case 'unknown':
      throw unknown(key);
    case 'conflict': {
      const now = result.version === 0 ? 'does not exist' : `has version ${result.version}`;
      throw problem(409, 'version_conflict', `The segment ${now} by now: read it again.`, { field: 'version' });
    }
    case 'too-many-segments':
      throw problem(409, 'limit_reached', `There are ${result.limit} segments already: delete one first.`);
    case 'too-many-times':
      throw problem(
        409,
        'limit_reached',
        `All segments together would remember ${result.needed} event times a profile; ${result.limit} are allowed. ` +
          'Ask for smaller counts.',
        { field: 'condition' },
      );
  }
}
