import { Counter } from 'prom-client';
import { LOCKS, REFUSALS, type SecurityEvent, SIGN_IN_FAILURES } from './domain/security-event.ts';

/** Counts sign-ins and refusals, each once. */
export interface ConsoleMetrics {
  happened(event: SecurityEvent): void;
}

const SIGNED_IN = { outcome: 'signed_in', reason: 'none' } as const;

/** Metrics in prom-client's default registry. */
export function consoleMetrics(): ConsoleMetrics {
  const signIns = new Counter({
    name: 'hilo_console_sign_ins_total',
    help: 'Attempts to sign in, by how they ended and why.',
    labelNames: ['outcome', 'reason'],
  });
  const refusals = new Counter({
    name: 'hilo_console_refusals_total',
    help: 'Requests that were refused because of who asked, by the code of the answer.',
    labelNames: ['reason'],
  });
  // Each series begins at zero: a rate of one that begins with its first event misses that event.
  signIns.inc(SIGNED_IN, 0);
  for (const reason of SIGN_IN_FAILURES) signIns.inc({ outcome: 'sign_in_failed', reason }, 0);
  for (const reason of LOCKS) signIns.inc({ outcome: 'locked_out', reason }, 0);
  for (const reason of REFUSALS) refusals.inc({ reason }, 0);
  return {
    happened: (event) => {
      if (event.what === 'refused') refusals.inc({ reason: event.reason });
      else if (event.what === 'signed_in') signIns.inc(SIGNED_IN);
      else if (event.what !== 'signed_out') signIns.inc({ outcome: event.what, reason: event.reason });
    },
  };
}
