import type { Kafka } from 'kafkajs';
import { type Clock, SYSTEM_CLOCK } from '../ports/clock.ts';
import { isTransient } from '../ports/retry.ts';
import { KafkajsLookup, type LogBounds } from './kafkajs-lookup.ts';

const PAUSE_MS = 100;

/** The bounds of logs: by topic, then partition. */
export type TopicBounds = ReadonlyMap<string, ReadonlyMap<number, LogBounds>>;

/**
 * The bounds of the topics' logs. A topic that was just created, or whose broker just left, has partitions
 * without a leader for a moment: asks again over a new connection, and throws `TransientFaultError` if that lasts
 * longer than `withinMs`.
 */
export async function topicBounds(
  kafka: Kafka,
  topics: readonly string[],
  { withinMs, clock = SYSTEM_CLOCK }: { readonly withinMs: number; readonly clock?: Clock },
): Promise<TopicBounds> {
  const lookup = new KafkajsLookup(kafka);
  const bounds = new Map<string, ReadonlyMap<number, LogBounds>>();
  const untilMs = clock.monotonicMs() + withinMs;
  try {
    for (;;) {
      try {
        for (const topic of topics) if (!bounds.has(topic)) bounds.set(topic, await lookup.bounds(topic));
        return bounds;
      } catch (error) {
        if (!isTransient(error) || clock.monotonicMs() >= untilMs) throw error;
        await clock.sleep(PAUSE_MS);
      }
    }
  } finally {
    await lookup.close();
  }
}
