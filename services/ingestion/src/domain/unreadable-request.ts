import type { Fault } from '@hilo/schemas';

/** Thrown while the events of a request are read, if nothing of it can be taken. */
export class UnreadableRequest extends Error {
  override readonly name = 'UnreadableRequest';
  readonly fault: Fault;

  constructor(found: Fault) {
    super(found.message);
    this.fault = found;
  }
}
