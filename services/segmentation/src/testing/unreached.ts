import { UTC } from '@hilo/behaviour';
import { expect } from 'vitest';

const reached = (): never => expect.unreachable();

/** What answers about single memberships and their verification, for a test that asks for none. */
export const NO_MEMBERSHIPS = {
  states: { read: reached },
  events: { name: reached },
  history: { changes: reached },
  verify: { range: reached },
  verifications: { claim: reached, done: reached, latest: reached },
  zone: UTC,
};
