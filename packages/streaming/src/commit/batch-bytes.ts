import type { Statement } from '../language/logic.ts';
import type { OutboxRow } from '../ports/store.ts';

/** Most bytes of states to load for one batch: beyond, the batch is halved. */
export const STATE_BYTES = 32 * 1024 * 1024;
/** Most bytes of a commit that can be split. */
const COMMIT_BYTES = 64 * 1024 * 1024;
/** Most bytes of the commit of a single input: PostgreSQL accepts no message of a gigabyte. */
const SINGLE_COMMIT_BYTES = 512 * 1024 * 1024;

/** A batch holds more than can be loaded or committed at once; half of it may fit. */
export class BatchTooLargeError extends Error {
  override readonly name = 'BatchTooLargeError';
}

/** Throws `BatchTooLargeError` if the commit of a batch of this many inputs is too large. */
export function refuseTooLarge(
  inputs: number,
  outbox: readonly (readonly OutboxRow[])[],
  writes: readonly Statement[],
): void {
  let bytes = 0;
  for (const rows of outbox) for (const { body } of rows) bytes += body.length;
  for (const { values } of writes) bytes += bytesOf(values);
  if (bytes > (inputs > 1 ? COMMIT_BYTES : SINGLE_COMMIT_BYTES))
    throw new BatchTooLargeError(`a commit of ${inputs} inputs holds ${bytes} bytes`);
}

/** Approximate bytes of a value in a statement. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 0;
  for (const one of Array.isArray(value) ? value : Object.values(value)) bytes += bytesOf(one);
  return bytes;
}
