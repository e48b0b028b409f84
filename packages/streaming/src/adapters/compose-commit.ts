import { createHash } from 'node:crypto';
import type { Statement } from '../language/logic.ts';

/** One part of a commit: a data-modifying statement that ends in RETURNING. */
export interface Part extends Statement {
  /** SQLSTATE raised if the number of rows isn't `expectRows`. */
  readonly code?: string;
}

/**
 * Composes many statements into one, so that a commit is one round trip and one transaction. Each part becomes a
 * data-modifying CTE, and the final SELECT raises an error if a part changed another number of rows than it had to. All
 * parts see the same snapshot, so no two may change the same row.
 */
export function compose(parts: readonly Part[]): Statement {
  const names = parts.map((part) => `${part.name}${part.expectRows === undefined ? '' : '!'}`).join('+');
  let text = composed.get(names);
  if (text === undefined) {
    if (composed.size >= COMPOSED_AT_MOST) composed.clear();
    composed.set(names, (text = { name: preparedName(names), sql: textOf(parts) }));
  }
  const values = parts.flatMap((part) =>
    part.expectRows === undefined ? part.values : [...part.values, part.expectRows, part.code ?? 'HL001'],
  );
  return { ...text, values };
}

/** Texts by the names of their parts: a stage has a handful of combinations. A part's name identifies its text. */
const composed = new Map<string, { readonly name: string; readonly sql: string }>();
const COMPOSED_AT_MOST = 1_000;

function textOf(parts: readonly Part[]): string {
  const ctes: string[] = [];
  const fences: string[] = [];
  let values = 0;
  parts.forEach((part, index) => {
    const base = values;
    ctes.push(`p${index} AS (${part.sql.replace(/\$(\d+)/g, (_, n: string) => `$${base + Number(n)}`)})`);
    values += part.values.length;
    if (part.expectRows === undefined) return;
    values += 2;
    fences.push(`fence((SELECT count(*) FROM p${index}), $${values - 1}::bigint, $${values}::text)`);
  });
  return `WITH ${ctes.join(', ')} SELECT ${fences.join(', ') || '1'}`;
}

// PostgreSQL cuts names of prepared statements at 63 bytes, so the parts' names are hashed.
function preparedName(names: string): string {
  return `commit ${createHash('sha1').update(names).digest('hex').slice(0, 16)}`;
}
