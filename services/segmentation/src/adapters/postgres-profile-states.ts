import { partitionOf } from '@hilo/streaming';
import type pg from 'pg';
import { decodeDefinitions, NO_DEFINITIONS } from '../domain/definitions.ts';
import { decodeProfile } from '../domain/profile-state-codec.ts';
import type { CommittedState, ProfileStates } from '../ports.ts';

/** Longest chain of absorbed profiles that is followed. */
const MOST_MERGES = 100;

/** The profile's row, and under the empty key the definitions of its partition. */
const READ_STATE = `SELECT key, body, protocol::json #>> '{redirect,to}' AS survivor
  FROM state WHERE partition = $1 AND key IN ($2, '')`;

interface StateRow {
  readonly key: string;
  readonly body: Buffer | null;
  readonly survivor: string | null;
}

/** Reads what the stage has committed. */
export class PostgresProfileStates implements ProfileStates {
  readonly #pool: pg.Pool;
  readonly #partitions: number;

  constructor(pool: pg.Pool, partitions: number) {
    this.#pool = pool;
    this.#partitions = partitions;
  }

  async read(profile_id: string): Promise<CommittedState | null> {
    let key = profile_id;
    for (let merges = 0; merges < MOST_MERGES; merges += 1) {
      const { rows } = await this.#pool.query<StateRow>(READ_STATE, [partitionOf(key, this.#partitions), key]);
      const own = rows.find((row) => row.key === key);
      if (own?.survivor == null) return own?.body == null ? null : committed(own.body, rows);
      key = own.survivor;
    }
    return null;
  }
}

function committed(body: Buffer, rows: readonly StateRow[]): CommittedState {
  const shared = rows.find((row) => row.key === '')?.body;
  return { state: decodeProfile(body), definitions: shared == null ? NO_DEFINITIONS : decodeDefinitions(shared) };
}
