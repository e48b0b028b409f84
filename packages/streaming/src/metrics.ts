import { Counter, Gauge, Histogram } from 'prom-client';

/** What a stage tells about itself. */
export interface StageMetrics {
  records(topic: string, count: number): void;
  outputs(topic: string, count: number): void;
  drops(reason: string, count: number): void;
  deadLetters(reason: string): void;
  batch(records: number): void;
  step(step: BatchStep, seconds: number): void;
  timerLag(seconds: number): void;
  lag(topic: string, partition: number, records: number): void;
  gap(partition: number): void;
  /** Another instance tells of the partition's lag and gaps from now on. */
  letGo(partition: number, topics: readonly string[]): void;
  retry(reason: string): void;
  owned(partitions: number): void;
  waiting(keys: number, oldest_seconds: number): void;
}

/** The steps of a batch that are timed. */
export type BatchStep = 'decode' | 'fold' | 'commit' | 'produce';

const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const STEP_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const TIMER_BUCKETS = [0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60];

const records = new Counter({
  name: 'hilo_stage_records_total',
  help: 'Records read by a stage, each counted once.',
  labelNames: ['stage', 'topic'],
});
const outputs = new Counter({
  name: 'hilo_stage_outputs_total',
  help: 'Records a stage wrote.',
  labelNames: ['stage', 'topic'],
});
const drops = new Counter({
  name: 'hilo_stage_drops_total',
  help: 'Inputs with nothing to do, by reason; duplicate_delivery is a repeat on the wire.',
  labelNames: ['stage', 'reason'],
});
const deadLetters = new Counter({
  name: 'hilo_stage_dead_letters_total',
  help: 'Records set aside in the dead-letter topic.',
  labelNames: ['stage', 'reason'],
});
const batchRecords = new Histogram({
  name: 'hilo_stage_batch_records',
  help: 'Inputs in a batch.',
  labelNames: ['stage'],
  buckets: BATCH_BUCKETS,
});
const batchSeconds = new Histogram({
  name: 'hilo_stage_batch_seconds',
  help: 'Time of one step of a batch.',
  labelNames: ['stage', 'step'],
  buckets: STEP_BUCKETS,
});
const timerLag = new Histogram({
  name: 'hilo_stage_timer_lag_seconds',
  help: 'How late a key was woken.',
  labelNames: ['stage'],
  buckets: TIMER_BUCKETS,
});
const lag = new Gauge({
  name: 'hilo_stage_lag_records',
  help: 'Records of a partition not yet read.',
  labelNames: ['stage', 'topic', 'partition'],
});
const gaps = new Gauge({
  name: 'hilo_stage_gap',
  help: '1 while a partition is held because a record before it is missing.',
  labelNames: ['stage', 'partition'],
});
const retries = new Counter({
  name: 'hilo_stage_retries_total',
  help: 'Batches tried again, by reason.',
  labelNames: ['stage', 'reason'],
});
const partitions = new Gauge({
  name: 'hilo_stage_partitions',
  help: 'Partitions this instance owns.',
  labelNames: ['stage'],
});

const waitingKeys = new Gauge({
  name: 'hilo_stage_waiting_keys',
  help: 'Keys that publish nothing because a hand-over they were told of is not in.',
  labelNames: ['stage'],
});
const waitingSeconds = new Gauge({
  name: 'hilo_stage_waiting_seconds',
  help: 'How long the oldest of these keys has waited; more than a minute is an alert.',
  labelNames: ['stage'],
});

/** Metrics of one stage in prom-client's default registry. */
export function prometheusMetrics(stage: string): StageMetrics {
  return {
    records: (topic, count) => records.inc({ stage, topic }, count),
    outputs: (topic, count) => outputs.inc({ stage, topic }, count),
    drops: (reason, count) => drops.inc({ stage, reason }, count),
    deadLetters: (reason) => deadLetters.inc({ stage, reason }),
    batch: (count) => batchRecords.observe({ stage }, count),
    step: (step, seconds) => batchSeconds.observe({ stage, step }, seconds),
    timerLag: (seconds) => timerLag.observe({ stage }, seconds),
    lag: (topic, partition, count) => lag.set({ stage, topic, partition }, count),
    gap: (partition) => gaps.set({ stage, partition }, 1),
    letGo: (partition, topics) => {
      for (const topic of topics) lag.remove({ stage, topic, partition });
      gaps.remove({ stage, partition });
    },
    retry: (reason) => retries.inc({ stage, reason }),
    owned: (count) => partitions.set({ stage }, count),
    waiting: (keys, oldest_seconds) => {
      waitingKeys.set({ stage }, keys);
      waitingSeconds.set({ stage }, oldest_seconds);
    },
  };
}

/** Metrics that go nowhere, for drivers and simulations. */
export const NO_METRICS: StageMetrics = {
  records: () => undefined,
  outputs: () => undefined,
  drops: () => undefined,
  deadLetters: () => undefined,
  batch: () => undefined,
  step: () => undefined,
  timerLag: () => undefined,
  lag: () => undefined,
  gap: () => undefined,
  letGo: () => undefined,
  retry: () => undefined,
  owned: () => undefined,
  waiting: () => undefined,
};
