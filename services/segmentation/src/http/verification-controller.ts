import { ChangesNothing, pageRequest, pageUntil, problem, Route, untilGone } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type SegmentStore, TOKENS, type Verifications } from '../ports.ts';
import { NOTHING_VERIFIED, type Verified, type VerifyMemberships, withRange } from '../use-cases/verify-memberships.ts';
import { isoTimeOrNull } from './answers.ts';
import { type Api, contract } from './contract.ts';

/** After this time a call begins with no other profiles. */
const WORKS_FOR_MS = 20_000;
/** Longest that a call takes. */
const ANSWERED_WITHIN_MS = 55_000;

/** Compares memberships with the history. */
@Controller()
export class VerificationController {
  readonly #store: SegmentStore;
  readonly #verify: Pick<VerifyMemberships, 'range'>;
  readonly #verifications: Verifications;
  readonly #partitions: number;
  #isBusy = false;

  constructor(
    @Inject(TOKENS.store) store: SegmentStore,
    @Inject(TOKENS.verify) verify: Pick<VerifyMemberships, 'range'>,
    @Inject(TOKENS.verifications) verifications: Verifications,
    @Inject(TOKENS.partitions) partitions: number,
  ) {
    this.#store = store;
    this.#verify = verify;
    this.#verifications = verifications;
    this.#partitions = partitions;
  }

  @Route(contract, 'verifySegments')
  @ChangesNothing()
  all(
    { query }: CallOf<Api, 'verifySegments'>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'verifySegments'>> {
    return this.#alone(null, query.cursor, untilGone(reply, ANSWERED_WITHIN_MS));
  }

  @Route(contract, 'verifySegment')
  @ChangesNothing()
  async one(
    { params: { key }, query }: CallOf<Api, 'verifySegment'>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'verifySegment'>> {
    if ((await this.#store.find(key)) === null) {
      throw problem('not_found', `There is no segment "${key}".`, { field: 'key' });
    }
    return this.#alone(key, query.cursor, untilGone(reply, ANSWERED_WITHIN_MS));
  }

  @Route(contract, 'getVerification')
  async last(): Promise<AnswerOf<Api, 'getVerification'>> {
    const latest = await this.#verifications.latest();
    const sum = (of: 'checked' | 'undecided' | 'differences') => latest.reduce((total, one) => total + one[of], 0);
    const isComplete = latest.length >= this.#partitions;
    return {
      verified_at: isoTimeOrNull(isComplete ? Math.min(...latest.map(({ endedMs }) => endedMs)) : null),
      ...{ checked: sum('checked'), undecided: sum('undecided'), differences: sum('differences') },
    };
  }

  async #alone(
    segment: string | null,
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<AnswerOf<Api, 'verifySegments'>> {
    if (this.#isBusy) {
      throw problem('too_many_queries', 'Another verification runs. Try again when it has ended.', {
        headers: { 'retry-after': '20' },
      });
    }
    this.#isBusy = true;
    try {
      return await this.#verified(segment, readPlace(cursor, this.#partitions), signal);
    } finally {
      this.#isBusy = false;
    }
  }

  async #verified(segment: string | null, from: Place, signal: AbortSignal): Promise<AnswerOf<Api, 'verifySegments'>> {
    const begunMs = performance.now();
    let verified = NOTHING_VERIFIED;
    let place: Place | null = from;
    while (place !== null && performance.now() - begunMs < WORKS_FOR_MS) {
      const range = await this.#verify.range(place.partition, place.after, segment, signal);
      verified = withRange(verified, range);
      place = nextPlace(place, range.to, this.#partitions);
    }
    return { ...verificationAnswer(verified), took_ms: Math.round(performance.now() - begunMs), next: written(place) };
  }
}

/** Which profiles come next: those of a partition after one. */
interface Place {
  readonly partition: number;
  readonly after: string;
}

function nextPlace({ partition }: Place, to: string | null, partitions: number): Place | null {
  if (to !== null) return { partition, after: to };
  return partition + 1 < partitions ? { partition: partition + 1, after: '' } : null;
}

/** Throws a problem for a cursor that is none of this list. */
function readPlace(cursor: string | undefined, partitions: number): Place {
  const { after: parts } = pageRequest({ limit: 1, ...(cursor === undefined ? {} : { cursor }) });
  if (parts === null) return { partition: 0, after: '' };
  const [number = '', after = ''] = parts;
  if (parts.length === 2 && /^\d{1,5}$/.test(number) && Number(number) < partitions)
    return { partition: Number(number), after };
  throw problem('invalid_request', 'cursor must be the "next" of an earlier call.', { field: 'cursor' });
}

function written(place: Place | null): string | null {
  return pageUntil([], place === null ? null : [String(place.partition), place.after]).next;
}

function verificationAnswer({ checked, undecided, differences, total, countedSince, positions }: Verified) {
  return {
    checked,
    undecided: [...undecided].map(([reason, profiles]) => ({ reason, profiles })),
    differences,
    total,
    not_compared: [...countedSince].map((segment) => ({ segment, reason: 'counted_since' as const })),
    vector: positions.map(({ partition, momentMs, offsets }) => ({
      ...{ partition, as_of: new Date(momentMs).toISOString(), offsets },
    })),
  };
}
