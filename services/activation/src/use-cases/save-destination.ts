import { completeSettings } from '../destinations/settings.ts';
import type { OpenType } from '../destinations/types.ts';
import type { DestinationDraft, DestinationStore, SegmentKeys, Stored } from '../ports.ts';

/** A destination as a caller gives it: its settings fit the fields of its type, and may lack secrets. */
export interface GivenDestination extends Omit<DestinationDraft, 'type' | 'kept'> {
  readonly type: OpenType;
}

/** The result. */
export type Saved =
  | Exclude<Stored, { readonly kind: 'other_type' }>
  /** `detail`: what would be right, as the end of a sentence that begins with the field. */
  | { readonly kind: 'refused'; readonly field: string; readonly detail: string }
  | { readonly kind: 'unknown_segments'; readonly segments: readonly string[] };

/** Creates or changes a destination. Rejects with `SegmentsUnavailableError` or `TargetUnavailableError`; then nothing is stored. */
export type SaveDestination = (given: GivenDestination) => Promise<Saved>;

/** What destinations are saved with. */
export interface SaveDependencies {
  readonly destinations: Pick<DestinationStore, 'find' | 'put'>;
  readonly segments: SegmentKeys;
}

const OTHER_TYPE = {
  kind: 'refused',
  field: 'type',
  detail: 'must stay what it is: delete the destination and create another one',
} as const;

/** Saves destinations whose segments exist and whose settings their type accepts. */
export function saveDestination({ destinations, segments }: SaveDependencies): SaveDestination {
  return async ({ type: { type, accept }, ...given }) => {
    const before = await destinations.find(given.key);
    if (before !== null && before.type !== type.key) return OTHER_TYPE;
    const unknown = await segments.missing(addedSegments(given.segments, before?.segments ?? []));
    if (unknown.length > 0) return { kind: 'unknown_segments', segments: unknown };
    const completed = completeSettings(type, given.settings, before?.settings);
    if (completed.kind === 'missing') return refused(completed.field, 'must be given');
    const accepted = await accept(completed.settings);
    if (accepted.kind === 'refused') return refused(accepted.field, accepted.detail);
    const { settings } = accepted;
    const stored = await destinations.put({ ...given, type: type.key, settings, kept: completed.kept });
    return stored.kind === 'other_type' ? OTHER_TYPE : stored;
  };
}

/** A segment that the destination already names may have been deleted since; that blocks no other change of it. */
function addedSegments(named: DestinationDraft['segments'], before: readonly string[] | 'all'): readonly string[] {
  if (named === null || named === 'all') return [];
  return named.filter((segment) => before === 'all' || !before.includes(segment));
}

function refused(setting: string, detail: string): Saved {
  return { kind: 'refused', field: `settings.${setting}`, detail };
}
