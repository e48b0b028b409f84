import { createHash } from 'node:crypto';
import type { Statement } from '../logic.ts';

/** One part of a commit: a data-modifying statement that ends in RETURNING. */
export interface Part extends Statement {
  /** SQLSTATE raised when the number of rows isn't `expect_rows`. */
  readonly code?: string;
}

/**
 * Makes one statement out of many, so that a commit is one round trip and one transaction: each part becomes a
 * data-modifying CTE, and the final SELECT raises when a part touched another number of rows than it had to. All parts see
 * the same snapshot, so no two may touch the same row.
 */
export function compose(parts: readonly Part[]): Statement {
  const ctes: string[] = [];
  const fences: string[] = [];
  const values: unknown[] = [];
  parts.forEach((part, index) => {
    const base = values.length;
    ctes.push(`p${index} AS (${part.sql.replace(/\$(\d+)/g, (_, n: string) => `$${base + Number(n)}`)})`);
    values.push(...part.values);
    if (part.expect_rows === undefined) return;
    values.push(part.expect_rows, part.code ?? 'HL001');
    fences.push(`fence((SELECT count(*) FROM p${index}), $${values.length - 1}::bigint, $${values.length}::text)`);
  });
  const sql = `WITH ${ctes.join(', ')} SELECT ${fences.join(', ') || '1'}`;
  return { name: preparedName(parts), sql, values };
}

// PostgreSQL cuts names of prepared statements at 63 bytes, so the names of the parts are hashed.
function preparedName(parts: readonly Part[]): string {
  const names = parts.map((part) => `${part.name}${part.expect_rows === undefined ? '' : '!'}`).join('+');
  return `commit ${createHash('sha1').update(names).digest('hex').slice(0, 16)}`;
}
