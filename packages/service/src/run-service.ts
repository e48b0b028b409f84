import type { Logger } from './logger.ts';
import { type Runnable, start, stop } from './lifecycle.ts';
import { type ServiceAppOptions, createServiceApp } from './service-app.ts';

export type { Runnable } from './lifecycle.ts';

/** What runs a service. */
export interface ServiceOptions extends Omit<ServiceAppOptions, 'ready'> {
  readonly host: string;
  readonly port: number;
  /** Where it serves its health, metrics and OpenAPI document to those who run it. */
  readonly operations: { readonly host: string; readonly port: number };
  /** By name, in the order in which they start. They stop in reverse order, after the HTTP server. */
  readonly stages: Readonly<Record<string, Runnable>>;
  /** Sends the log to another system; starts first and stops last. Absent: nothing does. */
  readonly shipper?: Runnable | undefined;
}

/** If a stop takes longer than this, the process ends with 1, as if it had been killed. */
const STOP_DEADLINE_MS = 25_000;

/**
 * Runs a service until SIGTERM or SIGINT: listens, starts the stages, and on a signal stops taking requests, then stops
 * the stages, and exits with 0. Its operations port stays open until then. If a stage fails or an error is not caught, the process ends with 1. Its supervisor
 * restarts it, and the stages continue from their checkpoints.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const { logger } = options;
  process.on('uncaughtException', (error) => crash(logger, error, 'uncaught exception'));
  process.on('unhandledRejection', (error) => crash(logger, error, 'unhandled rejection'));
  await options.shipper?.start?.();
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  const app = await createServiceApp({
    ...options,
    ready: () => state === 'running' && Object.values(options.stages).every((stage) => stage.ready?.() ?? true),
  });
  const end = (signal: string): void => {
    if (state === 'stopping') return;
    state = 'stopping';
    logger.info({ signal }, 'Stopping');
    setTimeout(
      () => crash(logger, new Error('a stage or a request did not end'), 'stop took too long'),
      STOP_DEADLINE_MS,
    ).unref();
    const stopped = stop({ http: { stop: () => app.nest.close() }, stages: options.stages, logger });
    void stopped
      .then(() => options.shipper?.stop?.())
      .then(
        () => process.exit(0),
        (error: unknown) => crash(logger, error, 'stop failed'),
      );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  const { host, port, operations } = options;
  await app.operations.listen(operations);
  await app.nest.listen(port, host);
  logger.info({ host, port, operations, tls: (options.tls ?? null) !== null }, 'Listening');
  for (const [name, stage] of Object.entries(options.stages))
    stage.failed?.catch((error: unknown) => crash(logger, error, `stage ${name} failed`));
  await start(options.stages, logger, () => state === 'starting');
  if (state === 'starting') state = 'running';
}

function crash(logger: Logger, error: unknown, what: string): never {
  logger.fatal({ err: error }, `Ending: ${what}`);
  process.exit(1);
}
