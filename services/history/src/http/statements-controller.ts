import { Readable } from 'node:stream';
import { ChangesNothing, isFields, readField, Route, untilGone, readPerson } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { collect, FILE_FORMS, filePieces } from '../use-cases/answer-forms.ts';
import { readStatement } from '../domain/statement.ts';
import { type OpenAnswer, type Statements, TOKENS } from '../ports.ts';
import { type Api, contract } from './contract.ts';

const PARAMETER = /^[a-z_][a-z0-9_]{0,31}$/;

const PARAMETERS = 10;
const PARAMETER_CHARACTERS = 1000;

/** Longest that a statement waits for its turn and runs. */
const ANSWERED_WITHIN_MS = 90_000;

/** `/v1/queries`, `/v1/catalogue`: people's statements, and what they may read. */
@Controller()
export class StatementsController {
  readonly #statements: Statements;

  constructor(@Inject(TOKENS.statements) statements: Statements) {
    this.#statements = statements;
  }

  @Route(contract, 'getCatalogue')
  async catalogue(): Promise<AnswerOf<Api, 'getCatalogue'>> {
    return { tables: await this.#statements.catalogue() };
  }

  @Route(contract, 'runQuery')
  @ChangesNothing()
  async run(
    { body }: CallOf<Api, 'runQuery'>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { id, sql: text, limit, format } = body;
    const parameters = readField(body, 'parameters', `up to ${PARAMETERS} texts by name`, parametersOf);
    const person = readPerson(request);
    const startedMs = performance.now();
    const signal = untilGone(reply, ANSWERED_WITHIN_MS);
    const read = readStatement(text);
    if (!('sql' in read)) throw await this.#statements.refusal({ text, person }, read, signal);
    const answer = await this.#statements.open({ id, person, sql: read.sql, parameters }, signal);
    signal.addEventListener('abort', () => answer.close(), { once: true });
    if (signal.aborted) answer.close();
    if (format === 'json') void reply.status(200).send(await jsonBody(id, answer, limit, startedMs));
    else {
      const { line, type, name } = FILE_FORMS[format];
      void reply.status(200).header('content-type', type);
      void reply.header('content-disposition', `attachment; filename="${name}"`);
      void reply.send(Readable.from(filePieces(answer, line)));
    }
  }

  @Route(contract, 'cancelQuery')
  @ChangesNothing()
  async cancel({ params }: CallOf<Api, 'cancelQuery'>, @Req() request: FastifyRequest): Promise<void> {
    await this.#statements.cancel({ id: params.id, person: readPerson(request) });
  }
}

async function jsonBody(
  id: string,
  answer: OpenAnswer,
  limit: number,
  startedMs: number,
): Promise<SchemaOf<Api, 'Answer'>> {
  const { columns, rows, truncated } = await collect(answer, limit);
  const read = answer.readSoFar();
  const elapsed_ms = Math.round(performance.now() - startedMs);
  return { id, columns, rows, truncated, elapsed_ms, rows_read: read.rows, bytes_read: read.bytes };
}

function parametersOf(value: unknown = {}): Readonly<Record<string, string>> | undefined {
  if (!isFields(value)) return undefined;
  const entries = Object.entries(value);
  const fits = entries.every(
    ([name, text]) => PARAMETER.test(name) && typeof text === 'string' && text.length <= PARAMETER_CHARACTERS,
  );
  return fits && entries.length <= PARAMETERS ? (value as Readonly<Record<string, string>>) : undefined;
}
