import type { Problem } from '@hilo/behaviour/version-2/forms';
import { createContext, useContext } from 'react';
import type { Draft, NewId } from '../domain/draft.ts';

/** What every editor in the tree needs. */
interface Building {
  readonly newId: NewId;
  readonly problems: readonly Problem[];
  /** Id of what was added last: its first field gets the keyboard focus. */
  readonly fresh: string | null;
  /** Puts a node in the place of the one with its id. */
  change(node: Draft): void;
  remove(id: string): void;
  /** Moves a node among its neighbours, `by` places towards the end. */
  move(id: string, by: number): void;
  /** Puts a group around a node. */
  group(id: string): void;
  /** Puts the members of a group in its place. */
  ungroup(id: string): void;
  /** Notes that a node was just made. */
  made(id: string): void;
}

/** Holds what the editors need. */
export const BuildingContext = createContext<Building | null>(null);

/** What every editor in the tree needs. */
export function useBuilding(): Building {
  const building = useContext(BuildingContext);
  if (building === null) throw new Error('there is no Builder above');
  return building;
}

/** Returns whether something is wrong at a place, such as `condition.all[0].is`, or inside of it. */
export function useIsFaulty(): (field: string) => boolean {
  const { problems } = useBuilding();
  return (field) => problems.some((one) => one.field === field || /^[.[]/.test(restOf(one.field, field)));
}

function restOf(field: string, beginning: string): string {
  return field.startsWith(beginning) ? field.slice(beginning.length) : '';
}

/** What every field of a form takes. */
export interface FieldProps<T = unknown> {
  /** Its place in the condition, as the reader names it. */
  readonly field: string;
  readonly value: T;
  onChange(value: T): void;
}
