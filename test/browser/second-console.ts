import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Credentials, freePortBase, serviceProcess, SupervisedProcess } from '@hilo/infra';

/** Another console on the stores and services of a stack, with settings of its own. */
export interface SecondConsole {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts another console beside a stack's. `env` gets its address. */
export async function startSecondConsole(
  credentials: Credentials,
  env: (url: string) => Promise<Readonly<Record<string, string>>>,
): Promise<SecondConsole> {
  const portBase = await freePortBase();
  const url = `http://127.0.0.1:${portBase}`;
  const folder = await mkdtemp(join(tmpdir(), 'hilo-console-'));
  const spec = serviceProcess('console', 0, {
    ...{ portBase, partitions: 4, credentials, firstPassword: null },
    env: await env(url),
  });
  const running = new SupervisedProcess(spec, { logs: folder, notes: folder, report: () => {} });
  const close = async (): Promise<void> => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await running.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
}
