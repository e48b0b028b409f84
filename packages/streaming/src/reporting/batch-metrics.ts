import { countBy } from '../commit/draft-batch.ts';
import type { Admitted } from '../read/intake.ts';
import type { StageMetrics } from '../ports/metrics.ts';
import type { OutRecord, RawRecord } from '../ports/log.ts';
import type { BatchInput } from '../read/batch-input.ts';
import type { Topology } from '../language/topology.ts';

/** Counts what came again and is dropped: on the wire, or as a replay of a letter that was replayed. */
export function countRepeats(
  metrics: StageMetrics,
  { duplicates, replayed_before }: Pick<Admitted, 'duplicates' | 'replayed_before'>,
): void {
  if (duplicates > 0) metrics.drops('duplicate_delivery', duplicates);
  if (replayed_before > 0) metrics.drops('replayed_before', replayed_before);
}

/** Counts what a committed batch took in, and what of it was set aside. */
export function countRecords(metrics: StageMetrics, taken: readonly RawRecord[], deadLetters: readonly string[]): void {
  for (const [topic, count] of countBy(taken, (record) => record.topic)) metrics.records(topic, count);
  for (const reason of deadLetters) metrics.deadLetters(reason);
}

/** Counts what a committed batch has to send. */
export function countOutputs(
  metrics: StageMetrics,
  commits: readonly { readonly records: readonly OutRecord[] }[],
): void {
  const counts = new Map<string, number>();
  for (const { records } of commits) for (const { topic } of records) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  for (const [topic, count] of counts) metrics.outputs(topic, count);
}

/** Tells how far behind the events a committed batch was: two values a batch, however many events it has. */
export function tellEventTimes(
  metrics: StageMetrics,
  inputs: readonly BatchInput[],
  { eventTimes }: Topology,
  now_ms: number,
): void {
  if (eventTimes === undefined) return;
  const timed = (input: BatchInput) => isTimed(input, eventTimes);
  const happened_ms = timeIn(inputs.findLast(timed), 'happened', eventTimes);
  const received_ms = timeIn(inputs.find(timed), 'received', eventTimes);
  if (happened_ms !== null) metrics.eventLag(Math.max(0, now_ms - happened_ms) / 1_000);
  if (received_ms !== null) metrics.latency(Math.max(0, now_ms - received_ms) / 1_000);
}

/** The first and the last record that tell an event's times: all that `tellEventTimes` looks at, so no more need be kept. */
export function timedEnds(
  slots: readonly { readonly input: BatchInput | { readonly kind: 'poison' } }[],
  { eventTimes }: Topology,
): readonly BatchInput[] {
  if (eventTimes === undefined) return [];
  const timed = slots.flatMap(({ input }) => (input.kind !== 'poison' && isTimed(input, eventTimes) ? [input] : []));
  return [timed.at(0), timed.at(-1)].filter((input) => input !== undefined);
}

function isTimed(input: BatchInput, eventTimes: NonNullable<Topology['eventTimes']>): boolean {
  return input.kind === 'record' && !input.is_replay && input.topic in eventTimes;
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
