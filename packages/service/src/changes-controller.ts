import { Controller, Get, Inject, Module, type DynamicModule, Query } from '@nestjs/common';
import type { ChangeLog } from './change-log.ts';
import type { Fields } from './fields.ts';
import type { OpenApiDocument } from './open-api.ts';
import { problem } from './problem.ts';
import { CHANGE_LOG } from './record-changes.ts';

const LISTED_AT_ONCE = 100;

/** `GET /v1/changes`: what was changed through this service's API, for the console's audit log. */
class ChangesController {
  readonly #log: ChangeLog;

  constructor(log: ChangeLog) {
    this.#log = log;
  }

  async list(query: Fields) {
    const after = query.after ?? '0';
    if (typeof after !== 'string' || !/^\d{1,15}$/.test(after))
      throw problem(400, 'invalid_request', 'after must be the position of a change, a whole number.', {
        field: 'after',
      });
    const { items, last } = await this.#log.list(Number(after), LISTED_AT_ONCE);
    return {
      items: items.map(({ begun_ms, ...change }) => ({ ...change, when: new Date(begun_ms).toISOString() })),
      last,
    };
  }
}

// Without the syntax of decorators: Node runs the tests of this package from its sources.
Controller('v1/changes')(ChangesController);
Inject(CHANGE_LOG)(ChangesController, undefined, 0);
Query()(ChangesController.prototype, 'list', 0);
const list = Object.getOwnPropertyDescriptor(ChangesController.prototype, 'list');
if (list !== undefined) Get()(ChangesController.prototype, 'list', list);

/** Binds the log of changes for every module, and its address. */
export class ChangesModule {
  static of(log: ChangeLog): DynamicModule {
    return {
      module: ChangesModule,
      global: true,
      controllers: [ChangesController],
      providers: [{ provide: CHANGE_LOG, useValue: log }],
      exports: [CHANGE_LOG],
    };
  }
}

Module({})(ChangesModule);

/** A service's document with the address of its changes. */
export function withChanges(document: OpenApiDocument): OpenApiDocument {
  const get = {
    summary: 'What was changed through this API, in the order in which the changes ended',
    description:
      'Kept for 30 days. A change with the header hilo-change-id has that id; hilo-actor (percent-encoded) names who asked for it.',
    parameters: [
      {
        name: 'after',
        in: 'query',
        description: 'Position of the last change known',
        schema: { type: 'integer', minimum: 0 },
      },
    ],
    responses: {
      200: { description: `Up to ${LISTED_AT_ONCE} changes after that position, and the highest position there is` },
    },
  };
  return { ...document, paths: { ...document.paths, '/v1/changes': { get } } };
}
