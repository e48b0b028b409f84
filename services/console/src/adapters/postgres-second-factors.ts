import type pg from 'pg';
import type { By } from '../ports.ts';
import type { SecondFactorStore, StoredFactor } from '../second-factor-ports.ts';
import { appendChange } from './postgres-audit-log.ts';
import type { PostgresConsole } from './postgres-console.ts';

interface Row {
  readonly secret: Buffer | null;
  readonly last_step: string;
  readonly pending: Buffer | null;
  readonly pending_at_ms: string;
}

/** Stores second factors in PostgreSQL, tables `second_factor` and `recovery_code`. */
export class PostgresSecondFactors implements SecondFactorStore {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async find(email: string): Promise<StoredFactor | null> {
    const [row] = await this.#console.rows<Row>('SELECT * FROM second_factor WHERE email = $1', [email]);
    if (row === undefined) return null;
    const { secret, last_step, pending, pending_at_ms } = row;
    return { secret, last_step: Number(last_step), pending, pending_at_ms: Number(pending_at_ms) };
  }

  async begin(email: string, pending: Buffer, nowMs: number): Promise<void> {
    await this.#console.rows(
      `INSERT INTO second_factor (email, pending, pending_at_ms) VALUES ($1, $2, $3)
        ON CONFLICT (email) DO UPDATE SET pending = EXCLUDED.pending, pending_at_ms = EXCLUDED.pending_at_ms`,
      [email, pending, nowMs],
    );
  }

  async confirm(
    email: string,
    { pending, step, codes }: { readonly pending: Buffer; readonly step: number; readonly codes: readonly Buffer[] },
    by: By,
    keepSession: Buffer,
  ): Promise<boolean> {
    return this.#console.transaction(async (client) => {
      const { rows } = await client.query<{ readonly was_on: boolean }>(
        `SELECT secret IS NOT NULL AS was_on FROM second_factor WHERE email = $1 AND pending = $2 FOR UPDATE`,
        [email, pending],
      );
      if (rows[0] === undefined) return false;
      await client.query(
        'UPDATE second_factor SET secret = pending, last_step = $2, pending = NULL, pending_at_ms = 0 WHERE email = $1',
        [email, step],
      );
      await replaceCodes(client, email, codes);
      await endOthers(client, email, keepSession);
      await client.query('UPDATE session SET second_factor_shown = true WHERE email = $1', [email]);
      const before = rows[0].was_on ? ON : OFF;
      await appendChange(client, { ...changeOf(email, by), before, after: { ...ON, recovery_codes: codes.length } });
      return true;
    });
  }

  async useStep(email: string, step: number): Promise<boolean> {
    const rows = await this.#console.rows(
      'UPDATE second_factor SET last_step = $2 WHERE email = $1 AND last_step < $2 RETURNING email',
      [email, step],
    );
    return rows.length > 0;
  }

  async useCode(email: string, code: Buffer, by: By): Promise<boolean> {
    return this.#console.transaction(async (client) => {
      const { rowCount } = await client.query('DELETE FROM recovery_code WHERE email = $1 AND code_hash = $2', [
        email,
        code,
      ]);
      if (rowCount === 0) return false;
      const left = await client.query('SELECT FROM recovery_code WHERE email = $1', [email]);
      const recovery_codes = left.rowCount ?? 0;
      const before = { ...ON, recovery_codes: recovery_codes + 1 };
      await appendChange(client, { ...changeOf(email, by), before, after: { ...ON, recovery_codes } });
      return true;
    });
  }

  async renewCodes(email: string, codes: readonly Buffer[], by: By): Promise<boolean> {
    return this.#console.transaction(async (client) => {
      const { rowCount } = await client.query(
        'SELECT FROM second_factor WHERE email = $1 AND secret IS NOT NULL FOR UPDATE',
        [email],
      );
      if (rowCount === 0) return false;
      await replaceCodes(client, email, codes);
      await appendChange(client, {
        ...changeOf(email, by),
        before: ON,
        after: { ...ON, recovery_codes: codes.length },
      });
      return true;
    });
  }

  async reseal(email: string, before: Buffer, after: Buffer): Promise<void> {
    await this.#console.rows('UPDATE second_factor SET secret = $3 WHERE email = $1 AND secret = $2', [
      email,
      before,
      after,
    ]);
  }

  async remove(email: string, by: By, keepSession: Buffer | null): Promise<boolean> {
    return this.#console.transaction(async (client) => {
      const { rows } = await client.query<{ readonly was_on: boolean }>(
        'DELETE FROM second_factor WHERE email = $1 RETURNING secret IS NOT NULL AS was_on',
        [email],
      );
      if (rows[0]?.was_on !== true) return false;
      await endOthers(client, email, keepSession);
      await client.query('UPDATE session SET second_factor_shown = false WHERE email = $1', [email]);
      await appendChange(client, { ...changeOf(email, by), before: ON, after: null });
      return true;
    });
  }
}

const ON = { second_factor: 'totp' } as const;
const OFF = null;

async function replaceCodes(client: pg.ClientBase, email: string, codes: readonly Buffer[]): Promise<void> {
  await client.query('DELETE FROM recovery_code WHERE email = $1', [email]);
  await client.query('INSERT INTO recovery_code (email, code_hash) SELECT $1, unnest($2::bytea[])', [email, codes]);
}

async function endOthers(client: pg.ClientBase, email: string, keep: Buffer | null): Promise<void> {
  await client.query('DELETE FROM session WHERE email = $1 AND ($2::bytea IS NULL OR token_hash <> $2)', [email, keep]);
}

function changeOf(email: string, { who, address, nowMs }: By) {
  return { when_ms: nowMs, who, address, target: `users/${email}/second-factor` };
}
