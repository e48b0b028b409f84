import { once } from 'node:events';
import { type ChildProcess, spawn } from 'node:child_process';
import { STORE_NAMES, storePorts } from '@hilo/infra';
import { sharedStack } from '@hilo/test-stack';
import { afterAll, describe, expect, it } from 'vitest';
import { allListeners, lineOf, type Listener } from './listeners.ts';

const { consoleUrl, instances, operations } = sharedStack();
const portOf = (url: string) => Number(new URL(url).port);
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill();
});

/** What the processes listen on that have one of these ports, and what their own children do. */
function listenersAt(ports: readonly number[]): readonly Listener[] {
  const all = allListeners();
  const owners = new Set(all.filter(({ port }) => ports.includes(port)).map(({ pid }) => pid));
  return all.filter(({ pid }) => lineOf(pid).some((one) => owners.has(one)));
}

/** A process that listens on a free port of the loopback address, and on one of `host`. Resolves with the first. */
async function listensOn(host: string): Promise<number> {
  const program = `const { createServer } = require('node:net');
    const own = createServer().listen(0, '127.0.0.1', () =>
      createServer().listen(0, ${JSON.stringify(host)}, () => console.log(own.address().port)));`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return Number(said.toString());
}

const describeListeners = () =>
  describe('a stack as `npm start` starts it', () => {
    it('listens nowhere beyond this machine, with any of its processes', () => {
      const services = [...Object.values(instances), ...Object.values(operations)].flat().map(portOf);
      const stores = Object.values(storePorts(portOf(consoleUrl)));
      const found = listenersAt([...services, ...stores]);
      const ports = found.map(({ port }) => port);
      for (const port of services) expect(ports).toContain(port);
      const embedded = stores.filter((port) => ports.includes(port));
      // Stores elsewhere, such as in containers, are not the stack's.
      if (embedded.length > 0) expect(embedded.length).toBeGreaterThanOrEqual(STORE_NAMES.length);
      expect(found.filter(({ isLoopback }) => !isLoopback)).toEqual([]);
    });

    it.each(['0.0.0.0', '::'])('would be seen if one listened on %s', async (host) => {
      const found = listenersAt([await listensOn(host)]);
      expect(found).toHaveLength(2);
      expect(found.filter(({ isLoopback }) => !isLoopback)).toHaveLength(1);
    });

    it.each(['127.0.0.1', '127.3.2.1', '::1'])('may listen on %s', async (host) => {
      const found = listenersAt([await listensOn(host)]);
      expect(found.map(({ isLoopback }) => isLoopback)).toEqual([true, true]);
    });
  });

// Only Linux shows who listens where.
if (process.platform === 'linux') describeListeners();
