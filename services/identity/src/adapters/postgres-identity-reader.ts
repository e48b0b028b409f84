import type { Identifier } from '@hilo/schemas';
import type pg from 'pg';
import type { Evidence, GraphMerge, LinkRule } from '../domain/identity-graph.ts';
import type { IdentityReader, KnownIdentifier, KnownProfile } from '../ports.ts';

interface EvidenceRow {
  readonly source: string;
  readonly message_id: string;
  readonly rule: LinkRule;
  readonly event_time_ms: string;
  readonly decided_at_ms: string;
}

interface IdentifierRow extends EvidenceRow {
  readonly type: string;
  readonly value: string;
  readonly profile_id: string;
}

interface ProfileRow {
  readonly profile_id: string;
  readonly created_at_ms: string;
  readonly identifiers: readonly Pair[];
  readonly absorbed: readonly string[];
  readonly merged_into: string | null;
}

interface MergeRow extends EvidenceRow {
  readonly absorbed: string;
  readonly survivor: string;
  readonly merge_id: string;
  readonly version: string;
  readonly identifiers: readonly Pair[];
}

type Pair = readonly [type: string, value: string];

const IDENTIFIERS = `
  SELECT i.type, i.value, i.profile_id, i.source, i.message_id, i.rule, i.event_time_ms, i.linked_at_ms AS decided_at_ms
  FROM unnest($1::text[], $2::text[]) AS wanted (type, value)
  JOIN identifier i ON i.type = wanted.type AND i.value = wanted.value
  ORDER BY i.linked_at_ms, i.type, i.value`;

const PROFILE =
  'SELECT profile_id, created_at_ms, identifiers, absorbed, merged_into FROM profile WHERE profile_id = $1';

const MERGES = `
  SELECT absorbed, survivor, merge_id, version, identifiers, source, message_id, rule, event_time_ms, decided_at_ms
  FROM merge WHERE absorbed = ANY ($1::text[]) ORDER BY version, absorbed`;

/** Reads the identity graph in PostgreSQL without locks. */
export class PostgresIdentityReader implements IdentityReader {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async identifier({ type, value }: Identifier): Promise<KnownIdentifier | null> {
    const [row] = await this.#rows<IdentifierRow>(IDENTIFIERS, [[type], [value]]);
    return row === undefined ? null : knownIdentifier(row);
  }

  async profile(profile_id: string): Promise<KnownProfile | null> {
    const [row] = await this.#rows<ProfileRow>(PROFILE, [profile_id]);
    if (row === undefined) return null;
    const pairs = row.identifiers;
    const identifiers = await this.#rows<IdentifierRow>(IDENTIFIERS, [
      pairs.map(([type]) => type),
      pairs.map(([, value]) => value),
    ]);
    const merges = await this.#rows<MergeRow>(MERGES, [[profile_id, ...row.absorbed]]);
    return {
      profile_id,
      created_at_ms: Number(row.created_at_ms),
      survivor: await this.#survivorOf(row),
      identifiers: identifiers.map(knownIdentifier),
      merges: merges.map(graphMerge),
    };
  }

  /** Follows the merges to the living profile; a profile's identifiers limit their number. */
  async #survivorOf({ merged_into }: ProfileRow): Promise<string | null> {
    let survivor = merged_into;
    for (let next = merged_into; next !== null; ) {
      survivor = next;
      const [row] = await this.#rows<ProfileRow>(PROFILE, [next]);
      next = row?.merged_into ?? null;
    }
    return survivor;
  }

  async #rows<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> {
    return (await this.#pool.query<Row>(sql, values)).rows;
  }
}

function evidenceOf({ source, message_id, rule, event_time_ms, decided_at_ms }: EvidenceRow): Evidence {
  return { source, message_id, rule, event_time_ms: Number(event_time_ms), decided_at_ms: Number(decided_at_ms) };
}

function knownIdentifier(row: IdentifierRow): KnownIdentifier {
  return { type: row.type, value: row.value, profile_id: row.profile_id, evidence: evidenceOf(row) };
}

function graphMerge(row: MergeRow): GraphMerge {
  const { merge_id, absorbed, survivor } = row;
  return {
    merge_id,
    absorbed,
    survivor,
    also_absorbed: [],
    version: Number(row.version),
    identifiers: row.identifiers.map(([type, value]) => ({ type, value })),
    evidence: evidenceOf(row),
  };
}
