import type { Logger } from './logger.ts';

/** A component that runs beside a service's HTTP server: a stream stage, a producer, a background job. */
export interface Runnable {
  /** Absent: nothing is to be started. */
  start?(): Promise<void>;
  /** Takes no new work, finishes the current work and closes its connections. Also called if `start` did not run. */
  stop?(): Promise<void>;
  /** True once it does its work; false makes the service answer "not ready". Absent: it always does. */
  ready?(): boolean;
  /** Rejects if the component cannot go on; never resolves. */
  readonly failed?: Promise<never>;
}

/** Starts the components one after the other, as long as `wanted` returns true. */
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

/** Stops the HTTP server, then the components in reverse order of their start; logs each step. */
export async function stop(dependencies: {
  readonly http: { stop(): Promise<void> };
  readonly stages: Readonly<Record<string, Runnable>>;
  readonly logger: Logger;
}): Promise<void> {
  await dependencies.http.stop();
  dependencies.logger.info({ stage: 'http' }, 'Stopped');
  for (const [name, stage] of Object.entries(dependencies.stages).reverse()) {
    await stage.stop?.();
    dependencies.logger.info({ stage: name }, 'Stopped');
  }
}
