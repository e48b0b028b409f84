import type { Statement } from '@hilo/streaming';
import pg from 'pg';
import type { GraphStore } from './graph-store.ts';

/** SQLSTATE of a transaction that ended in a deadlock; the library then tries again, too. */
const DEADLOCK = '40P01';

/** The real graph store, written in the way of the streaming library: one statement, each part a data-modifying CTE. */
export async function postgresGraphStore(url: string): Promise<GraphStore & { close(): Promise<void> }> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=identity' });
  await client.connect();
  return {
    rows: async <Row>({ name, sql, values }: Statement) =>
      (await client.query({ name, text: sql, values: [...values] })).rows as Row[],
    write: async (statements) => {
      if (statements.length === 0) return true;
      await client.query('BEGIN');
      const asExpected = await client.query<{ holds: boolean }>(compose(statements)).then(
        ({ rows }) => rows[0]?.holds === true,
        (error: unknown) => {
          if (error instanceof pg.DatabaseError && error.code === DEADLOCK) return false;
          throw error;
        },
      );
      await client.query(asExpected ? 'COMMIT' : 'ROLLBACK');
      return asExpected;
    },
    close: () => client.end(),
  };
}

function compose(statements: readonly Statement[]): { readonly text: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  const parts = statements.map(({ sql, values: own }, index) => {
    const first = values.length;
    values.push(...own);
    return `part${index} AS (${sql.replaceAll(/\$(\d+)/g, (_, number) => `$${first + Number(number)}`)})`;
  });
  const checks = statements.map(({ expectRows }, index) => `(SELECT count(*) FROM part${index}) = ${expectRows}`);
  return { text: `WITH ${parts.join(', ')} SELECT ${checks.join(' AND ')} AS holds`, values };
}
