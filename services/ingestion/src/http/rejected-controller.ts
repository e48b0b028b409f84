import { Controller, Get, Inject, Query } from '@nestjs/common';
import { type Fields, type Page, page, readPage } from '@hilo/service';
import type { Rejection, RejectionStore } from '../ports.ts';
import { TOKENS } from './tokens.ts';

/** A rejection as the API shows it. */
export interface RejectionBody {
  readonly rejectionId: string;
  readonly source: string;
  readonly messageId: string | null;
  readonly type: string | null;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly via: string;
  readonly receivedAt: string;
  /** The original as text, cut after 8 KB. */
  readonly original: string | null;
}

/** The events rejected lately, newest first. */
@Controller('v1/rejected')
export class RejectedController {
  readonly #store: RejectionStore;

  constructor(@Inject(TOKENS.rejections) store: RejectionStore) {
    this.#store = store;
  }

  @Get()
  async list(@Query() query: Fields): Promise<Page<RejectionBody>> {
    const { limit, after } = readPage(query);
    const position = after === null ? null : { received_ms: Number(after[0]) || 0, id: after[1] ?? '' };
    const rejections = await this.#store.list(limit + 1, position);
    const { items, next } = page(rejections, limit, ({ received_at, rejection_id }) => [
      String(received_at),
      rejection_id,
    ]);
    return { items: items.map(bodyOf), next };
  }
}

function bodyOf(rejection: Rejection): RejectionBody {
  const { rejection_id, source, message_id, type, reason, field, message, via, received_at, original } = rejection;
  return {
    ...{ rejectionId: rejection_id, source, messageId: message_id, type, reason, field, message, via },
    receivedAt: new Date(received_at).toISOString(),
    original: original?.toString('utf8') ?? null,
  };
}
