import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import { type Fields, type Page, page, Public, problem, readPage } from '@hilo/service';
import type { FastifyRequest } from 'fastify';
import { type AuditLog, TOKENS } from '../ports.ts';
import type { ServiceChanges } from '../service-changes.ts';
import { type AuditAnswer, auditAnswer } from './answers.ts';
import type { HttpAccess } from './http-access.ts';

const PULL_WITHIN_MS = 1_500;

/** `/api/audit`: who changed what, for admins. */
@Controller('api/audit')
@Public()
export class AuditController {
  readonly #access: HttpAccess;
  readonly #audit: AuditLog;
  readonly #changes: ServiceChanges;

  constructor(
    @Inject(TOKENS.access) access: HttpAccess,
    @Inject(TOKENS.audit) audit: AuditLog,
    @Inject(TOKENS.service_changes) changes: ServiceChanges,
  ) {
    this.#access = access;
    this.#audit = audit;
    this.#changes = changes;
  }

  @Get()
  async list(@Req() request: FastifyRequest, @Query() query: Fields): Promise<Page<AuditAnswer>> {
    await this.#access.allow(request, 'people', 'read');
    const { limit, after } = readPage(query);
    // The newest page has what services recorded until now, unless one of them is slow to say so.
    if (after === null) await Promise.race([this.#changes.pull(), pause(PULL_WITHIN_MS, undefined, { ref: false })]);
    const entries = await this.#audit.list(after === null ? null : idOf(after), limit + 1);
    return page(entries.map(auditAnswer), limit, ({ id }) => [id]);
  }
}

function idOf([id = '']: readonly string[]): string {
  if (/^\d{1,18}$/.test(id)) return id;
  throw problem(400, 'invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}
