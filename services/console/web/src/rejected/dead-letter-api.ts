import { type Api, pathOf } from '../api/api.ts';

/** How many records a stage has set aside. */
export interface DeadLetterCount {
  readonly stage: string;
  readonly topic: string;
  readonly count: number;
}

/** A record that a stage set aside. */
export interface DeadLetter {
  readonly partition: number;
  readonly offset: number;
  readonly source_topic: string | null;
  readonly source_partition: string | null;
  readonly source_offset: string | null;
  readonly reason: string;
  readonly message: string;
  readonly failed_at: string | null;
  readonly build: string | null;
  readonly key: string | null;
  /** The beginning of its bytes. */
  readonly value: string | null;
  readonly value_encoding: 'utf8' | 'base64' | '';
  readonly value_bytes: number;
}

/** How many records each stage has set aside. */
export async function readDeadLetterCounts(api: Api, signal: AbortSignal): Promise<readonly DeadLetterCount[]> {
  return (await api.get<{ items: readonly DeadLetterCount[] }>('/api/history/v1/dead-letters', {}, signal)).items;
}

/** The latest records that a stage has set aside. */
export async function readDeadLetters(api: Api, stage: string, signal: AbortSignal): Promise<readonly DeadLetter[]> {
  const path = pathOf`/api/history/v1/dead-letters/${stage}`;
  return (await api.get<{ items: readonly DeadLetter[] }>(path, {}, signal)).items;
}
