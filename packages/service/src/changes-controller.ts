import { Controller, type DynamicModule, Inject, Module } from '@nestjs/common';
import type { ChangeLog } from './change-log.ts';
import { type Api, contract, LISTED_AT_ONCE } from './changes-contract.ts';
import { openApiOf } from './contract/document.ts';
import type { AnswerOf, CallOf } from './contract/index.ts';
import { Route } from './contract/route.ts';
import type { OpenApiDocument } from './open-api.ts';
import { CHANGE_LOG } from './record-changes.ts';
import { ON_REFUSAL, type RefusalLog } from './refusal-log.ts';

const REFUSAL_LOG = Symbol('RefusalLog');

/** `GET /v1/changes`: the changes made through this service's API and what it refused, for the console's audit log. */
class ChangesController {
  readonly #log: ChangeLog;
  readonly #refusals: RefusalLog;

  constructor(log: ChangeLog, refusals: RefusalLog) {
    this.#log = log;
    this.#refusals = refusals;
  }

  async list({ query }: CallOf<Api, 'listChanges'>): Promise<AnswerOf<Api, 'listChanges'>> {
    await this.#refusals.writeDue();
    const { items, last } = await this.#log.list(query.after, LISTED_AT_ONCE);
    return {
      items: items.map(({ begun_ms, ...change }) => ({ ...change, when: new Date(begun_ms).toISOString() })),
      last,
    };
  }
}

// No decorator syntax: Node runs this package's tests from its sources.
Controller()(ChangesController);
Inject(CHANGE_LOG)(ChangesController, undefined, 0);
Inject(REFUSAL_LOG)(ChangesController, undefined, 1);
const list = Object.getOwnPropertyDescriptor(ChangesController.prototype, 'list');
if (list !== undefined) Route(contract, 'listChanges')(ChangesController.prototype, 'list', list);

/** Binds the change log, the log of refusals and their route for every module. */
export class ChangesModule {
  static of(log: ChangeLog, refusals: RefusalLog): DynamicModule {
    return {
      module: ChangesModule,
      global: true,
      controllers: [ChangesController],
      providers: [
        { provide: CHANGE_LOG, useValue: log },
        { provide: REFUSAL_LOG, useValue: refusals },
        { provide: ON_REFUSAL, useValue: refusals.note },
      ],
      exports: [CHANGE_LOG, ON_REFUSAL],
    };
  }
}

Module({})(ChangesModule);

/** A service's OpenAPI document, with the route of its changes. */
export function withChanges(document: OpenApiDocument): OpenApiDocument {
  const { paths, components } = openApiOf(contract);
  return {
    ...document,
    paths: { ...document.paths, ...paths },
    components: {
      ...document.components,
      schemas: { ...(components?.['schemas'] as object), ...(document.components?.['schemas'] as object | undefined) },
    },
  };
}
