import type { MembershipChanged } from '@hilo/schemas';
import { Counter, Histogram } from 'prom-client';
import type { MembershipLogic } from '../processors/decide-membership.ts';
import { MEMBERSHIP_TOPIC } from '../topology.ts';

const decisions = new Counter({
  name: 'hilo_segmentation_decisions_total',
  help: 'Membership changes decided, by what caused them. A batch that had to be tried again counts again.',
  labelNames: ['status', 'reason'],
});
const lateness = new Histogram({
  name: 'hilo_segmentation_time_decision_lag_seconds',
  help: 'From the moment at which a change by time was due to its decision.',
  buckets: [0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60],
});

/** The logic with its decisions counted. */
export function countDecisions(logic: MembershipLogic): MembershipLogic {
  return {
    ...logic,
    publish(key, state, cause, at, shared) {
      const published = logic.publish(key, state, cause, at, shared);
      for (const outcome of published.outcomes) {
        if (outcome.kind !== 'forward' || outcome.topic !== MEMBERSHIP_TOPIC) continue;
        const { status, reason, event_time } = outcome.value as MembershipChanged;
        decisions.inc({ status, reason });
        if (reason === 'time' && event_time !== null) lateness.observe((at.now_ms - event_time) / 1_000);
      }
      return published;
    },
  };
}
