/** A condition as it stands for one profile at one moment. */
export interface Explained {
  /** Where it stands: `condition.all[0]`. */
  readonly field: string;
  readonly holds: boolean;
  /** The answer has been the same at least since then, as far as the profile's state shows; null: unknown. */
  readonly sinceMs: number | null;
  readonly change: OwnChange;
  /** What the condition looks at; null for groups. */
  readonly reading: Reading | null;
  /** The newest events that count, the newest first, as far as the profile's state holds them; none for groups. */
  readonly events: readonly CountedEvent[];
  /** The conditions inside a group. */
  readonly of: readonly Explained[];
}

/** An event that a condition counts. */
export interface CountedEvent {
  readonly atMs: number;
  /** Null: the state holds its time alone. */
  readonly messageId: string | null;
  /** The step of a sequence that it is, from 0; null for other conditions. */
  readonly step: number | null;
}

/** When an answer changes although nothing happens: never, at that moment, or not before that moment. */
export type OwnChange =
  | { readonly kind: 'never' }
  | { readonly kind: 'at'; readonly atMs: number }
  | { readonly kind: 'not_before'; readonly atMs: number };

/** What a condition looks at. */
export type Reading =
  /** Events, or different values; `isAtLeast`: the state counts no further, since more would not change the answer. */
  | { readonly kind: 'count'; readonly count: number; readonly isAtLeast: boolean }
  /** A decimal number made from `of` numbers; null: of nothing. */
  | { readonly kind: 'number'; readonly number: string | null; readonly of: number }
  /** The first or last event; `values`: JSON texts at the property, null if the condition asks for its age. */
  | { readonly kind: 'event'; readonly atMs: number | null; readonly values: readonly string[] | null }
  | { readonly kind: 'steps'; readonly done: number; readonly of: number }
  /** How often in each period, the current one first, and in how many of them often enough. */
  | { readonly kind: 'periods'; readonly passed: number; readonly counts: readonly number[] }
  /** JSON texts of the values at a trait's path. */
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'segment'; readonly segment: string }
  | { readonly kind: 'list'; readonly isListed: boolean; readonly endsMs: number | null }
  /** The profile's number from 0 up to 1. */
  | { readonly kind: 'share'; readonly share: number };

/** The fewest things that would change an answer. */
export interface SmallestChange {
  /** All of them together. */
  readonly steps: readonly ChangeStep[];
  /** The first moment at which the answer can then be another. */
  readonly atMs: number;
}

/** How a number must stand to another. */
export type Relation = 'at_least' | 'more_than' | 'at_most' | 'less_than' | 'exactly' | 'not';

/** One thing that would have to happen. `field`: the condition by which it counts. */
export type ChangeStep =
  /** So many more events of the condition; `byMs`: later ones come too late, because others have left the window. */
  | { readonly code: 'events'; readonly field: string; readonly count: number; readonly byMs: number | null }
  /** So many more events, each with a value that none before had. */
  | { readonly code: 'new_values'; readonly field: string; readonly count: number; readonly byMs: number | null }
  /** One more event whose number stands so. */
  | { readonly code: 'number'; readonly field: string; readonly relation: Relation; readonly number: string }
  /** One more event whose property passes the test, or does not. */
  | { readonly code: 'property'; readonly field: string; readonly passes: boolean }
  /** The missing steps of a sequence, in their order. */
  | { readonly code: 'steps'; readonly field: string; readonly count: number }
  /** The trait passes the test, or no longer does. */
  | { readonly code: 'trait'; readonly field: string; readonly passes: boolean }
  /** The profile enters the other segment, or leaves it. */
  | { readonly code: 'segment'; readonly field: string; readonly enters: boolean }
  /** The profile gets on the list, or off it. */
  | { readonly code: 'list'; readonly field: string; readonly enters: boolean }
  /** Nothing happens until then; `leaving`: so many events leave the window by that time, null if that is not the cause. */
  | { readonly code: 'time'; readonly field: string; readonly atMs: number; readonly leaving: number | null };
