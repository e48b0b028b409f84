import { mergeIdentifiers } from './link-identifiers.ts';
import type { ProfileState } from './profile-state.ts';
import { mergeTraits } from './set-traits.ts';

/**
 * The survivor with everything that the absorbed profile knew. What belongs to the survivor itself stays: its id, what
 * it published, and its segments (the absorbed profile leaves its own; segmentation decides again for the survivor).
 */
export function mergeProfiles(survivor: ProfileState, absorbed: ProfileState): ProfileState {
  return mergeIdentifiers(mergeTraits(survivor, absorbed.traits), absorbed.identifiers);
}
