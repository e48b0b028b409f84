import { Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import { messageWay } from '../domain/message-way.ts';
import { type HistoryReader, TOKENS } from '../ports.ts';
import { instant, parsed, parsedFields } from './bodies.ts';
import { type Api, contract } from './contract.ts';

/** The way of one event through every stage. */
@Controller()
export class MessagesController {
  readonly #reader: HistoryReader;

  constructor(@Inject(TOKENS.reader) reader: HistoryReader) {
    this.#reader = reader;
  }

  /** Answers 200 also where nothing is there yet: an event that was just sent is on its way. */
  @Route(contract, 'followMessage')
  async follow({ params, query }: CallOf<Api, 'followMessage'>): Promise<AnswerOf<Api, 'followMessage'>> {
    const { message_id } = params;
    const way = messageWay(await this.#reader.message(message_id), query.source ?? null);
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
              properties: parsedFields(texts.properties),
              traits: parsedFields(texts.traits),
              context: parsedFields(texts.context),
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
