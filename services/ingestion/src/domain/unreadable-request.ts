import type { Fault } from '@hilo/schemas';

/** Thrown while the events of a request are read, if nothing of it can be taken. */
export class UnreadableRequestError extends Error {
  override readonly name = 'UnreadableRequestError';
  readonly fault: Fault;

  constructor(found: Fault) {
    super(found.message);
    this.fault = found;
  }
}
