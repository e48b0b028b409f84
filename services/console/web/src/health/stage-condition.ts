import type { InstanceState, ServiceState, StageState } from '../live/overview.ts';

/** How a stage does: `down` and `starting` tell of its processes, the others of what runs through it. */
export type StageCondition = 'down' | 'starting' | 'behind' | 'flowing' | 'idle';

/** Waiting for longer than this many seconds' worth of records is being behind. */
const BEHIND_AFTER_S = 5;

/** And below this many records nobody is behind: batches come and go. */
const FEW_RECORDS = 1_000;

/** How a stage does, from its figures and its service's processes. */
export function conditionOf(stage: StageState, services: readonly ServiceState[]): StageCondition {
  const states = stateOf(services.find(({ service }) => service === stage.stage));
  if (states !== 'ready') return states;
  const rate = stage.records_per_s ?? 0;
  const lag = stage.lag_records ?? 0;
  if (lag > FEW_RECORDS && lag > rate * BEHIND_AFTER_S) return 'behind';
  return rate > 0 ? 'flowing' : 'idle';
}

/** The best of a service's instances: one that is ready carries on. */
function stateOf(service: ServiceState | undefined): InstanceState {
  const states = service?.instances.map(({ state }) => state) ?? [];
  return (['ready', 'starting'] as const).find((state) => states.includes(state)) ?? 'down';
}
