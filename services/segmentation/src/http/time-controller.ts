import { problem, Recorded, Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { type Origins, type OriginStanding, TransientFaultError } from '@hilo/streaming';
import { Controller, Inject } from '@nestjs/common';
import { BEHIND_MS, originsBehind, STAGES_BEFORE, whyNotReleased } from '../domain/origins-behind.ts';
import { TOKENS, type WaitingPeople } from '../ports.ts';
import { isoTimeOrNull, originAnswer } from './answers.ts';
import { type Api, contract } from './contract.ts';

/** Most people counted. */
const COUNTED = 10_000;

/** `/v1/time`: what exits by time wait for, and what an operator can do about it. */
@Controller()
export class TimeController {
  readonly #people: WaitingPeople;
  readonly #origins: Origins;
  readonly #partitions: number;

  constructor(
    @Inject(TOKENS.store) people: WaitingPeople,
    @Inject(TOKENS.origins) origins: Origins,
    @Inject(TOKENS.partitions) partitions: number,
  ) {
    this.#people = people;
    this.#origins = origins;
    this.#partitions = partitions;
  }

  @Route(contract, 'getWaitingExits')
  async get(): Promise<AnswerOf<Api, 'getWaitingExits'>> {
    const nowMs = Date.now();
    const { people, since_ms } = await this.#people.waiting(nowMs - BEHIND_MS, this.#partitions, COUNTED + 1);
    const all = STAGES_BEFORE.flatMap((stage) =>
      Array.from({ length: this.#partitions }, (_, partition) => this.#origins.originOf(stage, partition)),
    );
    return {
      people: Math.min(people, COUNTED),
      more: people > COUNTED,
      since: isoTimeOrNull(since_ms),
      origins: originsBehind(all, nowMs).map((origin) => originAnswer(origin, nowMs)),
    };
  }

  @Route(contract, 'releaseOrigin')
  @Recorded()
  async release({ params }: CallOf<Api, 'releaseOrigin'>): Promise<AnswerOf<Api, 'releaseOrigin'>> {
    const nowMs = Date.now();
    const partition = readPartition(params.partition, this.#partitions);
    const origin = this.#origins.originOf(readStage(params.stage), partition);
    if (!origin.isReleased) {
      refuse(origin, nowMs);
      await this.#release(origin);
    }
    return originAnswer({ ...origin, isReleased: true }, nowMs);
  }

  async #release({ stage, partition }: OriginStanding): Promise<void> {
    try {
      await this.#origins.release(stage, partition);
    } catch (error) {
      if (!(error instanceof TransientFaultError)) throw error;
      throw problem('unavailable', 'Kafka does not answer for now. Try again in a moment.', {
        headers: { 'retry-after': '1' },
      });
    }
  }
}

function readStage(stage: unknown): string {
  const known = STAGES_BEFORE.find((one) => one === stage);
  if (known !== undefined) return known;
  throw problem('not_found', `Exits do not wait for such a stage. They wait for ${STAGES_BEFORE.join(', ')}.`, {
    field: 'stage',
  });
}

function readPartition(partition: unknown, partitions: number): number {
  const detail = `partition must be a whole number from 0 to ${partitions - 1}.`;
  if (typeof partition !== 'number' || partition < 0) throw problem('invalid_request', detail, { field: 'partition' });
  if (partition >= partitions) throw problem('not_found', detail, { field: 'partition' });
  return partition;
}

/**
 * Throws for an origin that does not stand still: leaving it out would let people leave whom its events are about to
 * keep.
 */
function refuse(origin: OriginStanding, nowMs: number): void {
  const why = whyNotReleased(origin, nowMs);
  if (why === null) return;
  const name = `${origin.stage}/${origin.partition}`;
  const detail =
    why === 'not_behind'
      ? `${name} is less than ${BEHIND_MS / 1_000} seconds behind: nobody waits for it.`
      : `${name} is behind and moves: it works through its backlog. Wait until it has finished or stands still.`;
  throw problem(why, detail);
}
