import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * Writes JSON lines to standard output, one per record. Never pass personal data or secrets to it. A call writes its
 * line before it returns: pino's own writer might finish a line after those that a process writes as it ends, or never.
 * `also` gets each line that was written.
 */
export function createLogger(options: {
  readonly name: string;
  readonly level: string;
  readonly also?: ((line: string) => void) | undefined;
}): Logger {
  const { name, level, also } = options;
  const output = pino.destination({ fd: process.stdout.fd, sync: true });
  const settings = { name, level, timestamp: pino.stdTimeFunctions.isoTime };
  if (also === undefined) return pino(settings, output);
  const both = {
    write: (line: string): void => {
      output.write(line);
      also(line);
    },
  };
  return pino(settings, both);
}

/** Sends Nest's own lines through pino; its start-up messages are for debugging only. */
export function nestLogger(logger: Logger): LoggerService {
  const line =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]) => {
      const context = rest.at(-1);
      logger[level](
        typeof context === 'string' ? { context } : {},
        message instanceof Error ? (message.stack ?? message.message) : String(message),
      );
    };
  return {
    log: line('debug'),
    debug: line('debug'),
    verbose: line('debug'),
    warn: line('warn'),
    error: line('error'),
    fatal: line('fatal'),
  };
}
