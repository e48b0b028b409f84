import { type Api, pathOf } from '../api/api.ts';

/** The most letters that one request may name. */
export const REPLAYED_AT_ONCE = 200;

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
  readonly replay: ReplayStanding;
  readonly replayed_at: string | null;
}

/** How it stands with the replay of a letter; `possible`: nobody has asked for it. */
export type ReplayStanding =
  | 'possible'
  | 'waiting'
  | 'processed'
  | 'set_aside_again'
  | 'processed_in_part'
  | 'not_replayable';

/** Where a letter lies in its stage's dead-letter topic. */
type LetterPlace = Pick<DeadLetter, 'partition' | 'offset'>;

/** What became of a letter that somebody wants replayed. */
export interface LetterReplay extends LetterPlace {
  readonly state: 'sent' | 'replayed_before' | 'not_found' | 'left_out' | 'processed_in_part' | 'not_replayable';
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

/** Has the stage process letters again, `REPLAYED_AT_ONCE` at most. */
export async function replayLetters(
  api: Api,
  stage: string,
  places: readonly LetterPlace[],
): Promise<readonly LetterReplay[]> {
  const path = pathOf`/api/history/v1/dead-letters/${stage}/replay`;
  const letters = places.map(({ partition, offset }) => ({ partition, offset }));
  return (await api.post<{ items: readonly LetterReplay[] }>(path, { letters })).items;
}
