import type { Identifier } from '@hilo/schemas';
import { isStoreUnavailable } from '@hilo/service';
import type pg from 'pg';
import { PROFILE_CODEC } from '../domain/profile-codec.ts';
import type { ProfileState } from '../domain/profile-state.ts';
import { type ProfileReader, StoreUnavailableError } from '../ports.ts';

/** Type of an identifier that is the profile's own id. */
const PROFILE_ID = 'profile_id';

const BY_IDENTIFIER = {
  name: 'profile-find-by-identifier',
  text: `
    SELECT d.body, d.absorbed FROM identifier i JOIN document d ON d.profile_id = i.profile_id
    WHERE i.type = $1 AND i.value = $2`,
};
const BY_ID = {
  name: 'profile-find-by-id',
  text: 'SELECT body, absorbed FROM document WHERE profile_id = $1',
};

interface Row {
  readonly body: string;
  readonly absorbed: boolean;
}

/** The tables that `PROFILE_TABLES` writes. */
export class PostgresProfileReader implements ProfileReader {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async find(identifier: Identifier): Promise<ProfileState | null> {
    const row = await this.#row(identifier);
    if (row === null) return null;
    const state = PROFILE_CODEC.decode(Buffer.from(row.body));
    const [first] = state.identifiers;
    if (!row.absorbed || identifier.type !== PROFILE_ID || first === undefined) return state;
    // Asked for by the id of an absorbed profile: its identifiers lead to the survivor.
    return this.find(first);
  }

  async #row({ type, value }: Identifier): Promise<Row | null> {
    try {
      const query = type === PROFILE_ID ? { ...BY_ID, values: [value] } : { ...BY_IDENTIFIER, values: [type, value] };
      const { rows } = await this.#pool.query<Row>(query);
      return rows[0] ?? null;
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      throw new StoreUnavailableError('The database does not answer for now. Try again.', { cause: error });
    }
  }
}
