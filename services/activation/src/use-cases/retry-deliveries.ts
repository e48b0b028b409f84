import { retryId } from '../domain/delivery.ts';
import type { DeliveryReader, DeliveryRow, RetryLog } from '../ports.ts';

/** What may become of a retry, with its meaning; docs/reasons.md lists the same. */
export const RETRY_STATES = {
  retried: 'Activation sends it again, as the delivery that `retried_as` names.',
  asked: 'Kafka has the request durably; the stage has not processed it yet.',
  superseded: 'A later change of the same profile and segment has arrived, so this one is out of date.',
  not_failed: 'The delivery is waiting, or ended as delivered or filtered.',
  not_kept: 'The change it carried is no longer kept.',
  not_found: 'No such delivery exists, or it is no longer kept.',
} as const;

/** The result of a retry. */
export interface RetryOutcome {
  readonly delivery_id: string;
  readonly state: keyof typeof RETRY_STATES;
  /** The delivery that sends it again, once that is certain. */
  readonly retried_as: string | null;
}

/** Sends failed deliveries again, each once. */
export type RetryDeliveries = (ids: readonly string[]) => Promise<readonly RetryOutcome[]>;

/** What a retry needs. */
export interface RetryDependencies {
  readonly deliveries: Pick<DeliveryReader, 'find'>;
  readonly log: RetryLog;
  readonly nowMs: () => number;
  readonly pause: (timeMs: number) => Promise<void>;
}

/** How long an answer waits for the stage to process the retries. */
const TAKEN_UP_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 50;

/**
 * Asks the stage, which owns the deliveries, to send failed ones again, and answers what became of each. Asking again changes
 * nothing and is answered alike. Rejects with `RetryLogUnavailableError`.
 */
export function retryDeliveries(dependencies: RetryDependencies): RetryDeliveries {
  return async (ids) => {
    const wanted = [...new Set(ids)];
    let rows = await rowsOf(dependencies, wanted);
    const asked = [...rows.values()].filter(({ retry }) => retry === 'possible');
    if (asked.length > 0) {
      const asked_at = dependencies.nowMs();
      await dependencies.log.append(
        asked.map(({ delivery_id, profile_id }) => ({ delivery_id, profile_id, asked_at })),
      );
      // Counts pauses instead of reading a clock, which may step back.
      let waitedMs = 0;
      do {
        await dependencies.pause(LOOK_EVERY_MS);
        waitedMs += LOOK_EVERY_MS;
        rows = await rowsOf(dependencies, wanted);
      } while (waitedMs < TAKEN_UP_WITHIN_MS && [...rows.values()].some(({ retry }) => retry === 'possible'));
    }
    return wanted.map((delivery_id) => outcomeOf(delivery_id, rows.get(delivery_id)));
  };
}

async function rowsOf(
  { deliveries }: RetryDependencies,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DeliveryRow>> {
  return new Map((await deliveries.find(ids)).map((row) => [row.delivery_id, row]));
}

function outcomeOf(delivery_id: string, row: DeliveryRow | undefined): RetryOutcome {
  const state = stateOf(row);
  return { delivery_id, state, retried_as: state === 'retried' ? retryId(delivery_id) : null };
}

function stateOf(row: DeliveryRow | undefined): RetryOutcome['state'] {
  if (row === undefined) return 'not_found';
  if (row.status !== 'failed') return 'not_failed';
  return row.retry === 'possible' ? 'asked' : (row.retry ?? 'not_kept');
}
