import { createContext, useContext } from 'react';
import { useMessages } from '../../language/language.tsx';
import type { DraftFault } from '../domain/condition-of.ts';
import type { Draft, NewId } from '../domain/draft.ts';
import { builderMessages } from './messages.ts';

/** What every editor in the tree needs. */
interface Building {
  readonly newId: NewId;
  readonly faults: readonly DraftFault[];
  /** Id of what was added last: its first field gets the keyboard focus. */
  readonly fresh: string | null;
  /** Puts a node in the place of the one with its id. */
  change(node: Draft): void;
  remove(id: string): void;
  /** Says that a node or test was just made. */
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

/** Returns what is wrong with a part of a node; undefined if nothing is. */
export function useFaultText(): (id: string, part: DraftFault['part']) => string | undefined {
  const t = useMessages(builderMessages);
  const { faults } = useBuilding();
  return (id, part) => {
    const fault = faults.find((one) => one.id === id && one.part === part);
    return fault === undefined ? undefined : t[fault.code];
  };
}
