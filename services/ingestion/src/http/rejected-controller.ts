import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { type Fields, type Page, page, problem, readField, readPage, refuseOthers } from '@hilo/service';
import { type Redaction, redactionOf } from '../domain/redact.ts';
import type { Source } from '../domain/source.ts';
import { LogAwayError, type ReasonCount, type Rejection, type RejectionStore } from '../ports.ts';
import type { ReplayOutcome, ReplayState } from '../processors/replay-rejected.ts';
import { readBody } from './read-body.ts';
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
  readonly originalBytes: number | null;
  readonly replayedAt: string | null;
}

/** What became of a replay, as the API says it. */
export interface ReplayBody {
  readonly rejectionId: string;
  readonly state: ReplayState;
  readonly events: number;
  readonly messageId: string | null;
  readonly reason: string | null;
  readonly field: string | null;
  readonly message: string | null;
}

/** Bytes of an original that a list shows. */
const EXCERPT_BYTES = 8192;
/** Rejections replayed by one request, at most. */
const REPLAYED_AT_ONCE = 100;
const MAX_CHARACTERS = 500;
/** Counting the reasons reads all that is kept: it is done at most this often, whoever asks. */
const REASONS_FOR_MS = 1_000;

type Replay = (ids: readonly string[]) => Promise<readonly ReplayOutcome[]>;

/** The events rejected lately, newest first, and their replay. */
@Controller('v1/rejected')
export class RejectedController {
  readonly #store: RejectionStore;
  readonly #replay: Replay;
  readonly #known: () => ReadonlyMap<string, Source>;
  #reasons: { readonly read_at_ms: number; readonly counts: Promise<readonly ReasonCount[]> } | null = null;

  constructor(
    @Inject(TOKENS.rejections) store: RejectionStore,
    @Inject(TOKENS.replay) replay: Replay,
    @Inject(TOKENS.knownSources) known: () => ReadonlyMap<string, Source>,
  ) {
    this.#store = store;
    this.#replay = replay;
    this.#known = known;
  }

  @Get()
  async list(@Query() query: Fields): Promise<Page<RejectionBody>> {
    const { limit, after } = readPage(query);
    const position = after === null ? null : readPosition(after);
    const filter = { reason: readText(query, 'reason'), source: readText(query, 'source') };
    const rejections = await this.#store.list(filter, limit + 1, position);
    const { items, next } = page(rejections, limit, ({ received_at, rejection_id }) => [
      String(received_at),
      rejection_id,
    ]);
    const redaction = redactionOf(this.#known());
    return { items: items.map((rejection) => bodyOf(rejection, redaction)), next };
  }

  @Get('reasons')
  async reasons() {
    const now_ms = performance.now();
    if (this.#reasons === null || now_ms - this.#reasons.read_at_ms > REASONS_FOR_MS) {
      const counts = this.#store.reasons();
      this.#reasons = { read_at_ms: now_ms, counts };
      counts.catch(() => (this.#reasons = null));
    }
    const items = (await this.#reasons.counts).map(({ reason, count, latest_ms }) => ({
      ...{ reason, count, latestAt: new Date(latest_ms).toISOString() },
    }));
    return { items };
  }

  @Post('replay')
  @HttpCode(200)
  async replayMany(@Body() body: unknown): Promise<{ readonly items: readonly ReplayBody[] }> {
    const fields = readBody(body);
    refuseOthers(fields, ['ids']);
    const ids = readField(fields, 'ids', `a list of 1 to ${REPLAYED_AT_ONCE} ids of rejections`, readIds);
    return { items: (await this.#replayed(ids)).map(replayBody) };
  }

  @Post(':id/replay')
  @HttpCode(200)
  async replayOne(@Param('id') id: string): Promise<ReplayBody> {
    const [outcome] = await this.#replayed([id]);
    if (outcome === undefined || outcome.state === 'not_found')
      throw problem(404, 'not_found', 'There is no rejection with this id (any more).', { field: 'id' });
    return replayBody(outcome);
  }

  async #replayed(ids: readonly string[]): Promise<readonly ReplayOutcome[]> {
    try {
      return await this.#replay(ids);
    } catch (error) {
      if (!(error instanceof LogAwayError)) throw error;
      throw problem(503, 'log_away', 'Kafka did not confirm in time. Replay again: nothing will count twice.', {
        headers: { 'retry-after': '1' },
      });
    }
  }
}

function readPosition([time = '', id]: readonly string[]) {
  if (/^\d{1,15}$/.test(time) && id !== undefined) return { received_ms: Number(time), id };
  throw problem(400, 'invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}

function readText(query: Fields, field: string): string | null {
  const value = query[field];
  if (value === undefined || value === '') return null;
  if (typeof value === 'string' && value.length <= MAX_CHARACTERS && !value.includes('\0')) return value;
  throw problem(400, 'invalid_request', `${field} must be one text of up to ${MAX_CHARACTERS} characters.`, { field });
}

function readIds(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > REPLAYED_AT_ONCE) return undefined;
  return value.every((id): id is string => typeof id === 'string' && id.length <= 100) ? value : undefined;
}

function bodyOf(rejection: Rejection, redaction: Redaction): RejectionBody {
  const { rejection_id, source, message_id, type, reason, field, message, via, received_at, original } = rejection;
  const { original_bytes, replayed_at_ms } = rejection;
  const shown = (text: string) => redaction.text(text, source);
  return {
    ...{ rejectionId: rejection_id, source: shown(source), messageId: message_id === null ? null : shown(message_id) },
    ...{ type: type === null ? null : shown(type), reason, field, message, via },
    receivedAt: new Date(received_at).toISOString(),
    original: original === null ? null : excerptOf(rejection, original, redaction),
    originalBytes: original_bytes,
    replayedAt: replayed_at_ms === null ? null : new Date(replayed_at_ms).toISOString(),
  };
}

function excerptOf({ source, original_bytes }: Rejection, original: Buffer, redaction: Redaction): string {
  const is_cut = (original_bytes ?? 0) > original.length;
  return redaction.original(original, source, is_cut).subarray(0, EXCERPT_BYTES).toString('utf8');
}

function replayBody({ rejection_id, message_id, ...outcome }: ReplayOutcome): ReplayBody {
  return { rejectionId: rejection_id, messageId: message_id, ...outcome };
}
