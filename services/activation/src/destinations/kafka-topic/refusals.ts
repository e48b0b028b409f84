import type { PermanentReason } from '../../domain/attempt.ts';

/** An answer that brokers would give again, and what is shown for it. */
export interface Refusal {
  readonly reason: PermanentReason;
  readonly said: string;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  UNKNOWN_TOPIC_OR_PARTITION: { reason: 'unknown_target', said: 'Kafka has no such topic.' },
  INVALID_TOPIC_EXCEPTION: { reason: 'unknown_target', said: 'Kafka has no topic with such a name.' },
  TOPIC_AUTHORIZATION_FAILED: { reason: 'refused', said: 'Hilo may not write to this topic.' },
  MESSAGE_TOO_LARGE: { reason: 'refused', said: 'The topic takes no record of this size.' },
  RECORD_LIST_TOO_LARGE: { reason: 'refused', said: 'The topic takes no record of this size.' },
  INVALID_RECORD: { reason: 'refused', said: 'The topic takes no such record.' },
  POLICY_VIOLATION: { reason: 'refused', said: 'A policy of Kafka forbids the record.' },
};

/** What an error of kafkajs, or one that it wraps, says for good; null: another attempt may succeed. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof Error)) return null;
  const found = 'type' in error && typeof error.type === 'string' ? REFUSALS[error.type] : undefined;
  if (found !== undefined) return found;
  return error.cause === undefined || error.cause === error ? null : refusalOf(error.cause);
}
