import type { Zone } from '@hilo/behaviour';
import { withNames } from '@hilo/behaviour/version-2';
import { type Standing, standingIn } from '../domain/standing.ts';
import type { EventNames, ProfileStates } from '../ports.ts';

/** A profile's standing in a segment. */
export interface ExplainedProfile extends Omit<Standing, 'unnamed'> {
  /** The profile that is explained: the survivor, if another one absorbed it. */
  readonly profile_id: string;
  /** False if events could not be looked up. */
  readonly areEventsNamed: boolean;
}

/** What the answer needs. */
export interface ExplainDependencies {
  readonly states: ProfileStates;
  readonly events: EventNames;
  readonly zone: Zone;
}

/** Why a profile is in a segment, or is not; or which of the two is not known. */
export async function explainProfile(
  asked: { readonly segment: string; readonly profile_id: string; readonly person: string },
  { states, events, zone }: ExplainDependencies,
  nowMs: number,
  signal: AbortSignal,
): Promise<ExplainedProfile | 'no-profile' | 'no-segment'> {
  const committed = await states.read(asked.profile_id);
  if (committed === null) return 'no-profile';
  const { state, definitions } = committed;
  const standing = standingIn(asked.segment, state, definitions, zone, nowMs);
  if (standing === null) return 'no-segment';
  const { unnamed, explained, ...rest } = standing;
  const { profile_id } = state;
  const named =
    unnamed.length === 0
      ? []
      : await events.name({ asked: unnamed, profile_id, momentMs: rest.momentMs, person: asked.person }, signal);
  return {
    ...{ ...rest, profile_id, explained: named === null ? explained : withNames(explained, named) },
    areEventsNamed: named !== null,
  };
}
