import { page, pageRequest, problem, Recorded, Route } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import { readListCsv } from '../domain/read-list-csv.ts';
import { identifierOf, LIST_LIMITS, type ListChange, type ListEntry, type StaticList } from '../domain/static-list.ts';
import { type ListStore, LogFullError, LogUnavailableError, TOKENS } from '../ports.ts';
import type { SendListEntries } from '../use-cases/send-list-entries.ts';
import { type Api, contract } from './contract.ts';

type EntryBody = SchemaOf<Api, 'ListIdentifier'> & { readonly until?: string | null };

/** The static lists, and who is put on them. */
@Controller()
export class ListsController {
  readonly #store: ListStore;
  readonly #send: SendListEntries;

  constructor(@Inject(TOKENS.lists) store: ListStore, @Inject(TOKENS.sendListEntries) send: SendListEntries) {
    this.#store = store;
    this.#send = send;
  }

  @Route(contract, 'listLists')
  async list({ query }: CallOf<Api, 'listLists'>): Promise<AnswerOf<Api, 'listLists'>> {
    const { limit, after } = pageRequest(query);
    const lists = (await this.#store.all()).filter(({ key }) => after === null || key > (after[0] ?? ''));
    const { items, next } = page(lists, limit, ({ key }) => [key]);
    return { items: items.map(bodyOf), next };
  }

  @Route(contract, 'getList')
  async get({ params }: CallOf<Api, 'getList'>): Promise<AnswerOf<Api, 'getList'>> {
    return bodyOf(await this.#known(params.key));
  }

  @Route(contract, 'putList')
  @Recorded()
  async put({ params: { key }, body }: CallOf<Api, 'putList'>): Promise<AnswerOf<Api, 'putList'>> {
    const stored = await this.#store.put(key, body.name, Date.now());
    if (stored !== 'limit_reached') return bodyOf(stored);
    throw problem('limit_reached', `There are ${LIST_LIMITS.lists} lists, the most that are possible.`, {
      field: 'key',
    });
  }

  @Route(contract, 'addListEntries')
  @Recorded()
  async add({ params, body }: CallOf<Api, 'addListEntries'>): Promise<AnswerOf<Api, 'addListEntries'>> {
    return this.#taken(params.key, 'add', body.entries.map(readEntry));
  }

  @Route(contract, 'removeListEntries')
  @Recorded()
  async remove({ params, body }: CallOf<Api, 'removeListEntries'>): Promise<AnswerOf<Api, 'removeListEntries'>> {
    return this.#taken(params.key, 'remove', body.entries.map(readEntry));
  }

  @Route(contract, 'importListCsv')
  @Recorded()
  async csv({ params, body }: CallOf<Api, 'importListCsv'>): Promise<AnswerOf<Api, 'importListCsv'>> {
    const read = readListCsv(body.csv);
    if (read.kind === 'entries') return this.#taken(params.key, body.change, read.entries);
    const faults = read.faults.map(({ line, column, message }) => `line ${line}, column ${column}, ${message}`);
    throw problem('invalid_request', `In the CSV: ${faults.join('; ')}.`, { field: 'csv' });
  }

  async #taken(key: string, change: ListChange, entries: readonly ListEntry[]): Promise<SchemaOf<Api, 'Taken'>> {
    await this.#known(key);
    try {
      await this.#send(key, change, entries);
    } catch (error) {
      if (!(error instanceof LogUnavailableError) && !(error instanceof LogFullError)) throw error;
      throw problem('unavailable', 'Kafka did not confirm in time, or has no room for now. Send the entries again.', {
        headers: { 'retry-after': '1' },
      });
    }
    return { taken: entries.length };
  }

  async #known(key: string): Promise<StaticList> {
    const list = await this.#store.find(key);
    if (list === null) throw problem('not_found', 'There is no list with this key.', { field: 'key' });
    return list;
  }
}

function bodyOf({ key, name, created_at_ms }: StaticList): SchemaOf<Api, 'List'> {
  return { key, name, created_at: new Date(created_at_ms).toISOString() };
}

function readEntry({ type, value, until = null }: EntryBody, index: number): ListEntry {
  const identifier = identifierOf(type, value);
  if (identifier !== null) return { identifier, until_ms: until === null ? null : Date.parse(until) };
  throw problem('invalid_request', `entries[${index}].value must be a ${type} of one person.`, {
    field: `entries[${index}].value`,
  });
}
