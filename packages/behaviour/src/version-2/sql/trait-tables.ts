import { keyOf, namesOf } from './cells.ts';
import type { Parameters } from './parameters.ts';
import { TRAITS } from './selectors.ts';
import { REDIRECTS, SURVIVOR } from './tables.ts';

/** Where conditions find the traits of profiles. */
export interface TraitTables {
  /** Says that a condition asks for the trait at a path. Before `profiles`. */
  need(path: string): void;
  /** A source with `profile_key`, `status`, `version`, `trait_values`, `trait_items` and `trait_since`. */
  profiles(): string;
}

const COLUMNS = [TRAITS.values, TRAITS.items, 'trait_since'] as const;

/** The traits of now, as the profile service published them. */
export class CurrentTraits implements TraitTables {
  readonly #among: string | null;

  /** `among`: which profiles are asked for, as a condition on `profile_id`; null: all. */
  constructor(among: string | null) {
    this.#among = among;
  }

  need(): void {
    // All traits are there.
  }

  profiles(): string {
    if (this.#among === null) return 'hilo.profile_rows';
    return `(SELECT profile_key, status, version, ${COLUMNS.join(', ')} FROM hilo.profile_rows WHERE ${this.#among})`;
  }
}

/** The order of identify calls, as a tuple of columns. */
const ORDER = '(ts, received_ms, request_position, source, message_id)';

/** Stands for the time of a trait that was never written. */
const NEVER = -9_000_000_000_000_000;

/** The time of the first of the last equal writes, of tuples of the order and a hash of the value. */
function sinceLast(writes: string): string {
  const first = `arrayLastIndex(x -> x.2 != ${writes}[-1].2, ${writes}) + 1`;
  return `if(empty(${writes}), toInt64(${NEVER}), ${writes}[${first}].1.1)`;
}

/**
 * The traits of a past moment: of each, what the newest identify call up to then wrote, whoever the call was recorded for. Profiles keep
 * no traits of the past, and their records leave out what came late or changed twice in a moment.
 */
export class TraitsAsOf implements TraitTables {
  readonly #parameters: Parameters;
  readonly #rows: string;
  readonly #names = new Set<string>();

  /** `rows`: which rows of events count, as a condition on their columns. */
  constructor(parameters: Parameters, rows: string) {
    this.#parameters = parameters;
    this.#rows = rows;
  }

  need(path: string): void {
    this.#names.add(namesOf(path)[0] as string);
  }

  profiles(): string {
    const names = [...this.#names];
    const newest = names.flatMap((_, index) => [
      `argMaxIf(values${index}, ${ORDER}, has${index}) AS newestValues${index}`,
      `argMaxIf(items${index}, ${ORDER}, has${index}) AS newestItems${index}`,
      `arraySort(groupArrayIf((${ORDER}, sipHash64(values${index}, items${index})), has${index})) AS writes${index}`,
    ]);
    const all = (column: string) => names.map((_, index) => `n.${column}${index}`).join(', ');
    const since = names.map((name, index) => `${this.#parameters.text(name)}, ${sinceLast(`n.writes${index}`)}`);
    return `(SELECT key AS profile_key, 'live' AS status, 1 AS version, mapConcat(${all('newestValues')}) AS ${COLUMNS[0]},
      mapConcat(${all('newestItems')}) AS ${COLUMNS[1]}, mapFilter((k, v) -> v != ${NEVER}, map(${since.join(', ')})) AS ${COLUMNS[2]}
      FROM (SELECT key, ${newest.join(', ')} FROM (${this.#calls(names)}) GROUP BY key) AS n)`;
  }

  /** The calls with the part of their traits that has each name, by the profile that they belong to now. */
  #calls(names: readonly string[]): string {
    const { values, items } = TRAITS;
    const columns = names.flatMap((name, index) => {
      const key = keyOf([name]);
      const [own, below] = [this.#parameters.text(key), this.#parameters.text(`${key}.`)];
      const isOf = `(k = ${own} OR startsWith(k, ${below}))`;
      return [
        `mapFilter((k, v) -> ${isOf}, ${values}) AS values${index}`,
        `mapFilter((k, v) -> ${isOf}, ${items}) AS items${index}`,
        `(notEmpty(values${index}) OR notEmpty(items${index})) AS has${index}`,
      ];
    });
    const made = names.flatMap((_, index) =>
      ['values', 'items', 'has'].map((prefix) => `s.${prefix}${index} AS ${prefix}${index}`),
    );
    const order = ['ts', 'received_ms', 'request_position', 'source', 'message_id'];
    return `SELECT ${SURVIVOR} AS key, ${[...order.map((one) => `s.${one} AS ${one}`), ...made].join(', ')} FROM (
      SELECT profile_key, toUnixTimestamp64Milli(timestamp) AS ts, toUnixTimestamp64Milli(received_at) AS received_ms,
        request_position, toString(source) AS source, message_id, ${columns.join(', ')}
      FROM hilo.event_rows PREWHERE type = 'identify' AND ${this.#rows} WHERE ${names.map((_, index) => `has${index}`).join(' OR ')}
    ) AS s LEFT ANY JOIN (${REDIRECTS}) AS r ON r.profile_key = s.profile_key`;
  }
}
