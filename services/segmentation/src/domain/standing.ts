import type { Zone } from '@hilo/behaviour';
import {
  type Condition,
  explainCondition,
  type Explained,
  type SmallestChange,
  unnamedEvents,
} from '@hilo/behaviour/version-2';
import type { AskedEvents } from '@hilo/behaviour/version-2/sql';
import { compiledOf } from './compile.ts';
import { type Definitions, namesIn } from './definitions.ts';
import { type Membership, type ProfileState, streamedProfile } from './profile-state.ts';

/** Why a profile is, or is not, in a segment. */
export interface Standing {
  readonly condition: Condition;
  /** Version of the definition that is explained. */
  readonly version: number;
  /** As published; null: the profile is not in the segment. */
  readonly membership: Membership | null;
  /** The moment that the answers are for, milliseconds since the epoch. */
  readonly momentMs: number;
  /** True while the published membership follows from an older definition, or from a time that is over. */
  readonly isBehind: boolean;
  readonly explained: Explained;
  readonly smallestChange: SmallestChange | null;
  /** Events that the state does not name. */
  readonly unnamed: readonly AskedEvents[];
}

/**
 * Explains from a committed state and the definitions of its partition why the profile is in a segment. It answers for now, but
 * for no moment at which time alone would change an answer that the stage has not changed yet. Null: the partition knows no such
 * segment.
 */
export function standingIn(
  segment: string,
  state: ProfileState,
  definitions: Definitions,
  zone: Zone,
  nowMs: number,
): Standing | null {
  const definition = definitions.segments.get(segment);
  const compiled = compiledOf(definitions, zone);
  const own = compiled.segments.get(segment);
  if (definition === undefined || definition.condition === null || own === undefined) return null;
  const { condition, version } = definition;
  const dueMs = state.duesMs.get(segment) ?? Number.POSITIVE_INFINITY;
  const momentMs = Math.max(state.momentMs, Math.min(nowMs, dueMs - 1));
  const sinceOf = (id: string): number => definitions.counting_since_ms.get(id) ?? 0;
  const names = namesIn(definitions);
  const { condition: explained, smallestChange } = explainCondition(condition, streamedProfile(state), momentMs, {
    ...{ zone, sinceOf, ...names },
    segment: (key) => compiled.segments.get(key)?.evaluate,
  });
  const membership = state.memberships.get(segment) ?? null;
  return {
    ...{ condition, version, membership, momentMs, explained, smallestChange },
    isBehind: explained.holds !== (membership !== null) || dueMs <= nowMs,
    unnamed: unnamedEvents(condition, explained, { sinceOf, counterOf: names.counterOf }),
  };
}
