import type { DestinationResources, DestinationType, OpenDestination } from './destination-type.ts';
import * as registry from './registry.ts';

/** A type at work. */
export interface OpenType extends OpenDestination {
  readonly type: DestinationType;
}

/** Types at work by key, in the order of their titles. */
export type OpenTypes = ReadonlyMap<string, OpenType>;

/** Every type of destination, by title. */
export const DESTINATION_TYPES: readonly DestinationType[] = Object.values(registry).toSorted((a, b) =>
  a.title < b.title ? -1 : 1,
);

/** Sets every type to work. */
export function openTypes(resources: DestinationResources): OpenTypes {
  return new Map(DESTINATION_TYPES.map((type) => [type.key, { type, ...type.open(resources) }]));
}
