import { questionAt } from '@hilo/behaviour/version-2';
import type { Compiled } from './compile.ts';
import { answersOf } from './decide.ts';
import { newProfile, type ProfileState, streamedProfile } from './profile-state.ts';

/** Why a profile's answers cannot be compared for now. */
export const UNDECIDED = [
  'held',
  'handover',
  'merged_since',
  'changed_since',
  'definitions',
  'due',
  'history_behind',
] as const;
export type Undecided = (typeof UNDECIDED)[number];

/** A profile as its partition committed it. */
export interface CommittedProfile {
  readonly profile_id: string;
  /** Null for a profile that the stage does not know, and for an absorbed one. */
  readonly state: ProfileState | null;
  readonly isAbsorbed: boolean;
  readonly isHeld: boolean;
  readonly isWaiting: boolean;
  /** The segments that list it as a member. */
  readonly listed: ReadonlySet<string>;
}

/** What ClickHouse knows of a profile beside its events. */
export interface RecordedProfile {
  /** True if another profile absorbed it. */
  readonly isAbsorbed: boolean;
  /** True if a merge of it is not below the position up to which events count. */
  readonly isMergedSince: boolean;
  /** True if a handover that concerns it is on its way. */
  readonly isHandedOver: boolean;
  /** Version of its newest record of traits; 0: none. */
  readonly profileVersion: number;
}

/** The partition's definitions, and whether keys have yet to see them. */
export interface InForce {
  readonly compiled: Compiled;
  readonly isSweeping: boolean;
}

/** Three answers to the same question, at the same moment. */
export interface Difference {
  readonly segment: string;
  readonly profile_id: string;
  /** What was published, and what the list of members says; null: these two differ. */
  readonly published: boolean | null;
  /** What the stage's state says. */
  readonly state: boolean;
  /** What ClickHouse says; null: the segment is not compared with it. */
  readonly history: boolean | null;
}

/**
 * The moment at which all of these profiles are asked: none is decided for a later one. What they were decided for earlier still
 * stands then, unless they are due.
 */
export function commonMoment(partitionMs: number, profiles: readonly Pick<CommittedProfile, 'state'>[]): number {
  return profiles.reduce((latestMs, { state }) => Math.max(latestMs, state?.momentMs ?? 0), partitionMs);
}

/** Why the profile's answers cannot be compared at a moment; null: they can. */
export function whyUndecided(
  profile: CommittedProfile,
  recorded: RecordedProfile,
  { compiled, isSweeping }: InForce,
  momentMs: number,
): Undecided | null {
  const { state } = profile;
  if (profile.isHeld) return 'held';
  if (profile.isWaiting || recorded.isHandedOver) return 'handover';
  if (profile.isAbsorbed) return null;
  if (recorded.isAbsorbed || recorded.isMergedSince) return 'merged_since';
  if (state === null) return null;
  if (recorded.profileVersion > state.profileVersion) return 'changed_since';
  if (isSweeping && state.evaluatedRevision !== compiled.revision) return 'definitions';
  if ((state.due_ms !== null && state.due_ms <= momentMs) || state.completeFromMs > momentMs) return 'due';
  return null;
}

/** Where the answers differ. `inHistory`: the segments whose members ClickHouse says it is; absent segments are not compared. */
export function differencesOf(
  profile: CommittedProfile,
  inHistory: { readonly compared: ReadonlySet<string>; readonly members: ReadonlySet<string> },
  compiled: Compiled,
  asked: readonly string[],
  momentMs: number,
): readonly Difference[] {
  const { profile_id, listed, isAbsorbed } = profile;
  const state = profile.state ?? newProfile(profile_id);
  const holds = isAbsorbed ? NOTHING : answersOf(compiled, questionAt(streamedProfile(state), momentMs));
  return asked.flatMap((segment): readonly Difference[] => {
    const isMember = profile.state?.memberships.has(segment) ?? false;
    const answer: Difference = {
      segment,
      profile_id,
      published: isMember === listed.has(segment) ? isMember : null,
      state: holds.has(segment),
      history: inHistory.compared.has(segment) ? inHistory.members.has(segment) : null,
    };
    const isSame = answer.published === answer.state && (answer.history ?? answer.state) === answer.state;
    return isSame ? [] : [answer];
  });
}

const NOTHING: ReadonlySet<string> = new Set();

/** When the segment's events began to count, with those of the segments that it names; null: it asks for none. */
export function countedFromMs(
  segment: string,
  { segments }: Compiled,
  counting_since_ms: ReadonlyMap<string, number>,
): number | null {
  const series = [...(segments.get(segment)?.all.series ?? [])];
  return series.length === 0 ? null : Math.max(...series.map((id) => counting_since_ms.get(id) ?? 0));
}
