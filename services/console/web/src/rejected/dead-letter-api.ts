import type { Api as HistoryApi } from '@hilo/history/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api } from '../api/api.ts';

/** The most dead letters that one request may name. */
export const REPLAYED_AT_ONCE: HistoryApi['schemas']['Replay']['properties']['dead_letters']['maxItems'] = 200;

/** A record that a stage set aside. */
export type DeadLetter = SchemaOf<HistoryApi, 'DeadLetter'>;

/** How it stands with the replay of a dead letter; `possible`: nobody has asked for it. */
export type ReplayStanding = DeadLetter['replay'];

/** What became of a dead letter that somebody wants replayed. */
export type DeadLetterReplay = SchemaOf<HistoryApi, 'ReplayOutcome'>;

/** How many records each stage has set aside. */
export async function readDeadLetterCounts(api: Api, signal: AbortSignal) {
  return (await api.call('GET /api/history/v1/dead-letters', {}, { signal })).items;
}

/** The latest records that a stage has set aside. */
export async function readDeadLetters(api: Api, stage: string, signal: AbortSignal): Promise<readonly DeadLetter[]> {
  return (await api.call('GET /api/history/v1/dead-letters/{stage}', { params: { stage } }, { signal })).items;
}

/** Has the stage process dead letters again, `REPLAYED_AT_ONCE` at most. */
export async function replayDeadLetters(
  api: Api,
  stage: string,
  places: SchemaOf<HistoryApi, 'Replay'>['dead_letters'],
): Promise<readonly DeadLetterReplay[]> {
  const dead_letters = places.map(({ partition, offset }) => ({ partition, offset }));
  const input = { params: { stage }, body: { dead_letters } };
  return (await api.call('POST /api/history/v1/dead-letters/{stage}/replay', input)).items;
}
