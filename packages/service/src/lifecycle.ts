import type { Logger } from './logger.ts';

/** A part of a service that runs beside its HTTP side: a stream stage, a producer, a background job. */
export interface Runnable {
  /** Absent: nothing is to be started. */
  start?(): Promise<void>;
  /** Takes nothing new, finishes what it has, lets go of its connections. Also called where `start` did not run. */
  stop?(): Promise<void>;
  /** True once it does its work; false makes the service answer "not ready". Absent: it always does. */
  ready?(): boolean;
  /** Rejects when the part can't go on; never resolves. */
  readonly failed?: Promise<never>;
}

/** Starts the parts one after the other, as long as `wanted` says so. */
export async function start(
  stages: Readonly<Record<string, Runnable>>,
  logger: Logger,
  wanted: () => boolean,
): Promise<void> {
  for (const [name, stage] of Object.entries(stages)) {
    if (!wanted()) return;
    await stage.start?.();
    logger.info({ stage: name }, 'Started');
  }
}

/** Stops the HTTP side, then the parts in the opposite order of their start; each step is logged alone. */
export async function stop(parts: {
  readonly http: { stop(): Promise<void> };
  readonly stages: Readonly<Record<string, Runnable>>;
  readonly logger: Logger;
}): Promise<void> {
  await parts.http.stop();
  parts.logger.info({ stage: 'http' }, 'Stopped');
  for (const [name, stage] of Object.entries(parts.stages).reverse()) {
    await stage.stop?.();
    parts.logger.info({ stage: name }, 'Stopped');
  }
}
