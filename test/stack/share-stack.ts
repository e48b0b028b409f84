import type { Credentials } from '@hilo/infra';
import type { TestProject } from 'vitest/node';
import { openStack } from './open-stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the stack that a run of vitest shares. */
    credentials: Credentials;
  }
}

/** Global set-up of vitest: one stack for all files of a run; tests get it by `sharedStack()`. */
export default async function shareStack(project: TestProject): Promise<() => Promise<void>> {
  const opened = await openStack();
  project.provide('credentials', opened.credentials);
  return () => opened.close();
}
