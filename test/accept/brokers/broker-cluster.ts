import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, kafkaStore, SupervisedProcess } from '@hilo/infra';

const BROKERS = 3;

/** Three Kafka brokers on this machine, any one of which may fail. */
export interface BrokerCluster {
  readonly addresses: readonly string[];
  /** One for each broker. */
  readonly brokers: readonly SupervisedProcess[];
  close(): Promise<void>;
}

/** Starts three brokers of one cluster, each a process with its own data that its supervisor restarts when it dies. */
export async function startBrokerCluster(): Promise<BrokerCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-brokers-'));
  const ports = await freePorts(2 * BROKERS);
  const listeners = ports.slice(0, BROKERS);
  const controllerPorts = ports.slice(BROKERS);
  const surroundings = { logs: join(folder, 'logs'), notes: join(folder, 'notes'), report: () => undefined };
  for (const path of [surroundings.logs, surroundings.notes]) mkdirSync(path, { recursive: true });
  const brokers: SupervisedProcess[] = [];
  const close = async () => {
    await Promise.all(brokers.map((broker) => broker.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const [index, port] of listeners.entries()) {
      const store = kafkaStore({
        data: join(folder, `broker-${index + 1}`),
        port,
        controllerPort: controllerPorts[index] ?? 0,
        cluster: { nodeId: index + 1, controllerPorts },
      });
      await store.prepare();
      brokers.push(new SupervisedProcess(store.process, surroundings));
    }
    // A controller alone has no majority, and is not ready before the others are.
    await Promise.all(brokers.map((broker) => broker.start()));
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses: listeners.map((port) => `127.0.0.1:${port}`), brokers, close };
}
