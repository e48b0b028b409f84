import { Readable } from 'node:stream';
import { ChangesNothing, type Fields, isFields, readField, readFields, refuseOthers, untilGone } from '@hilo/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { collect, FILE_FORMS, filePieces } from '../use-cases/answer-forms.ts';
import { readStatement } from '../domain/statement.ts';
import { type OpenAnswer, type Statement, type Statements, TOKENS } from '../ports.ts';
import { readPerson } from './read-person.ts';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PARAMETER = /^[a-z_][a-z0-9_]{0,31}$/;

const SQL_CHARACTERS = 20_000;
const PARAMETERS = 10;
const PARAMETER_CHARACTERS = 1000;
const ROWS = { usual: 1000, most: 10_000 } as const;

/** Longest that a statement waits for its turn and runs. */
const ANSWERED_WITHIN_MS = 90_000;

/** `/v1/queries`, `/v1/catalogue`: people's statements, and what they may read. */
@Controller('v1')
export class StatementsController {
  readonly #statements: Statements;

  constructor(@Inject(TOKENS.statements) statements: Statements) {
    this.#statements = statements;
  }

  @Get('catalogue')
  async catalogue() {
    return { tables: await this.#statements.catalogue() };
  }

  @Post('queries')
  @ChangesNothing()
  async run(@Req() request: FastifyRequest, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const fields = readFields(body);
    refuseOthers(fields, ['id', 'sql', 'parameters', 'limit', 'format']);
    const { id, text, parameters } = readQuery(fields);
    const person = readPerson(request);
    const limit = readField(fields, 'limit', `a whole number from 1 to ${ROWS.most}`, limitOf);
    const format = readField(fields, 'format', 'json, csv or jsonl', formatOf);
    const started_ms = performance.now();
    const signal = untilGone(reply, ANSWERED_WITHIN_MS);
    const read = readStatement(text);
    if (!('sql' in read)) throw await this.#statements.refusal({ text, person }, read, signal);
    const answer = await this.#statements.open({ id, person, sql: read.sql, parameters }, signal);
    signal.addEventListener('abort', () => answer.close(), { once: true });
    if (signal.aborted) answer.close();
    if (format === 'json') void reply.status(200).send(await jsonBody(id, answer, limit, started_ms));
    else {
      const { line, type, name } = FILE_FORMS[format];
      void reply.status(200).header('content-type', type);
      void reply.header('content-disposition', `attachment; filename="${name}"`);
      void reply.send(Readable.from(filePieces(answer, line)));
    }
  }

  @Delete('queries/:id')
  @ChangesNothing()
  @HttpCode(204)
  async cancel(@Req() request: FastifyRequest, @Param('id') named: string): Promise<void> {
    const id = readField({ id: named }, 'id', 'a UUID in small letters', idOf);
    await this.#statements.cancel({ id, person: readPerson(request) });
  }
}

async function jsonBody(id: string, answer: OpenAnswer, limit: number, started_ms: number) {
  const { columns, rows, truncated } = await collect(answer, limit);
  const read = answer.readSoFar();
  const elapsed_ms = Math.round(performance.now() - started_ms);
  return { id, columns, rows, truncated, elapsed_ms, rows_read: read.rows, bytes_read: read.bytes };
}

function readQuery(fields: Fields): Pick<Statement, 'id' | 'parameters'> & { readonly text: string } {
  const id = readField(fields, 'id', 'a UUID in small letters', idOf);
  const text = readField(fields, 'sql', `a text of at most ${SQL_CHARACTERS} characters`, (value) =>
    typeof value === 'string' && value.length <= SQL_CHARACTERS ? value : undefined,
  );
  const parameters = readField(fields, 'parameters', `up to ${PARAMETERS} texts by name`, parametersOf);
  return { id, text, parameters };
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && ID.test(value) ? value : undefined;
}

function parametersOf(value: unknown = {}): Readonly<Record<string, string>> | undefined {
  if (!isFields(value)) return undefined;
  const entries = Object.entries(value);
  const fits = entries.every(
    ([name, text]) => PARAMETER.test(name) && typeof text === 'string' && text.length <= PARAMETER_CHARACTERS,
  );
  return fits && entries.length <= PARAMETERS ? (value as Readonly<Record<string, string>>) : undefined;
}

function limitOf(value: unknown = ROWS.usual): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= ROWS.most ? value : undefined;
}

function formatOf(value: unknown = 'json'): 'json' | keyof typeof FILE_FORMS | undefined {
  return value === 'json' || value === 'csv' || value === 'jsonl' ? value : undefined;
}
