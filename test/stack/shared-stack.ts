import type { Credentials } from '@hilo/infra';
import { inject } from 'vitest';
import type {} from './share-stack.ts';

/** The stack that all test files of this run share (`test/whole-stack.vitest.config.ts`). */
export function sharedStack(): Credentials {
  return inject('credentials');
}
