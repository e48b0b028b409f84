import type { Batch } from './pack-batches.ts';

/**
 * Sends batches, several in flight at once. Reports how many events are accepted, counted from the first one without a
 * gap, so that an interrupted load can continue there. Stops at the first batch that fails, and throws its error.
 */
export async function sendBatches(
  batches: Iterator<Batch>,
  atOnce: number,
  send: (body: string) => Promise<void>,
  report: (takenFromStart: number) => void,
): Promise<void> {
  const pending: { events: number; taken: boolean }[] = [];
  let takenFromStart = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    for (let next = batches.next(); !failed && !next.done; next = batches.next()) {
      const entry = { events: next.value.events, taken: false };
      pending.push(entry);
      await send(next.value.body);
      entry.taken = true;
      while (pending[0]?.taken) takenFromStart += (pending.shift() as { events: number }).events;
      report(takenFromStart);
    }
  };
  const workers = Array.from({ length: atOnce }, () =>
    work().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  const ends = await Promise.allSettled(workers);
  const fault = ends.find((end) => end.status === 'rejected');
  if (fault !== undefined) throw fault.reason;
}
