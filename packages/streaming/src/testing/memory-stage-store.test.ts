import { describe } from 'vitest';
import type { Statement } from '../language/logic.ts';
import { MemoryDatabase, MemoryStageStore, type MemoryTables } from './memory-stage-store.ts';
import { stageStoreContract } from './stage-store-contract.ts';
import { TurnedClock } from './turned-clock.ts';

/** The notes of the contract in memory. */
class MemoryNotes implements MemoryTables {
  #notes = new Set<string>();

  rows(): readonly object[] {
    return [...this.#notes].sort().map((id) => ({ id }));
  }

  write(statements: readonly Statement[]): boolean {
    const notes = new Set(this.#notes);
    for (const { name, values } of statements) {
      const [id, to] = values as string[];
      if (id === undefined) return false;
      if (name === 'insert-note' ? notes.has(id) : !notes.delete(id)) return false;
      notes.add(to ?? id);
    }
    this.#notes = notes;
    return true;
  }
}

describe('MemoryStageStore', () => {
  stageStoreContract(async () => {
    const database = new MemoryDatabase();
    const tables = new MemoryNotes();
    const clock = new TurnedClock(1_000_000);
    return { open: (owner) => new MemoryStageStore({ database, clock, owner, tables }) };
  });
});
