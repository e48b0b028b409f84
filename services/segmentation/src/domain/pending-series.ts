import type { Zone } from '@hilo/behaviour';
import {
  asksOf,
  type CompiledSeries,
  type Condition,
  compileSegments,
  type EventSelector,
  leavesOf,
  seriesIdOf,
} from '@hilo/behaviour/version-2';
import { conditionsOf, type Definition, idInGeneration, type PendingDefinition } from './definitions.ts';

/** A series that is begun anew for a definition that is not in force yet. */
export interface PendingSeries {
  /** Its id is that of its generation, and it began before all events. */
  readonly kind: CompiledSeries;
  readonly selector: EventSelector;
  readonly generation: number;
}

/**
 * The series of definitions that are not in force yet. They keep enough for those in force too, which ask for the same series
 * from the switch on.
 */
export function pendingSeries(
  definitions: {
    readonly segments: ReadonlyMap<string, Pick<Definition, 'condition'>>;
    readonly pending: ReadonlyMap<string, PendingDefinition>;
  },
  zone: Zone,
): readonly PendingSeries[] {
  const { segments, pending } = definitions;
  if (pending.size === 0) return [];
  // Of two conditions of one segment, neither replaces the other. `in` brings no series of its own.
  const conditions = new Map<string, Condition>([
    ...conditionsOf(segments),
    ...[...pending].map(([key, { condition }]): [string, Condition] => [` ${key}`, condition]),
  ]);
  const { series } = compileSegments(conditions, { zone });
  return [...pending.values()].flatMap(({ condition, generation, series: ids }) => {
    const selectors = new Map(
      leavesOf(condition)
        .flatMap(asksOf)
        .map((ask) => [seriesIdOf(ask), ask.selector]),
    );
    return ids.flatMap((id) => {
      const kind = series.get(id);
      const selector = selectors.get(id);
      if (kind === undefined || selector === undefined) return [];
      return [{ kind: { ...kind, id: idInGeneration(id, generation), since_ms: 0 }, selector, generation }];
    });
  });
}
