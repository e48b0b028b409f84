import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Inject } from '@nestjs/common';
import { page, pageRequest, Public, problem, Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { type AuditLog, TOKENS } from '../ports.ts';
import type { ServiceChanges } from '../service-changes.ts';
import { auditAnswer } from './answers.ts';
import { Allow } from './api-guard.ts';
import { type Api, contract } from './contract.ts';

const PULL_WITHIN_MS = 1_500;

/** `/api/audit`: who changed what, for admins. */
@Controller()
@Public()
export class AuditController {
  readonly #audit: AuditLog;
  readonly #changes: ServiceChanges;

  constructor(@Inject(TOKENS.audit) audit: AuditLog, @Inject(TOKENS.serviceChanges) changes: ServiceChanges) {
    this.#audit = audit;
    this.#changes = changes;
  }

  @Route(contract, 'listAudit')
  @Allow('people', 'read')
  async list({ query }: CallOf<Api, 'listAudit'>): Promise<AnswerOf<Api, 'listAudit'>> {
    const { limit, after } = pageRequest(query);
    // The newest page has what services recorded until now, unless one of them is slow to say so.
    if (after === null) await Promise.race([this.#changes.pull(), pause(PULL_WITHIN_MS, undefined, { ref: false })]);
    const entries = await this.#audit.list(after === null ? null : idOf(after), limit + 1);
    return page(entries.map(auditAnswer), limit, ({ id }) => [id]);
  }
}

function idOf([id = '']: readonly string[]): string {
  if (/^\d{1,18}$/.test(id)) return id;
  throw problem('invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}
