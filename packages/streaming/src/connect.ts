import { randomUUID } from 'node:crypto';
import { type RegistryAuth, RegistryCodec } from '@hilo/schemas';
import type { FetchPatience } from './adapters/fetch-patience.ts';
import { kafkaClient, type KafkaSecurity } from './adapters/kafkajs-client.ts';
import { KafkajsConsumer } from './adapters/kafkajs-consumer.ts';
import { KafkajsLookup } from './adapters/kafkajs-lookup.ts';
import { KafkajsProducer } from './adapters/kafkajs-producer.ts';
import { KafkajsProgressLog, NO_PROGRESS } from './adapters/kafkajs-progress-log.ts';
import { PostgresStageStore } from './adapters/postgres-stage-store.ts';
import { prometheusMetrics } from './adapters/prometheus-metrics.ts';
import { warnOfRisks } from './adapters/warn-of-risks.ts';
import type { DefinedLoader, DefinedStage } from './define-stage.ts';
import { BatchRunner } from './fold/batch-runner.ts';
import { KeyedRunner } from './fold/keyed-runner.ts';
import type { TopicTypes } from './language/input.ts';
import type { BatchLogic, KeyedLogic } from './language/logic.ts';
import { stagesFollowed, type Topology, topicsRead } from './language/topology.ts';
import { DEFAULT_LOADER_LIMITS } from './loader/loader-limits.ts';
import { LoaderRuntime } from './loader/loader-runtime.ts';
import type { PartitionRuntime } from './partitions/partition-runtime.ts';
import { ProgressWatch } from './partitions/progress-watch.ts';
import { SYSTEM_CLOCK } from './ports/clock.ts';
import type { Logger } from './ports/logger.ts';
import type { Tracer } from './read/tracer.ts';
import { reportLag } from './reporting/report-lag.ts';
import { DEFAULT_LIMITS } from './stage/stage-limits.ts';
import { StageRuntime } from './stage/stage-runtime.ts';
import type { Origins } from './time/released-origins.ts';

/** A stage as a service runs it. */
export interface Stage {
  /** Connects and begins to run; resolves once connected. */
  start(): Promise<void>;
  /** Finishes the current batch, releases its partitions and disconnects. */
  stop(): Promise<void>;
  /** True once every assigned partition is owned and read. */
  ready(): boolean;
  /** Rejects if the stage ended because of a bug; the process must end then. */
  readonly failed: Promise<never>;
}

/** Where a stage finds its stores. */
export interface Connections {
  readonly kafkaBrokers: readonly string[];
  /** TLS and SASL; absent: neither. */
  readonly kafkaSecurity?: KafkaSecurity | undefined;
  readonly postgresUrl: string;
  readonly registryUrl: string;
  /** Credentials for the registry; null or absent: none. */
  readonly registryAuth?: RegistryAuth | null | undefined;
  /** Name of the instance, for logs. */
  readonly instance: string;
  /** Partition count of all topics. */
  readonly partitions: number;
  readonly logger: Logger;
  /** `off`: other instances run the stage, and this one connects to nothing; absent: it runs. */
  readonly stage?: 'on' | 'off';
  /** Version of the running code, for dead letters. */
  readonly build?: string;
  /** Traces sampled events; absent: nothing is traced. */
  readonly tracer?: Tracer | null;
}

const MAX_CACHED_ROWS = 20_000;
const MAX_CACHED_BYTES = 24 * 1024 * 1024;

/** Wires a stage to Kafka, the registry and PostgreSQL; a loader to its sink besides. */
export function connectStage<View, M extends TopicTypes, S, Shared>(
  defined: FoldingStage<View, M, S, Shared>,
  connections: Connections,
): Stage & { readonly origins: Origins };
export function connectStage<T extends Topology>(defined: DefinedLoader<T>, connections: Connections): Stage;
export function connectStage<View, M extends TopicTypes, S, Shared, T extends Topology>(
  defined: FoldingStage<View, M, S, Shared> | DefinedLoader<T>,
  connections: Connections,
): Stage {
  return 'sink' in defined ? connectLoader(defined, connections) : connectFolding(defined, connections);
}

type FoldingStage<View, M extends TopicTypes, S, Shared> = DefinedStage<
  Topology,
  BatchLogic<View, M> | KeyedLogic<S, M, Shared>
>;

function connectFolding<View, M extends TopicTypes, S, Shared>(
  defined: FoldingStage<View, M, S, Shared>,
  connections: Connections,
): Stage & { readonly origins: Origins } {
  const { logic } = defined;
  const { stage, runtime } = run({ ...connections, ...defined }, (wired) => {
    const runner =
      logic.kind === 'batch'
        ? new BatchRunner(logic)
        : new KeyedRunner(logic, { maxRows: MAX_CACHED_ROWS, maxBytes: MAX_CACHED_BYTES });
    return new StageRuntime({
      ...wired,
      runner,
      handoverTopic: logic.kind === 'keyed' ? (logic.merge?.topic ?? null) : null,
      limits: { ...DEFAULT_LIMITS, ...defined.limits },
      effector: defined.effector ?? null,
    });
  });
  return { ...stage, origins: runtime.origins };
}

/** Rows gather before they are inserted anyway, so small fetches would only cost. */
const LOADER_FETCH: Partial<FetchPatience> = { minBytes: 256 * 1024, waitMs: 400 };

function connectLoader<T extends Topology>(defined: DefinedLoader<T>, connections: Connections): Stage {
  const { logic, sink } = defined;
  const limits = { ...DEFAULT_LOADER_LIMITS, ...defined.limits };
  return run(
    { fetch: LOADER_FETCH, ...connections, ...defined },
    (wired) => new LoaderRuntime({ ...wired, logic, sink, limits }),
  ).stage;
}

interface Wired extends Connections {
  readonly topology: Topology;
  readonly fetch?: Partial<FetchPatience>;
}

/** The dependencies of every kind of stage. */
function wire(options: Wired, crashed: (error: Error) => void, arrived: () => void) {
  const { topology, logger, partitions, registryUrl, registryAuth } = options;
  const kafka = kafkaClient({
    brokers: options.kafkaBrokers,
    security: options.kafkaSecurity,
    clientId: `hilo-${topology.stage}`,
    logger,
  });
  const consumer = new KafkajsConsumer({
    kafka,
    group: `hilo.${topology.stage}`,
    topics: topicsRead(topology),
    sinks: [...topology.sinks, topology.deadLetter],
    partitions,
    logger,
    fetch: options.fetch,
    crashed,
  });
  const codec = new RegistryCodec({ registryUrl, registryAuth });
  return {
    topology,
    partitions,
    logger,
    build: options.build ?? 'unknown',
    tracer: options.tracer ?? null,
    clock: SYSTEM_CLOCK,
    metrics: prometheusMetrics(topology),
    lookup: new KafkajsLookup(kafka),
    codec,
    progress:
      topology.time?.kind === 'wall'
        ? NO_PROGRESS
        : new KafkajsProgressLog({
            ...{ kafka, codec, stage: topology.stage, followed: stagesFollowed(topology) },
            ...{ logger, arrived, crashed },
          }),
    producer: new KafkajsProducer(kafka),
    consumer,
    store: new PostgresStageStore({
      url: options.postgresUrl,
      schema: topology.stage,
      owner: `${options.instance}/${randomUUID().slice(0, 8)}`,
    }),
  };
}

/** How often the lag is reported. */
const REPORT_LAG_EVERY_MS = 500;

/** The handle of an instance that leaves its stage to others. */
const LEFT_TO_OTHERS: Stage = {
  start: async () => undefined,
  stop: async () => undefined,
  ready: () => true,
  failed: new Promise<never>(() => undefined),
};

function run<R extends PartitionRuntime>(
  options: Wired,
  build: (wired: ReturnType<typeof wire>) => R,
): { readonly stage: Stage; readonly runtime: R } {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // The service awaits it; until then, a failure must not count as unhandled.
  failed.catch(() => undefined);
  const wired = wire(options, reject, () => runtime.heard());
  const runtime: R = build(wired);
  if (options.stage === 'off') return { stage: LEFT_TO_OTHERS, runtime };
  let ended: Promise<void> | undefined;
  let reporting: NodeJS.Timeout | undefined;
  const stage: Stage = {
    failed,
    ready: () => runtime.ready,
    start: async () => {
      await runtime.start();
      const { topology, lookup, store, logger } = wired;
      const topics = [...new Set([...topicsRead(topology), ...topology.sinks, topology.deadLetter])];
      await warnOfRisks({ store, lookup, topics, logger });
      await lookup.close();
      const watch = new ProgressWatch();
      const report = () => reportLag(wired.metrics, wired.consumer, runtime, watch, performance.now());
      reporting = setInterval(report, REPORT_LAG_EVERY_MS);
      ended = runtime.run().catch(reject);
    },
    stop: async () => {
      runtime.stop();
      await ended;
      clearInterval(reporting);
      await runtime.close();
    },
  };
  return { stage, runtime };
}
