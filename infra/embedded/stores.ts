import { join } from 'node:path';
import { clickhouseStore } from './clickhouse.ts';
import { readConfinement } from './clickhouse-confinement.ts';
import { kafkaStore } from './kafka.ts';
import type { Confinement } from './landlock.ts';
import { freePorts } from './ports.ts';
import { postgresStore, postgresUrl } from './postgres.ts';
import { registryStore, registryUrl } from './registry.ts';
import type { Store, StoreName } from './store.ts';
import { SupervisedProcess } from './supervised-process.ts';

/** Ports of the stores, on 127.0.0.1. */
export interface StorePorts {
  readonly registry: number;
  readonly kafka: number;
  readonly kafkaController: number;
  readonly clickhouseHttp: number;
  readonly clickhouseNative: number;
  readonly postgres: number;
}

/** Where the stores keep their data and listen, their passwords, and who is notified when one dies. */
export interface StoresOptions {
  readonly data: string;
  readonly ports: StorePorts;
  readonly postgresPassword: string;
  readonly clickhouse: {
    readonly user: string;
    readonly password: string;
    /** The history service's: inserts rows and reads them. */
    readonly loaderUser: string;
    readonly loaderPassword: string;
    /** Can read database `hilo` and nothing else. */
    readonly readonlyUser: string;
    readonly readonlyPassword: string;
  };
  /** A line for people. */
  report(line: string): void;
}

/** Free ports for the stores. */
export async function freeStorePorts(): Promise<StorePorts> {
  const [registry = 0, kafka = 0, kafkaController = 0, clickhouseHttp = 0, clickhouseNative = 0, postgres = 0] =
    await freePorts(6);
  return { registry, kafka, kafkaController, clickhouseHttp, clickhouseNative, postgres };
}

/** An embedded store by its name. Throws if this machine lacks what it needs. */
function embeddedStore(name: StoreName, { data, ports, postgresPassword, clickhouse }: StoresOptions): Store {
  const folder = join(data, name);
  switch (name) {
    case 'kafka':
      return kafkaStore({ data: folder, port: ports.kafka, controllerPort: ports.kafkaController });
    case 'registry':
      return registryStore({ data: folder, port: ports.registry });
    case 'postgres':
      return postgresStore({ data: folder, port: ports.postgres, password: postgresPassword });
    case 'clickhouse':
      return clickhouseStore({
        data: folder,
        httpPort: ports.clickhouseHttp,
        nativePort: ports.clickhouseNative,
        user: clickhouse.user,
        password: clickhouse.password,
        loaderUser: clickhouse.loaderUser,
        loaderPassword: clickhouse.loaderPassword,
        readonlyUser: clickhouse.readonlyUser,
        readonlyPassword: clickhouse.readonlyPassword,
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      });
  }
}

/** Real stores on this machine, each a process that is restarted when it dies. */
export class EmbeddedStores {
  readonly #wanted: readonly StoreName[];
  readonly #options: StoresOptions;
  readonly #processes = new Map<string, SupervisedProcess>();
  #stopped = false;

  constructor(wanted: readonly StoreName[], options: StoresOptions) {
    this.#wanted = wanted;
    this.#options = options;
  }

  /** The stores' addresses, as clients use them. */
  get addresses() {
    const { ports, postgresPassword, clickhouse } = this.#options;
    return {
      kafkaBrokers: [`127.0.0.1:${ports.kafka}`],
      registryUrl: registryUrl(ports.registry),
      postgresUrl: postgresUrl({ port: ports.postgres, password: postgresPassword }),
      clickhouse: { url: `http://127.0.0.1:${ports.clickhouseHttp}`, ...clickhouse },
    };
  }

  /** The running processes, by the store's name. */
  get processes(): ReadonlyMap<string, SupervisedProcess> {
    return this.#processes;
  }

  /** Starts all at once; resolves when each answers. If that rejects, `stop` ends the others. */
  async start(): Promise<void> {
    const { data, report } = this.#options;
    const surroundings = { logs: join(data, 'logs'), notes: join(data, 'run'), report };
    await Promise.all(
      this.#wanted.map(async (name) => {
        const store = embeddedStore(name, this.#options);
        await store.prepare();
        if (this.#stopped) return;
        const running = new SupervisedProcess(store.process, surroundings);
        this.#processes.set(name, running);
        await running.start();
      }),
    );
  }

  /** The confinement of the running ClickHouse: without it, a statement can read files. */
  get clickhouseConfinement(): Confinement {
    return readConfinement(join(this.#options.data, 'clickhouse'));
  }

  /** Waits until each answers, or answers again. */
  async ready(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((one) => one.ready()));
  }

  /** Ends all of them cleanly; the data stays. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#processes.values()].map((one) => one.stop()));
  }
}
