import type { Fault } from '@hilo/schemas';

/** Nothing of a request can be taken, as reading it showed: thrown while its events are read. */
export class UnreadableRequest extends Error {
  override readonly name = 'UnreadableRequest';
  readonly fault: Fault;

  constructor(found: Fault) {
    super(found.message);
    this.fault = found;
  }
}
