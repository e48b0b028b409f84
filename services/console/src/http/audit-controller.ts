import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import { type Fields, type Page, page, Public, problem, readPage } from '@hilo/service';
import type { FastifyRequest } from 'fastify';
import { type AuditLog, TOKENS } from '../ports.ts';
import { type AuditAnswer, auditAnswer } from './answers.ts';
import type { HttpAccess } from './http-access.ts';

/** `/api/audit`: who changed what, for admins. */
@Controller('api/audit')
@Public()
export class AuditController {
  readonly #access: HttpAccess;
  readonly #audit: AuditLog;

  constructor(@Inject(TOKENS.access) access: HttpAccess, @Inject(TOKENS.audit) audit: AuditLog) {
    this.#access = access;
    this.#audit = audit;
  }

  @Get()
  async list(@Req() request: FastifyRequest, @Query() query: Fields): Promise<Page<AuditAnswer>> {
    await this.#access.allow(request, 'people', 'read');
    const { limit, after } = readPage(query);
    const entries = await this.#audit.list(after === null ? null : idOf(after), limit + 1);
    return page(entries.map(auditAnswer), limit, ({ id }) => [id]);
  }
}

function idOf([id = '']: readonly string[]): string {
  if (/^\d{1,18}$/.test(id)) return id;
  throw problem(400, 'invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}
