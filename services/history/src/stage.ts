import { defineStage, type LoadSink } from '@hilo/streaming';
import { recordHistory } from './processors/record-history.ts';
import { TOPOLOGY } from './topology.ts';

/** What the stage loads into, and how long records wait for company: where few come, and at most where many come. */
export interface HistoryStageDependencies {
  readonly sink: LoadSink;
  readonly lingerMs: number;
  readonly lingerMaxMs: number;
}

/** Read this first. Every record of every stage becomes rows of ClickHouse, once. */
export function historyStage({ sink, lingerMs, lingerMaxMs }: HistoryStageDependencies) {
  return defineStage({ topology: TOPOLOGY, logic: recordHistory, sink, limits: { lingerMs, lingerMaxMs } });
}
