import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * JSON lines on standard output, one a record. Never pass personal data or secrets to it. A line is written before the call
 * returns: pino's own writer would finish the one under way after those that a process writes as it ends, or never.
 */
export function createLogger(options: { readonly name: string; readonly level: string }): Logger {
  const output = pino.destination({ fd: process.stdout.fd, sync: true });
  return pino({ name: options.name, level: options.level, timestamp: pino.stdTimeFunctions.isoTime }, output);
}

/** Lets Nest write its own lines through pino; its start-up chatter is for debugging only. */
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
