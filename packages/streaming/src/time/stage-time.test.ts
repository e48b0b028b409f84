import type { StageProgress } from '@hilo/schemas';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { onlySaid } from '../fold/runner.ts';
import { alone, type Topology } from '../language/topology.ts';
import { type Checkpoint, newCheckpoint } from '../ports/checkpoint.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { MemoryProgressLog } from '../testing/memory-progress-log.ts';
import { progressOf } from '../testing/progress.ts';
import { TurnedClock } from '../testing/turned-clock.ts';
import { StageTime, type TimedPartition } from './stage-time.ts';

const START_MS = 1_700_000_000_000;
const ORIGINS = [0, 1];
const TOPOLOGY: Topology = {
  stage: 'own',
  sources: ['a', 'own.handover'],
  sinks: ['own.handover'],
  deadLetter: 'own.dead-letter',
  time: { kind: 'upstream', upstream: [{ stage: 'up', topics: ['a'], spreads: true }], further: ['before'] },
};
const NOTHING = onlySaid({ kind: 'sweep', partition: 0, key: '' }, []);

/** Partition 0 of a stage whose time comes from two partitions of another, with what it commits. */
class Stage {
  readonly clock: TurnedClock;
  readonly log: MemoryLog;
  readonly others: MemoryProgressLog;
  readonly #said = new Map<number, { revision: number; read_to: number }>();
  checkpoint: Checkpoint = { ...newCheckpoint('i'), momentMs: START_MS };
  time: StageTime;

  readonly #topology: Topology;

  constructor(topology = TOPOLOGY) {
    this.#topology = topology;
    this.clock = new TurnedClock(START_MS + 1_000_000);
    this.log = new MemoryLog(2, this.clock);
    this.others = new MemoryProgressLog(this.log);
    this.time = this.#started();
  }

  get owned(): TimedPartition {
    return { partition: 0, epoch: 1, checkpoint: this.checkpoint, held: null, unsent: [], open: true };
  }

  /** An origin says that it is this far after the start. */
  says(partition: number, after_ms: number, fields: Partial<StageProgress> = {}): void {
    const { revision = 0 } = this.#said.get(partition) ?? {};
    const read_to = START_MS + after_ms;
    this.#said.set(partition, { revision: revision + 1, read_to });
    this.others.publish([progressOf({ partition, revision: revision + 1, read_to, settled_to: read_to, ...fields })]);
    this.time.refresh([this.owned]);
  }

  async release(partition: number): Promise<void> {
    await this.time.release('up', partition);
    this.time.refresh([this.owned]);
  }

  /** The moment at which it decides, after the start, and whether that is proven; it is committed. */
  decide(): { after_ms: number; isUnproven: boolean } {
    const momentMs = this.time.momentOf(this.owned);
    const isUnproven = this.time.isUnproven(this.owned, [], momentMs);
    this.checkpoint = this.time.after(this.checkpoint, this.owned, NOTHING);
    return { after_ms: momentMs - START_MS, isUnproven };
  }

  /** Another process goes on from the checkpoint; `heard`: it has read what others said. */
  restart(heard = true): void {
    this.time = this.#started();
    if (heard) this.time.refresh([this.owned]);
  }

  /** What it says of itself. */
  published(): StageProgress | undefined {
    this.time.publish([this.owned], []);
    return this.log
      .all('stages.progress')
      .map(({ value }) => JSON.parse(String(value)) as StageProgress)
      .findLast(({ stage }) => stage === 'own');
  }

  #started(): StageTime {
    const time = new StageTime({
      ...{ topology: this.#topology, partitions: 2, handoverTopic: null, clock: this.clock },
      consumer: { caughtUpTo: () => START_MS + 700 },
      progress: new MemoryProgressLog(this.log),
      limits: { publishMs: 0, skewMs: 500 },
    });
    time.open(this.owned);
    return time;
  }
}

describe('time, where an origin is released', () => {
  let stage: Stage;

  beforeEach(() => {
    stage = new Stage();
    stage.says(0, 100);
    stage.says(1, 900);
  });

  it('goes on with the others, is not proven, and counts the origin again once that has moved', async () => {
    expect(stage.decide()).toEqual({ after_ms: 100, isUnproven: false });
    await stage.release(0);
    expect(stage.decide()).toEqual({ after_ms: 900, isUnproven: true });
    stage.says(1, 1_000);
    expect(stage.decide()).toEqual({ after_ms: 1_000, isUnproven: true });
    stage.says(0, 150);
    stage.says(1, 2_000);
    // It is behind, and counts: time stands where it was, and what is decided there is not proven.
    expect(stage.decide()).toEqual({ after_ms: 1_000, isUnproven: true });
    stage.says(0, 1_500);
    expect(stage.decide()).toEqual({ after_ms: 1_500, isUnproven: false });
  });

  it('says how much of it is proven, to the stages after it', async () => {
    expect(stage.published()).toMatchObject({ read_to: START_MS + 100, proven: null });
    await stage.release(0);
    const proven = { read_to: START_MS + 100, settled_to: START_MS + 100 };
    expect(stage.published()).toMatchObject({ read_to: START_MS + 900, settled_to: START_MS + 900, proven });
    stage.says(0, 950);
    expect(stage.published()).toMatchObject({ read_to: START_MS + 900, proven: null });
  });

  it('knows after a restart what is left out, and what it has decided without', async () => {
    await stage.release(0);
    stage.decide();
    stage.restart();
    stage.says(1, 1_200);
    expect(stage.decide()).toEqual({ after_ms: 1_200, isUnproven: true });
    stage.says(0, 300);
    for (const heard of [false, true]) {
      stage.restart(heard);
      expect(stage.decide()).toEqual({ after_ms: 1_200, isUnproven: true });
    }
    stage.says(0, 1_300);
    expect(stage.decide()).toMatchObject({ isUnproven: false });
    expect(stage.checkpoint.unproven_to_ms).toBe(0);
  });

  it('leaves out nobody who has moved since, however late a process reads of the release', async () => {
    await stage.release(0);
    stage.says(0, 200);
    stage.checkpoint = { ...newCheckpoint('i'), momentMs: START_MS };
    stage.restart();
    expect(stage.decide()).toEqual({ after_ms: 200, isUnproven: false });
  });

  it('goes with the clock on the wall where every origin is released', async () => {
    for (const partition of ORIGINS) await stage.release(partition);
    const nowMs = stage.clock.nowMs();
    expect(stage.decide()).toEqual({ after_ms: nowMs - 500 - START_MS, isUnproven: true });
  });

  it('of a stage before it is not proven here either, up to where that stage says it is', async () => {
    const proven = { read_to: START_MS + 200, settled_to: START_MS + 200 };
    stage.says(0, 800, { proven });
    expect(stage.decide()).toEqual({ after_ms: 200, isUnproven: false });
    // Only a reader that knows of the release goes by what leaves it out.
    await stage.time.release('before', 3);
    stage.says(0, 850, { proven });
    expect(stage.decide()).toEqual({ after_ms: 850, isUnproven: true });
  });

  it('of the first stage comes from its own log alone, whatever is released', async () => {
    const first = new Stage(alone(TOPOLOGY));
    await first.release(0);
    expect(first.decide()).toEqual({ after_ms: 200, isUnproven: false });
    expect(first.published()).toMatchObject({ read_to: START_MS + 200, proven: null });
  });

  it('reports of an origin where it stands, for how long, and whether it is left out', async () => {
    stage.clock.turn(7_000);
    expect(stage.time.originOf('up', 0)).toMatchObject({ readToMs: START_MS + 100, standsMs: 7_000 });
    await stage.release(0);
    expect(stage.time.originOf('up', 0)).toMatchObject({ isReleased: true });
    expect(stage.time.originOf('up', 7)).toMatchObject({ readToMs: null, isReleased: false });
  });

  it('never goes back, and is unproven only beyond what every origin has reached', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('say' as const), of: fc.nat(1), more: fc.nat(50) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const), of: fc.nat(1) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const one = new Stage();
        const reached = [0, 0];
        let wasReleased = false;
        let beforeMs = 0;
        for (const partition of ORIGINS) one.says(partition, 0);
        for (const next of steps) {
          if (next.do === 'say') one.says(next.of, (reached[next.of] = (reached[next.of] as number) + next.more));
          else if (next.do === 'restart') one.restart();
          else {
            wasReleased = true;
            await one.release(next.of);
          }
          const { after_ms, isUnproven } = one.decide();
          expect(after_ms).toBeGreaterThanOrEqual(beforeMs);
          expect(isUnproven).toBe(after_ms > Math.min(...reached));
          if (!wasReleased) expect(isUnproven).toBe(false);
          beforeMs = after_ms;
        }
      }),
    );
  });
});

describe('handovers on their way', () => {
  it('count by the incarnation that gave them: a repair that counts anew holds nothing back for ever', () => {
    const stage = new Stage();
    const held = { to: 1, sequence: 7, from_ms: START_MS, incarnation: 'before' };
    stage.checkpoint = { ...stage.checkpoint, holds: [held, { to: 1, sequence: 2, from_ms: START_MS }] };
    const takes = (sequences: Readonly<Record<string, number>>) => {
      const taken = Object.entries(sequences).map(([incarnation, sequence]) => ({
        partition: 0,
        incarnation,
        sequence,
      }));
      stage.says(1, 0, { stage: 'own', taken });
      return stage.time.standing(stage.owned);
    };
    expect(takes({ i: 7, before: 6 })).toEqual([held]);
    expect(takes({ i: 1, before: 7 })).toHaveLength(1);
    expect(takes({ i: 2, before: 7 })).toEqual([]);
  });
});
