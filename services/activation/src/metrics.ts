import type { DeliveryEnded } from '@hilo/schemas';
import { Counter, Gauge, Histogram } from 'prom-client';

/** What the service counts besides its stage. */
export interface ActivationMetrics {
  queued(count: number): void;
  ended(record: DeliveryEnded): void;
  attempted(outcome: string, seconds: number): void;
  deferred(reason: string): void;
  /** How many deliveries wait, and for how long the oldest has. */
  waiting(deliveries: number, oldestSeconds: number): void;
}

const LATENCY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const DELIVERY_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3600, 86_400];

/** Metrics in prom-client's default registry. */
export function activationMetrics(): ActivationMetrics {
  const queued = new Counter({
    name: 'hilo_activation_queued_deliveries_total',
    help: 'Deliveries created: one for each membership change and subscribed destination, and one for each retry.',
  });
  const ended = new Counter({
    name: 'hilo_activation_deliveries_total',
    help: 'Deliveries ended, by status and reason, each counted once.',
    labelNames: ['status', 'reason'],
  });
  const duration = new Histogram({
    name: 'hilo_activation_delivery_duration_seconds',
    help: 'From the creation of a delivery to its end, by status.',
    labelNames: ['status'],
    buckets: DELIVERY_BUCKETS_S,
  });
  const attempts = new Histogram({
    name: 'hilo_activation_attempt_duration_seconds',
    help: 'Time of one attempt, by its outcome: the class of an HTTP status, delivered, or why it failed.',
    labelNames: ['outcome'],
    buckets: LATENCY_BUCKETS_S,
  });
  const deferred = new Counter({
    name: 'hilo_activation_deferred_total',
    help: 'Attempts put off before they began, because the destination was busy or had been failing, or its type is of a newer release.',
    labelNames: ['reason'],
  });
  const waiting = new Gauge({
    name: 'hilo_activation_waiting_deliveries',
    help: 'Waiting deliveries, of all instances together; counted up to 100,000.',
  });
  const oldest = new Gauge({
    name: 'hilo_activation_oldest_delivery_seconds',
    help: 'How long the oldest waiting delivery has waited; each ends within a day.',
  });
  ended.inc({ status: 'delivered', reason: '' }, 0);
  return {
    queued: (count) => queued.inc(count),
    ended: ({ status, reason, created_at, ended_at }) => {
      ended.inc({ status, reason });
      duration.observe({ status }, Math.max(0, ended_at - created_at) / 1000);
    },
    attempted: (outcome, seconds) => attempts.observe({ outcome }, seconds),
    deferred: (reason) => deferred.inc({ reason }),
    waiting: (deliveries, oldestSeconds) => {
      waiting.set(deliveries);
      oldest.set(oldestSeconds);
    },
  };
}

/** Shows the failing destinations, as they are at the time of a scrape. */
export function watchCircuits(circuits: () => ReadonlyMap<string, boolean>): void {
  const open = new Gauge({
    name: 'hilo_activation_circuit_open',
    help: '1 while a destination that failed several times in a row gets at most single requests.',
    labelNames: ['destination'],
    collect: () => {
      open.reset();
      for (const [destination, isOpen] of circuits()) open.set({ destination }, isOpen ? 1 : 0);
    },
  });
}
