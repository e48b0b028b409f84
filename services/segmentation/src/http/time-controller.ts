import { problem, Recorded } from '@hilo/service';
import { type Origins, type OriginStanding, TransientFault } from '@hilo/streaming';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { BEHIND_MS, originsBehind, STAGES_BEFORE, whyNotReleased } from '../domain/origins-behind.ts';
import { TOKENS, type WaitingPeople } from '../ports.ts';
import { originAnswer, type OriginAnswer, type TimeAnswer } from './answers.ts';

/** People counted, at most. */
const COUNTED = 10_000;

/** `/v1/time`: whom and what exits by time wait for, and what an operator may do about it. */
@Controller('/v1/time')
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

  @Get()
  async get(): Promise<TimeAnswer> {
    const now_ms = Date.now();
    const { people, since_ms } = await this.#people.waiting(now_ms - BEHIND_MS, this.#partitions, COUNTED + 1);
    const all = STAGES_BEFORE.flatMap((stage) =>
      Array.from({ length: this.#partitions }, (_, partition) => this.#origins.originOf(stage, partition)),
    );
    return {
      people: Math.min(people, COUNTED),
      more: people > COUNTED,
      since: since_ms === null ? null : new Date(since_ms).toISOString(),
      origins: originsBehind(all, now_ms).map((origin) => originAnswer(origin, now_ms)),
    };
  }

  @Post('origins/:stage/:partition/release')
  @Recorded()
  @HttpCode(200)
  async release(@Param('stage') stage: string, @Param('partition') partition: string): Promise<OriginAnswer> {
    const now_ms = Date.now();
    const origin = this.#origins.originOf(readStage(stage), readPartition(partition, this.#partitions));
    if (!origin.is_released) {
      refuse(origin, now_ms);
      await this.#release(origin);
    }
    return originAnswer({ ...origin, is_released: true }, now_ms);
  }

  async #release({ stage, partition }: OriginStanding): Promise<void> {
    try {
      await this.#origins.release(stage, partition);
    } catch (error) {
      if (!(error instanceof TransientFault)) throw error;
      throw problem(503, 'unavailable', 'Kafka does not answer for now. Try again in a moment.', {
        headers: { 'retry-after': '1' },
      });
    }
  }
}

function readStage(stage: string): string {
  if (STAGES_BEFORE.some((one) => one === stage)) return stage;
  throw problem(404, 'not_found', `Exits wait for no such stage; they wait for ${STAGES_BEFORE.join(', ')}.`, {
    field: 'stage',
  });
}

function readPartition(text: string, partitions: number): number {
  const partition = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (partition < partitions) return partition;
  const status = Number.isNaN(partition) ? 400 : 404;
  const code = status === 400 ? 'invalid_request' : 'not_found';
  throw problem(status, code, `partition must be a whole number from 0 to ${partitions - 1}.`, { field: 'partition' });
}

/** Throws for an origin that does not stand still: leaving it out would let people leave whom its events are about to keep. */
function refuse(origin: OriginStanding, now_ms: number): void {
  const why = whyNotReleased(origin, now_ms);
  if (why === null) return;
  const name = `${origin.stage}/${origin.partition}`;
  const detail =
    why === 'not_behind'
      ? `${name} is less than ${BEHIND_MS / 1_000} seconds behind: nobody waits for it.`
      : `${name} is behind and moves: it works through its backlog. Wait until it is done, or stands still.`;
  throw problem(409, why, detail);
}
