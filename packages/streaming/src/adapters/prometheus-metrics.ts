import { Counter, Gauge, Histogram } from 'prom-client';
import { type Topology, topicsRead } from '../language/topology.ts';
import type { StageMetrics } from '../ports/metrics.ts';

const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const STEP_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const TIMER_BUCKETS = [0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60];
const LATENCY_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

const records = new Counter({
  name: 'hilo_stage_records_total',
  help: 'Records read by a stage, each counted once.',
  labelNames: ['stage', 'topic'],
});
const outputs = new Counter({
  name: 'hilo_stage_outputs_total',
  help: 'Records a stage wrote, counted once, when they are committed to be sent.',
  labelNames: ['stage', 'topic'],
});
const drops = new Counter({
  name: 'hilo_stage_drops_total',
  help:
    'Inputs with nothing to do, by reason; duplicate_delivery is a repeat on the wire, replayed_before a dead letter that ' +
    'was replayed before.',
  labelNames: ['stage', 'reason'],
});
const deadLetters = new Counter({
  name: 'hilo_stage_dead_letters_total',
  help: 'Records written to the dead-letter topic.',
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
const stalled = new Gauge({
  name: 'hilo_stage_stalled_seconds',
  help: 'How long a partition has had input and made no progress; 0 while it goes on or has nothing to do.',
  labelNames: ['stage', 'partition'],
});
const gaps = new Gauge({
  name: 'hilo_stage_gap',
  help: '1 while a partition is held because a record before it is missing.',
  labelNames: ['stage', 'partition'],
});
const unreadables = new Gauge({
  name: 'hilo_stage_unreadable',
  help: '1 while a partition is held at a record that cannot be read, of a topic that only Hilo writes to.',
  labelNames: ['stage', 'partition'],
});
const notStarted = new Gauge({
  name: 'hilo_stage_not_started',
  help: '1 while an assigned partition is not read because its store or its log must be repaired first, by reason.',
  labelNames: ['stage', 'partition', 'reason'],
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
  help: 'Keys that publish nothing because an announced handover has not arrived.',
  labelNames: ['stage'],
});
const waitingSeconds = new Gauge({
  name: 'hilo_stage_waiting_seconds',
  help: 'How long the oldest of these keys has waited; more than a minute is an alert.',
  labelNames: ['stage'],
});

const bugs = new Counter({
  name: 'hilo_stage_bugs_total',
  help: 'Inputs that met a bug and were set aside.',
  labelNames: ['stage'],
});
const heldKeys = new Gauge({
  name: 'hilo_stage_held_keys',
  help: 'Keys that are held because of a bug: what comes for them is set aside behind it.',
  labelNames: ['stage'],
});

const wakeDue = new Gauge({
  name: 'hilo_stage_wake_due_seconds',
  help: 'How long the oldest due wake-up has waited, for whatever reason.',
  labelNames: ['stage'],
});
const wakeOverdue = new Gauge({
  name: 'hilo_stage_wake_overdue_seconds',
  help: 'How long the oldest wake-up has been due whose inputs are read up to its time: nothing should hold it.',
  labelNames: ['stage'],
});
const timeBehind = new Gauge({
  name: 'hilo_stage_time_behind_seconds',
  help: 'How far behind the clock on the wall each partition is that the time of a stage comes from, by stage and partition.',
  labelNames: ['stage', 'origin'],
});
const eventLag = new Gauge({
  name: 'hilo_stage_event_lag_seconds',
  help: 'How long ago the newest event of the last batch had happened, by the time of the event.',
  labelNames: ['stage'],
});
const latency = new Histogram({
  name: 'hilo_stage_latency_seconds',
  help: 'From the receipt of an event to the commit of the stage, for the first event of each batch.',
  labelNames: ['stage'],
  buckets: LATENCY_BUCKETS,
});

/** Metrics of one stage in prom-client's default registry. Initialises the counters of its topics to zero. */
export function prometheusMetrics(topology: Topology): StageMetrics {
  const { stage } = topology;
  for (const topic of topicsRead(topology)) records.inc({ stage, topic }, 0);
  for (const topic of [...topology.sinks, topology.deadLetter]) outputs.inc({ stage, topic }, 0);
  bugs.inc({ stage }, 0);
  const unreadable = new Set<number>();
  return {
    records: (topic, count) => records.inc({ stage, topic }, count),
    outputs: (topic, count) => outputs.inc({ stage, topic }, count),
    drops: (reason, count) => drops.inc({ stage, reason }, count),
    deadLetters: (reason) => deadLetters.inc({ stage, reason }),
    batch: (count) => batchRecords.observe({ stage }, count),
    step: (step, seconds) => batchSeconds.observe({ stage, step }, seconds),
    timerLag: (seconds) => timerLag.observe({ stage }, seconds),
    lag: (topic, partition, count) => lag.set({ stage, topic, partition }, count),
    stalled: (partition, seconds) => stalled.set({ stage, partition }, seconds),
    gap: (partition) => gaps.set({ stage, partition }, 1),
    unreadable: (partition, isHeld) => {
      if (isHeld) unreadable.add(partition);
      else if (!unreadable.delete(partition)) return;
      unreadables.set({ stage, partition }, isHeld ? 1 : 0);
    },
    notStarted: (partition, reason, isSo) => {
      if (isSo) notStarted.set({ stage, partition, reason }, 1);
      else notStarted.remove({ stage, partition, reason });
    },
    letGo: (partition, topics) => {
      for (const topic of topics) lag.remove({ stage, topic, partition });
      gaps.remove({ stage, partition });
      stalled.remove({ stage, partition });
      unreadables.remove({ stage, partition });
      unreadable.delete(partition);
    },
    retry: (reason) => retries.inc({ stage, reason }),
    owned: (count) => partitions.set({ stage }, count),
    bug: () => bugs.inc({ stage }),
    held: (keys) => heldKeys.set({ stage }, keys),
    waiting: (keys, oldestSeconds) => {
      waitingKeys.set({ stage }, keys);
      waitingSeconds.set({ stage }, oldestSeconds);
    },
    wakes: (dueSeconds, overdueSeconds) => {
      wakeDue.set({ stage }, dueSeconds);
      wakeOverdue.set({ stage }, overdueSeconds);
    },
    timeBehind: (seconds) => {
      timeBehind.reset();
      for (const [origin, behind] of seconds) timeBehind.set({ stage, origin }, behind);
    },
    eventLag: (seconds) => eventLag.set({ stage }, seconds),
    latency: (seconds) => latency.observe({ stage }, seconds),
  };
}
