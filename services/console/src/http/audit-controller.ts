import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Inject, Res } from '@nestjs/common';
import { pageRequest, pageUntil, Public, problem, Route, untilGone } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import type { FastifyReply } from 'fastify';
import { AUDIT_FORMS } from '../domain/audit-file.ts';
import { type AuditFilter, filterOf } from '../domain/audit-filter.ts';
import { type AuditLog, type AuditPage, TOKENS } from '../ports.ts';
import type { SecurityTrail } from '../security-trail.ts';
import type { ServiceChanges } from '../service-changes.ts';
import { auditAnswer } from './answers.ts';
import { Allow } from './api-guard.ts';
import { type Api, contract } from './contract.ts';

const PULL_WITHIN_MS = 1_500;

/** Times that a search looks further where it has found nothing. */
const SEARCHES_AT_MOST = 10;

/** Entries read at once for a file, and in all: beyond them the file breaks off, so that nobody takes a part for the whole. */
const FILE_ENTRIES = { atOnce: 500, atMost: 1_000_000 } as const;
const FILE_WITHIN_MS = 300_000;

/** `/api/audit`: who changed what, signed in or was refused, for admins. */
@Controller()
@Public()
export class AuditController {
  readonly #audit: AuditLog;
  readonly #trail: SecurityTrail;
  readonly #changes: ServiceChanges;

  constructor(
    @Inject(TOKENS.audit) audit: AuditLog,
    @Inject(TOKENS.trail) trail: SecurityTrail,
    @Inject(TOKENS.serviceChanges) changes: ServiceChanges,
  ) {
    this.#audit = audit;
    this.#trail = trail;
    this.#changes = changes;
  }

  @Route(contract, 'listAudit')
  @Allow('people', 'read')
  list({ query }: CallOf<Api, 'listAudit'>): Promise<AnswerOf<Api, 'listAudit'>> {
    const { limit, after } = pageRequest(query);
    return this.#page(filterOf({}), limit, after);
  }

  @Route(contract, 'searchAudit')
  @Allow('people', 'read')
  search({ body }: CallOf<Api, 'searchAudit'>): Promise<AnswerOf<Api, 'searchAudit'>> {
    const { limit, after } = pageRequest(body);
    return this.#page(filterOf(body), limit, after);
  }

  @Route(contract, 'exportAudit')
  @Allow('people', 'read')
  async export({ body }: CallOf<Api, 'exportAudit'>, @Res() reply: FastifyReply): Promise<void> {
    await this.#untilNow();
    const { type, name } = AUDIT_FORMS[body.format];
    const pieces = this.#pieces(filterOf(body), body.format, untilGone(reply, FILE_WITHIN_MS));
    void reply.status(200).headers({
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
    });
    void reply.send(Readable.from(pieces));
  }

  async #page(filter: AuditFilter, limit: number, after: readonly string[] | null) {
    if (after === null) await this.#untilNow();
    const { entries, next } = await this.#search(filter, after === null ? null : idOf(after), limit);
    return pageUntil(entries.map(auditAnswer), next === null ? null : [next]);
  }

  /** The log has what happened here and at the services until now, unless one of them is slow to say so. */
  async #untilNow(): Promise<void> {
    const newest = Promise.all([this.#trail.flush(), this.#changes.pull()]);
    await Promise.race([newest, pause(PULL_WITHIN_MS, undefined, { ref: false })]);
  }

  /** A page; a search goes on while it has found nothing, within bounds. */
  async #search(filter: AuditFilter, before: string | null, limit: number): Promise<AuditPage> {
    let found = await this.#audit.list(filter, before, limit);
    for (let times = 1; times < SEARCHES_AT_MOST && found.entries.length === 0 && found.next !== null; times++)
      found = await this.#audit.list(filter, found.next, limit);
    return found;
  }

  async *#pieces(filter: AuditFilter, format: keyof typeof AUDIT_FORMS, signal: AbortSignal): AsyncGenerator<string> {
    const { head, line } = AUDIT_FORMS[format];
    let before: string | null = null;
    let written = 0;
    if (head !== '') yield head;
    do {
      signal.throwIfAborted();
      const { entries, next }: AuditPage = await this.#audit.list(filter, before, FILE_ENTRIES.atOnce);
      written += entries.length;
      if (written > FILE_ENTRIES.atMost) throw new Error('a file of the audit log is too large');
      if (entries.length > 0) yield entries.map((entry) => line(auditAnswer(entry))).join('');
      before = next;
    } while (before !== null);
  }
}

function idOf([id = '']: readonly string[]): string {
  if (/^\d{1,18}$/.test(id)) return id;
  throw problem('invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}
