import { Counter, Gauge, Histogram } from 'prom-client';

/** What the service counts besides its stage. */
export interface ActivationMetrics {
  ended(status: string, reason: string): void;
  attempted(outcome: string, seconds: number): void;
  deferred(reason: string): void;
  circuit(destination: string, open: boolean): void;
}

const LATENCY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics in prom-client's default registry. */
export function activationMetrics(): ActivationMetrics {
  const ended = new Counter({
    name: 'hilo_activation_deliveries_total',
    help: 'Deliveries ended, by status and reason. A batch that is folded again counts again.',
    labelNames: ['status', 'reason'],
  });
  const attempts = new Histogram({
    name: 'hilo_activation_attempt_duration_seconds',
    help: 'Time of one request to a destination, by its outcome: the class of the status, timeout, network or blocked_address.',
    labelNames: ['outcome'],
    buckets: LATENCY_BUCKETS_S,
  });
  const deferred = new Counter({
    name: 'hilo_activation_deferred_total',
    help: 'Attempts put off without a request, because the destination was busy or had been failing.',
    labelNames: ['reason'],
  });
  const open = new Gauge({
    name: 'hilo_activation_circuit_open',
    help: '1 while a destination that failed several times in a row gets no requests.',
    labelNames: ['destination'],
  });
  return {
    ended: (status, reason) => ended.inc({ status, reason }),
    attempted: (outcome, seconds) => attempts.observe({ outcome }, seconds),
    deferred: (reason) => deferred.inc({ reason }),
    circuit: (destination, is_open) => open.set({ destination }, is_open ? 1 : 0),
  };
}
