import type { Query, Statement } from '@hilo/streaming';
import { MemoryIdentityTables } from './memory-identity-tables.ts';

/** A store of the identity graph: the same laws hold for each. */
export interface GraphStore extends Query {
  /** Applies all statements or none; false if one did not change the rows it expected. */
  write(statements: readonly Statement[]): Promise<boolean>;
}

/** A graph store in memory. */
export function memoryGraphStore(): GraphStore {
  const tables = new MemoryIdentityTables();
  return {
    rows: async <Row>(statement: Statement) => [...tables.rows(statement)] as Row[],
    write: async (statements) => tables.write(statements),
  };
}
