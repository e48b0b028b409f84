import type { InstanceState, ServiceState, StageState } from '../live/overview.ts';

/** A stage's condition: `down` and `starting` describe its processes, the others its throughput. */
export type StageCondition = 'down' | 'starting' | 'behind' | 'flowing' | 'idle';

/** A stage is behind if records wait for longer than this many seconds' worth. */
const BEHIND_AFTER_S = 5;

/** Below this many waiting records nobody is behind: batches come and go. */
const FEW_RECORDS = 1_000;

/** A stage's condition, from its figures and its service's processes. */
export function conditionOf(stage: StageState, services: readonly ServiceState[]): StageCondition {
  const states = stateOf(services.find(({ service }) => service === stage.stage));
  if (states !== 'ready') return states;
  const rate = stage.records_per_s ?? 0;
  const lag = stage.lag_records ?? 0;
  if (lag > FEW_RECORDS && lag > rate * BEHIND_AFTER_S) return 'behind';
  return rate > 0 ? 'flowing' : 'idle';
}

/** The best of a service's instances: a ready one carries on. */
function stateOf(service: ServiceState | undefined): InstanceState {
  const states = service?.instances.map(({ state }) => state) ?? [];
  return (['ready', 'starting'] as const).find((state) => states.includes(state)) ?? 'down';
}
