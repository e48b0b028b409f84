import { UTC } from '@hilo/behaviour';
import { expect } from 'vitest';

const reached = (): never => expect.unreachable();

/** What answers about single memberships, for a test that asks for none. */
export const NO_MEMBERSHIPS = {
  states: { read: reached },
  events: { name: reached },
  history: { changes: reached },
  zone: UTC,
};
