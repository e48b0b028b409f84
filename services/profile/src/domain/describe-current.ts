import type { ProfileChanged } from '@hilo/schemas';
import { describeEnd, traitsText } from './describe-change.ts';
import type { ProfileState } from './profile-state.ts';

/** What the stage keeps of a profile: its state, and which profile absorbed it (null: none did). */
export interface StoredProfile {
  readonly state: ProfileState;
  readonly survivor: string | null;
}

/**
 * The record that a profile's state stands for: its last one, said again. It names no change and no event. Null where none can
 * be said: nothing was published yet, or what the state holds belongs to the next record, which the stage will publish.
 */
export function describeCurrent({ state, survivor }: StoredProfile, now_ms: number): ProfileChanged | null {
  const reason = { reason: survivor === null ? 'event' : 'merge', message_id: null, decided_at: now_ms } as const;
  if (survivor !== null) return describeEnd(state, survivor, { ...reason, event_time: lastTime(state, now_ms) });
  if (state.version === 0 || state.unpublished !== null) return null;
  return {
    profile_id: state.profile_id,
    version: state.version,
    status: 'live',
    survivor: null,
    traits: traitsText(state),
    identifiers: state.identifiers.map(({ type, value }) => ({ type, value })),
    changes: [],
    ...reason,
    event_time: lastTime(state, now_ms),
  };
}

/** Time of the latest event that the state holds something of, in milliseconds. */
function lastTime({ traits, identifiers }: ProfileState, otherwise_ms: number): number {
  const times = [...traits.values(), ...identifiers].map(({ cause }) => cause.event_time_ms);
  return times.length === 0 ? otherwise_ms : times.reduce((latest, time) => Math.max(latest, time));
}
