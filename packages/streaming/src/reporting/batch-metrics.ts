import type { Decided } from '../fold/runner.ts';
import type { Topology } from '../language/topology.ts';
import type { OutRecord, RawRecord } from '../ports/log.ts';
import type { StageMetrics } from '../ports/metrics.ts';
import type { BatchInput } from '../read/batch-input.ts';
import type { Admitted } from '../read/intake.ts';

/** Counts repeats that are dropped: on the wire, or as a repeated replay. */
export function countRepeats(
  metrics: StageMetrics,
  { duplicates, replayed_before }: Pick<Admitted, 'duplicates' | 'replayed_before'>,
): void {
  if (duplicates > 0) metrics.drops('duplicate_delivery', duplicates);
  if (replayed_before > 0) metrics.drops('replayed_before', replayed_before);
}

/** Counts the records of a committed batch, and its dead letters. */
export function countRecords(metrics: StageMetrics, taken: readonly RawRecord[], deadLetters: readonly string[]): void {
  for (const [topic, count] of countTopics(taken)) metrics.records(topic, count);
  for (const reason of deadLetters) metrics.deadLetters(reason);
}

/** Counts the outputs of a committed batch. */
export function countOutputs(
  metrics: StageMetrics,
  commits: readonly { readonly records: readonly OutRecord[] }[],
): void {
  for (const [topic, count] of countTopics(...commits.map(({ records }) => records))) metrics.outputs(topic, count);
}

/** Counts the inputs of a committed batch with which there was nothing to do. */
export function countDrops(metrics: StageMetrics, decided: readonly Decided[]): void {
  const counts = new Map<string, number>();
  for (const { outcomes } of decided) {
    for (const outcome of outcomes) if (outcome.kind === 'drop') countOne(counts, outcome.reason);
  }
  for (const [reason, count] of counts) metrics.drops(reason, count);
}

function countTopics(...lists: readonly (readonly { readonly topic: string }[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const list of lists) for (const { topic } of list) countOne(counts, topic);
  return counts;
}

function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Reports how far behind the events of a committed batch were: two values per batch, however many events it has. */
export function reportEventTimes(
  metrics: StageMetrics,
  inputs: readonly BatchInput[],
  { eventTimes }: Topology,
  nowMs: number,
): void {
  if (eventTimes === undefined) return;
  const timed = (input: BatchInput) => isTimed(input, eventTimes);
  const happenedMs = timeIn(inputs.findLast(timed), 'happened', eventTimes);
  const receivedMs = timeIn(inputs.find(timed), 'received', eventTimes);
  if (happenedMs !== null) metrics.eventLag(Math.max(0, nowMs - happenedMs) / 1_000);
  if (receivedMs !== null) metrics.latency(Math.max(0, nowMs - receivedMs) / 1_000);
}

/** The first and the last record with event times: `reportEventTimes` needs no others, so no more are kept. */
export function timedEnds(
  slots: readonly { readonly input: BatchInput | { readonly kind: 'poison' } }[],
  { eventTimes }: Topology,
): readonly BatchInput[] {
  if (eventTimes === undefined) return [];
  const timed = slots.flatMap(({ input }) => (input.kind !== 'poison' && isTimed(input, eventTimes) ? [input] : []));
  return [timed.at(0), timed.at(-1)].filter((input) => input !== undefined);
}

function isTimed(input: BatchInput, eventTimes: NonNullable<Topology['eventTimes']>): boolean {
  return input.kind === 'record' && !input.isReplay && input.topic in eventTimes;
}

function timeIn(
  input: BatchInput | undefined,
  which: 'happened' | 'received',
  eventTimes: NonNullable<Topology['eventTimes']>,
): number | null {
  if (input?.kind !== 'record') return null;
  const field = eventTimes[input.topic]?.[which];
  const time = field === undefined ? undefined : (input.value as Readonly<Record<string, unknown>>)[field];
  return typeof time === 'number' ? time : null;
}
