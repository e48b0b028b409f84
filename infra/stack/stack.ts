import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { keepToOwners } from '../embedded/own-files.ts';
import { STORE_NAMES } from '../embedded/store.ts';
import { EmbeddedStores } from '../embedded/stores.ts';
import { SupervisedProcess } from '../embedded/supervised-process.ts';
import { setUp } from '../setup/set-up.ts';
import { type ServiceName, serviceUrl, storePorts, takenPorts } from './addresses.ts';
import { type Credentials, type StoreAddresses, writeCredentials } from './credentials.ts';
import { createDemoSource } from './demo-source.ts';
import { firstPassword } from './first-password.ts';
import { builtServices, ownProcess, type ServiceOptions, serviceProcess } from './service-process.ts';
import { notesFolder, releaseFolder, takeFolder } from './state-lock.ts';

/** A whole Hilo on this machine: the stores and every service. */
export interface StackOptions {
  /** Folder of all its state. */
  readonly data: string;
  readonly portBase: number;
  /** Of each service, 1 to 6. */
  readonly instances: number;
  /** Of each topic; fixed when the data folder is created. */
  readonly partitions: number;
  /** Which services to start; absent: all built ones. */
  readonly services?: readonly ServiceName[];
  /** Which of those to leave out. */
  readonly without?: readonly ServiceName[];
  /** Stores that run elsewhere; absent: the embedded ones. */
  readonly stores?: StoreAddresses;
  /** Further variables for every service. */
  readonly env?: Readonly<Record<string, string>>;
  /** And those of one service alone, such as its own user's name in a store. */
  readonly envOf?: (service: ServiceName) => Readonly<Record<string, string>>;
  /** A line for people. */
  report(line: string): void;
}

/** The history service's variable: whether it runs people's statements. */
const STATEMENTS = 'HILO_HISTORY_STATEMENTS';

/** A stack that runs, starts or stops. */
export class Stack {
  readonly #services = new Map<string, SupervisedProcess>();
  readonly #options: StackOptions;
  readonly #data: string;
  #stores: EmbeddedStores | null = null;
  #credentials: Credentials | null = null;
  #firstPassword: string | null = null;
  /** Further variables of every service. */
  #env: Readonly<Record<string, string>> = {};
  #stopped: Promise<void> | null = null;

  constructor(options: StackOptions) {
    this.#options = options;
    this.#data = resolve(options.data);
  }

  /** By name: `kafka`, `registry`, `postgres`, `clickhouse`, and `<service>-<instance>`. */
  get processes(): ReadonlyMap<string, SupervisedProcess> {
    return new Map([...(this.#stores?.processes ?? []), ...this.#services]);
  }

  /** What clients need; also in `credentials.json`. Throws before `start`. */
  get credentials(): Credentials {
    if (this.#credentials === null) throw new Error('the stack was not started');
    return this.#credentials;
  }

  /** Password of the console's first admin, at the start that added it; null at every other. Stored nowhere else. */
  get firstPassword(): string | null {
    return this.#firstPassword;
  }

  /** Resolves when every service is ready. Rejects with a readable reason; call `stop` to end what was started. */
  async start(): Promise<void> {
    const data = this.#data;
    const { portBase, instances } = this.#options;
    mkdirSync(data, { recursive: true, mode: 0o700 });
    await takeFolder(data);
    keepToOwners(data);
    const taken = await takenPorts(portBase, instances);
    if (taken.length > 0) {
      const ports = `port${taken.length > 1 ? 's' : ''} ${taken.join(', ')}`;
      throw new Error(`another program listens on ${ports}: end it, or choose others with --port-base N`);
    }
    this.#credentials = writeCredentials(data, portBase, instances, this.#options.stores);
    if (this.#options.stores === undefined) await this.#timed('stores', () => this.#startStores());
    await this.#timed('topics, schemas, tables', () => this.#setUp());
    await this.#timed('services', () => this.#startServices());
  }

  /** Sends a signal to a process, by its name. A process that dies of it restarts. */
  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): void {
    const found = this.processes.get(name);
    if (found === undefined) throw new Error(`no process ${name} in the stack`);
    found.kill(signal);
  }

  /**
   * Starts one more instance of a service, with further variables for it alone; its number must be unused. Resolves
   * with its address once it serves.
   */
  async add(service: ServiceName, instance: number, variables: Readonly<Record<string, string>> = {}): Promise<string> {
    await this.#startService(service, instance, { ...this.#env, ...variables });
    return serviceUrl(this.#options.portBase, service, instance);
  }

  /** Writes the environment of a service that was left out beside the state, and hands back the command that runs it. */
  ownCommand(service: ServiceName): string {
    const folder = join(this.#data, 'env');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${service}.env`);
    const { environment, command } = ownProcess(
      service,
      relative(process.cwd(), file),
      this.#serviceOptions(service, this.#env),
    );
    writeFileSync(file, environment, { mode: 0o600 });
    return command;
  }

  /** Waits until every process serves, or serves again. */
  async ready(): Promise<void> {
    await Promise.all([...this.processes.values()].map((one) => one.ready()));
  }

  /** Ends the services, then the stores; the data stays. Idempotent, also during a start. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    await Promise.all([...this.#services.values()].map((one) => one.stop()));
    await this.#stores?.stop();
    releaseFolder(this.#data);
  }

  async #timed(what: string, work: () => Promise<void>): Promise<void> {
    const startedMs = performance.now();
    await work();
    this.#refuseIfStopped();
    this.#options.report(`  ✓ ${what} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
  }

  #refuseIfStopped(): void {
    if (this.#stopped !== null) throw new Error('stopped while starting');
  }

  #startStores(): Promise<void> {
    const { clickhouse, postgresUrl } = this.credentials;
    this.#stores = new EmbeddedStores(STORE_NAMES, {
      data: this.#data,
      ports: storePorts(this.#options.portBase),
      postgresPassword: decodeURIComponent(new URL(postgresUrl).password),
      clickhouse,
      report: this.#options.report,
    });
    return this.#stores.start();
  }

  async #setUp(): Promise<void> {
    const { kafkaBrokers, registryUrl, postgresUrl, postgresUrls, clickhouse } = this.credentials;
    await setUp({
      kafkaBrokers,
      registryUrl,
      postgresUrl,
      postgresUrls,
      clickhouse,
      partitions: this.#options.partitions,
    });
  }

  /** Turns people's statements off if one could read this machine's files, unless the environment allows them. */
  #statements(): Readonly<Record<string, string>> {
    if (this.#stores === null || this.#stores.clickhouseConfinement !== 'none') return {};
    const wanted = process.env[STATEMENTS];
    const what = 'This system has no Landlock: a ClickHouse statement can read files of this machine.';
    this.#options.report(
      wanted === 'on'
        ? `  ! ${what} You allow statements all the same (${STATEMENTS}=on).`
        : `  ! ${what} So Explore is off; ${STATEMENTS}=on allows it.`,
    );
    return { [STATEMENTS]: wanted ?? 'off' };
  }

  async #startServices(): Promise<void> {
    const { instances, without = [], env = {} } = this.#options;
    const services = (this.#options.services ?? builtServices()).filter((service) => !without.includes(service));
    if (services.includes('console'))
      this.#firstPassword = await firstPassword(this.credentials.postgresUrl, { ...process.env, ...env });
    this.#env = { ...this.#statements(), ...env };
    await Promise.all(
      services.flatMap((service) =>
        Array.from({ length: instances }, (_, instance) => this.#startService(service, instance, this.#env)),
      ),
    );
    if (services.includes('ingestion')) await createDemoSource(this.credentials);
  }

  async #startService(service: ServiceName, instance: number, env: Readonly<Record<string, string>>): Promise<void> {
    const spec = serviceProcess(service, instance, this.#serviceOptions(service, env));
    const { report } = this.#options;
    const surroundings = { logs: join(this.#data, 'logs'), notes: notesFolder(this.#data), report };
    const running = new SupervisedProcess(spec, surroundings);
    this.#services.set(spec.name, running);
    await running.start();
  }

  #serviceOptions(service: ServiceName, variables: Readonly<Record<string, string>>): ServiceOptions {
    const { portBase, partitions, envOf } = this.#options;
    const env = { ...variables, ...envOf?.(service) };
    return { portBase, partitions, credentials: this.credentials, firstPassword: this.#firstPassword, env };
  }
}

/** Starts a stack; if that fails, ends what was started and rejects with the reason. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stack = new Stack(options);
  try {
    await stack.start();
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}
