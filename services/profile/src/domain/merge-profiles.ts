import { mergeIdentifiers } from './link-identifiers.ts';
import type { ProfileState } from './profile-state.ts';
import { mergeTraits } from './set-traits.ts';

/**
 * The survivor with everything the absorbed profile knew. What belongs to the survivor itself stays: its id, what it
 * published, and its segments (the absorbed profile leaves its own, segmentation decides anew for the survivor).
 */
export function mergeProfiles(survivor: ProfileState, absorbed: ProfileState): ProfileState {
  return mergeIdentifiers(mergeTraits(survivor, absorbed.traits), absorbed.identifiers);
}
