import { problem } from '@hilo/service';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { messageWay } from '../domain/message-way.ts';
import { type HistoryReader, TOKENS } from '../ports.ts';
import { instant, parsed } from './bodies.ts';

/** Longer than any messageId that is accepted, and any key of a source. */
const MAX_CHARACTERS = 500;

/** The way of one event through every stage. */
@Controller('v1/messages')
export class MessagesController {
  readonly #reader: HistoryReader;

  constructor(@Inject(TOKENS.reader) reader: HistoryReader) {
    this.#reader = reader;
  }

  /** Answers 200 also where nothing is there yet: an event that was just sent is on its way. */
  @Get(':message_id')
  async follow(@Param('message_id') message_id: string, @Query() query: Record<string, unknown>) {
    const source = readSource(query['source']);
    const way = messageWay(await this.#reader.message(message_id), source);
    const [newest] = way.events;
    const texts =
      newest === undefined ? null : await this.#reader.messageTexts(message_id, newest.source, newest.profile_id);
    const { source: of, sources, state, profile_id, is_cut } = way;
    return {
      ...{ message_id, source: of, sources, state, profile_id },
      stages: way.stages.map(timed),
      event:
        newest === undefined || texts === null
          ? null
          : {
              ...eventBody(newest),
              properties: parsed(texts.properties),
              traits: parsed(texts.traits),
              context: parsed(texts.context),
            },
      accepted: way.events.length,
      rejections: way.rejections.map(timed),
      merges: way.merges.map(timed),
      trait_changes: way.trait_changes.map((change) => ({
        ...timed(change),
        value: change.value === null ? null : parsed(change.value),
        previous: change.previous === null ? null : parsed(change.previous),
      })),
      membership_changes: way.membership_changes.map(timed),
      deliveries: way.deliveries.map(timed),
      is_cut,
    };
  }
}

function eventBody({ profile_id, ...event }: ReturnType<typeof messageWay>['events'][number]) {
  return { ...timed(event), recorded_profile_id: profile_id };
}

type Timed<T> = {
  [K in keyof T as K extends `${infer Name}_ms` ? Name : K]: K extends `${string}_ms` ? string | null : T[K];
};

/** Times in milliseconds become instants, under their names without the unit. */
function timed<T extends object>(value: T): Timed<T> {
  return Object.fromEntries(
    Object.entries(value).map(([name, part]: [string, unknown]) =>
      name.endsWith('_ms') ? [name.slice(0, -3), typeof part === 'number' ? instant(part) : null] : [name, part],
    ),
  ) as Timed<T>;
}

function readSource(source: unknown): string | null {
  if (source === undefined) return null;
  if (typeof source === 'string' && source.length <= MAX_CHARACTERS) return source;
  throw problem(400, 'invalid_request', `source must be one text of up to ${MAX_CHARACTERS} characters.`, {
    field: 'source',
  });
}
