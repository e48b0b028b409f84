import { page, pageRequest, problem, Recorded, Route } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import { type Redaction, redactionOf } from '../domain/redact.ts';
import type { Source } from '../domain/source.ts';
import { LogUnavailableError, type ReasonCount, type Rejection, type RejectionStore, TOKENS } from '../ports.ts';
import type { ReplayOutcome } from '../use-cases/replay-rejected.ts';
import { type Api, contract } from './contract.ts';

/** Bytes of the original that a list shows. */
const EXCERPT_BYTES = 8192;
/** Counting the reasons reads everything that is stored, so it happens at most this often, whoever asks. */
const REASONS_FOR_MS = 1_000;

type Replay = (ids: readonly string[]) => Promise<readonly ReplayOutcome[]>;

/** Lists the latest rejected events, newest first, and replays them. */
@Controller()
export class RejectedController {
  readonly #store: RejectionStore;
  readonly #replay: Replay;
  readonly #known: () => ReadonlyMap<string, Source>;
  #reasons: { readonly readAtMs: number; readonly counts: Promise<readonly ReasonCount[]> } | null = null;

  constructor(
    @Inject(TOKENS.rejections) store: RejectionStore,
    @Inject(TOKENS.replay) replay: Replay,
    @Inject(TOKENS.knownSources) known: () => ReadonlyMap<string, Source>,
  ) {
    this.#store = store;
    this.#replay = replay;
    this.#known = known;
  }

  @Route(contract, 'listRejected')
  async list({ query }: CallOf<Api, 'listRejected'>): Promise<AnswerOf<Api, 'listRejected'>> {
    const { limit, after } = pageRequest(query);
    const position = after === null ? null : readPosition(after);
    const filter = { reason: query.reason || null, source: query.source || null };
    const rejections = await this.#store.list(filter, limit + 1, position);
    const { items, next } = page(rejections, limit, ({ received_at, rejection_id }) => [
      String(received_at),
      rejection_id,
    ]);
    const redaction = redactionOf(this.#known());
    return { items: items.map((rejection) => bodyOf(rejection, redaction)), next };
  }

  @Route(contract, 'listReasons')
  async reasons(): Promise<AnswerOf<Api, 'listReasons'>> {
    const nowMs = performance.now();
    if (this.#reasons === null || nowMs - this.#reasons.readAtMs > REASONS_FOR_MS) {
      const counts = this.#store.reasons();
      this.#reasons = { readAtMs: nowMs, counts };
      counts.catch(() => (this.#reasons = null));
    }
    const items = (await this.#reasons.counts).map(({ reason, count, latest_ms }) => ({
      ...{ reason, count, latest_at: new Date(latest_ms).toISOString() },
    }));
    return { items };
  }

  @Route(contract, 'replayMany')
  @Recorded()
  async replayMany({ body }: CallOf<Api, 'replayMany'>): Promise<AnswerOf<Api, 'replayMany'>> {
    return { items: await this.#replayed(body.ids) };
  }

  @Route(contract, 'replayOne')
  @Recorded()
  async replayOne({ params }: CallOf<Api, 'replayOne'>): Promise<AnswerOf<Api, 'replayOne'>> {
    const [outcome] = await this.#replayed([params.id]);
    if (outcome === undefined || outcome.state === 'not_found')
      throw problem('not_found', 'No rejection has this id, or it is no longer kept.', { field: 'id' });
    return outcome;
  }

  async #replayed(ids: readonly string[]): Promise<readonly ReplayOutcome[]> {
    try {
      return await this.#replay(ids);
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
      throw problem('unavailable', 'Kafka did not confirm in time. Replay again: nothing counts twice.', {
        headers: { 'retry-after': '1' },
      });
    }
  }
}

function readPosition([time = '', id]: readonly string[]) {
  if (/^\d{1,15}$/.test(time) && id !== undefined) return { receivedMs: Number(time), id };
  throw problem('invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}

function bodyOf(rejection: Rejection, redaction: Redaction): SchemaOf<Api, 'Rejection'> {
  const { rejection_id, source, message_id, type, reason, field, message, via, received_at, original } = rejection;
  const { original_bytes, replayed_at_ms } = rejection;
  const shown = (text: string) => redaction.text(text, source);
  return {
    ...{ rejection_id, source: shown(source), message_id: message_id === null ? null : shown(message_id) },
    ...{ type: type === null ? null : shown(type), reason, field, message, via },
    received_at: new Date(received_at).toISOString(),
    original: original === null ? null : excerptOf(rejection, original, redaction),
    original_bytes,
    replayed_at: replayed_at_ms === null ? null : new Date(replayed_at_ms).toISOString(),
  };
}

function excerptOf({ source, original_bytes }: Rejection, original: Buffer, redaction: Redaction): string {
  const is_cut = (original_bytes ?? 0) > original.length;
  return redaction.original(original, source, is_cut).subarray(0, EXCERPT_BYTES).toString('utf8');
}
