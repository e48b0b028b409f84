import { describe, expect, it } from 'vitest';
import { compose } from './compose-commit.ts';

const INSERT = { name: 'insert', sql: 'INSERT INTO a VALUES ($1, $2) RETURNING 1', values: [1, 2] };
const UPDATE = { name: 'update', sql: 'UPDATE b SET x = $1 WHERE y = $1 RETURNING 1', values: ['x'] };

describe('a commit as one statement', () => {
  it('numbers the parameters of all parts, and raises where a part meets other rows than it must', () => {
    expect(compose([INSERT, { ...UPDATE, expectRows: 3, code: 'XX001' }])).toMatchObject({
      sql:
        'WITH p0 AS (INSERT INTO a VALUES ($1, $2) RETURNING 1), p1 AS (UPDATE b SET x = $3 WHERE y = $3 RETURNING 1) ' +
        'SELECT fence((SELECT count(*) FROM p1), $4::bigint, $5::text)',
      values: [1, 2, 'x', 3, 'XX001'],
    });
  });

  it('numbers more than nine parameters right', () => {
    const ten = Array.from({ length: 10 }, (_, index) => `$${index + 1}`).join(', ');
    const wide = { name: 'wide', sql: `INSERT INTO c VALUES (${ten}) RETURNING 1`, values: Array<number>(10).fill(0) };
    expect(compose([INSERT, wide]).sql).toContain('($3, $4, $5, $6, $7, $8, $9, $10, $11, $12)');
  });

  it('has one name for one text, short enough for PostgreSQL', () => {
    const name = (...parts: Parameters<typeof compose>[0]) => compose(parts).name;
    expect(name(INSERT)).toBe(name({ ...INSERT, values: [3, 4] }));
    const names = [
      name(INSERT),
      name(UPDATE),
      name(INSERT, UPDATE),
      name(UPDATE, INSERT),
      name({ ...INSERT, expectRows: 1 }),
      name(INSERT, { ...UPDATE, expectRows: 1 }),
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(Math.max(...names.map((one) => one.length))).toBeLessThanOrEqual(63);
  });
});
