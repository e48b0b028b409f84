import type { Zone } from '@hilo/behaviour';
import type { SegmentPast } from '@hilo/schemas';
import { type Awaited, type Backfill, NO_PROGRESS, ROUNDS, type SettlingTopic } from '../domain/backfill.ts';
import { BaseFold, type Cut } from '../domain/base.ts';
import { type PendingSeries, pendingSeries } from '../domain/pending-series.ts';
import type { BackfillLog, BackfillSteps, PastEvents } from '../ports.ts';

/** What a step found: nothing to do, something to wait for, or work that it did. */
export type Advanced = 'nothing' | 'waits' | 'moved';

/** What advances backfills. */
export interface Around {
  readonly log: BackfillLog;
  readonly past: PastEvents;
  readonly zone: Zone;
  /** Partition count of all topics. */
  readonly partitions: number;
  /** Waits until so many more records may be written. */
  readonly pace: (records: number) => Promise<void>;
  readonly nowMs: () => number;
}

/** Events looked up in one step, before the place is remembered. */
const STEP_ROWS = 50_000;
const RECORDS_AT_ONCE = 500;

/**
 * No profile is decided for a moment further back: the topics that the stage reads keep their records for 7 days. What left a
 * window earlier is not part of a profile's past.
 */
const FLOOR_MS = 8 * 86_400_000;

/**
 * Does the next step of the backfills that run, or begins with those that wait (ADR 53). All that begin together go through the phases
 * together, so that their past is looked up once.
 */
export async function advanceBackfills(steps: BackfillSteps, around: Around): Promise<Advanced> {
  const unfinished = await steps.unfinished();
  if (unfinished.length === 0) return 'nothing';
  const round = unfinished.filter(({ phase }) => phase !== 'declared');
  const [first] = round;
  switch (first?.phase) {
    case undefined:
      return begin(unfinished, steps, around);
    case 'cutting':
      return awaitHistory(round, steps, around);
    case 'reading':
      return readOn(round, first.progress, steps, around);
    case 'settling':
      return settle(round, first.progress, steps, around);
    default:
      return end(round, steps, around);
  }
}

/** Once every partition knows a definition, all of them may begin to collect for it; in the order of the declarations. */
async function begin(declared: readonly Backfill[], steps: BackfillSteps, around: Around): Promise<Advanced> {
  const numbers = declared.map(({ generation }) => generation);
  const positions = await steps.positions(numbers);
  const unknown = numbers.findIndex((number) => !isFoldedByAll(positions.get(number), around));
  const known = unknown < 0 ? declared : declared.slice(0, unknown);
  if (known.length === 0) return 'waits';
  await steps.cut(known);
  return 'moved';
}

/** Once all partitions collect, and history has loaded all events before: the past can be looked up. */
async function awaitHistory(round: readonly Backfill[], steps: BackfillSteps, around: Around): Promise<Advanced> {
  const positions = await steps.positions(round.map(({ number }) => number));
  if (![...positions.values()].every((one) => isFoldedByAll(one, around))) return 'waits';
  const cuts = [...(await cutsOf(round, steps, around)).values()];
  const { offsets } = await around.log.loaded();
  const isLoaded = cuts.every((cut) =>
    [...cut.offsets].every(([partition, end]) => (offsets.get(partition) ?? 0) >= end),
  );
  if (!isLoaded) return 'waits';
  const selectors = selectorsOf(await pendingIn(round, steps, around));
  const of = selectors.length === 0 ? 0 : await around.past.count(selectors);
  await steps.move(round, 'reading', { ...NO_PROGRESS, of });
  return 'moved';
}

/** Looks up the past of some more profiles, and writes what it means to the definitions. */
async function readOn(
  round: readonly Backfill[],
  progress: Backfill['progress'],
  steps: BackfillSteps,
  around: Around,
): Promise<Advanced> {
  const pending = await pendingIn(round, steps, around);
  const fold = new BaseFold(pending, await cutsOf(round, steps, around), around.nowMs() - FLOOR_MS);
  const writer = new PacedWriter(around);
  let { after } = progress;
  let rows = 0;
  if (pending.length > 0) {
    for await (const group of around.past.read(selectorsOf(pending), after, STEP_ROWS)) {
      for (const row of group) await writer.add(fold.take(row));
      rows += group.length;
      after = group.at(-1)?.profile_id ?? after;
    }
  }
  await writer.add(fold.end());
  await writer.flush();
  const reached = { ...progress, after, read: progress.read + rows, records: progress.records + writer.written };
  if (rows >= STEP_ROWS) await steps.move(round, 'reading', reached);
  else await steps.move(round, 'settling', { ...reached, awaited: await endsOf('segmentation.backfill', around) });
  return 'moved';
}

/**
 * Waits until what was looked up has reached the profiles. A profile that was absorbed passes it on: once a partition has read one
 * more record, what it passed on before is in the log of handovers.
 */
async function settle(
  round: readonly Backfill[],
  progress: Backfill['progress'],
  steps: BackfillSteps,
  around: Around,
): Promise<Advanced> {
  const { awaited, rounds } = progress;
  if (awaited !== null && !(await isRead(awaited, steps))) return 'waits';
  if (rounds === 2 * ROUNDS) {
    await steps.switchTo(round, around.nowMs());
    return 'moved';
  }
  const marks = rounds % 2 === 0;
  if (marks) await around.log.writeMarks();
  const next = await endsOf(marks ? 'segmentation.backfill' : 'segmentation.handover', around);
  await steps.move(round, 'settling', { ...progress, rounds: rounds + 1, awaited: next });
  return 'moved';
}

async function end(round: readonly Backfill[], steps: BackfillSteps, around: Around): Promise<Advanced> {
  const positions = await steps.positions(round.map(({ number }) => number));
  const inForce = round.filter(({ number }) => isFoldedByAll(positions.get(number), around));
  if (inForce.length < round.length) return 'waits';
  await steps.end(inForce, around.nowMs());
  return 'moved';
}

function isFoldedByAll(positions: ReadonlyMap<number, unknown> | undefined, { partitions }: Around): boolean {
  return positions !== undefined && positions.size === partitions;
}

/** Where each generation of the round begins to collect. */
async function cutsOf(
  round: readonly Backfill[],
  steps: BackfillSteps,
  { log }: Around,
): Promise<ReadonlyMap<number, Cut>> {
  const { topicId } = await log.loaded();
  const positions = await steps.positions(round.map(({ number }) => number));
  return new Map(
    round.map(({ generation, number }) => {
      const partitions = [...(positions.get(number) ?? [])];
      const offsets = new Map(partitions.map(([partition, one]) => [partition, one['events.identified'] ?? 0]));
      return [generation, { topicId, offsets }];
    }),
  );
}

async function pendingIn(
  round: readonly Backfill[],
  steps: BackfillSteps,
  { zone }: Around,
): Promise<readonly PendingSeries[]> {
  const saved = await steps.definitions();
  const segments = new Map([...saved].map(([key, { inForce }]) => [key, { condition: inForce }]));
  const pending = new Map(
    round.flatMap(({ segment, generation, series }) => {
      const { condition = null, version = 0 } = saved.get(segment) ?? {};
      return condition === null ? [] : [[segment, { version, condition, generation, series }] as const];
    }),
  );
  return pendingSeries({ segments, pending }, zone);
}

function selectorsOf(pending: readonly PendingSeries[]): readonly PendingSeries['selector'][] {
  return pending.map(({ selector }) => selector);
}

async function endsOf(topic: SettlingTopic, { log }: Around): Promise<Awaited> {
  const bounds = await log.ends(topic);
  // A log without records has nothing to be read, wherever it ends.
  const ends = [...bounds].flatMap(([partition, { low, high }]) => (low === high ? [] : [[partition, high] as const]));
  return { topic, ends };
}

async function isRead({ topic, ends }: Awaited, steps: BackfillSteps): Promise<boolean> {
  const checkpoints = await steps.checkpoints();
  return ends.every(([partition, end]) => (checkpoints.get(partition)?.[topic] ?? 0) >= end);
}

/** Writes records a few hundred at a time, and not faster than the pace. */
class PacedWriter {
  written = 0;
  readonly #around: Around;
  #waiting: SegmentPast[] = [];

  constructor(around: Around) {
    this.#around = around;
  }

  async add(records: readonly SegmentPast[]): Promise<void> {
    this.#waiting.push(...records);
    if (this.#waiting.length >= RECORDS_AT_ONCE) await this.flush();
  }

  async flush(): Promise<void> {
    const records = this.#waiting;
    if (records.length === 0) return;
    this.#waiting = [];
    await this.#around.pace(records.length);
    await this.#around.log.write(records);
    this.written += records.length;
  }
}
