import type { ProfileChanged } from '@hilo/schemas';
import { describeEnd, sinceText, traitsText } from './describe-change.ts';
import type { ProfileState } from './profile-state.ts';

/** What the stage keeps about a profile: its state, and the profile that absorbed it (null: none). */
export interface StoredProfile {
  readonly state: ProfileState;
  readonly survivor: string | null;
}

/**
 * The record that corresponds to a profile's state: its last one, published again. It names no change and no event.
 * Null if nothing was published yet, or if the state holds changes that belong to the next record, which the stage will
 * publish.
 */
export function describeCurrent({ state, survivor }: StoredProfile, nowMs: number): ProfileChanged | null {
  const reason = {
    reason: survivor === null ? 'event' : 'merge',
    message_id: null,
    decided_at: nowMs,
    historical: false,
  } as const;
  if (survivor !== null) return describeEnd(state, survivor, { ...reason, event_time: lastTime(state, nowMs) });
  if (state.version === 0 || state.unpublished !== null) return null;
  return {
    profile_id: state.profile_id,
    version: state.version,
    status: 'live',
    survivor: null,
    traits: traitsText(state),
    traits_since: sinceText(state),
    identifiers: state.identifiers.map(({ type, value }) => ({ type, value })),
    changes: [],
    ...reason,
    event_time: lastTime(state, nowMs),
  };
}

/** Time of the latest event that left something in the state, in milliseconds. */
function lastTime({ traits, identifiers }: ProfileState, otherwiseMs: number): number {
  const times = [...traits.values(), ...identifiers].map(({ cause }) => cause.event_time_ms);
  return times.length === 0 ? otherwiseMs : times.reduce((latest, time) => Math.max(latest, time));
}
