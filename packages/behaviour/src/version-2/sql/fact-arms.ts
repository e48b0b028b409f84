import type { Condition, TraitCondition } from '../condition.ts';
import type { Atom } from './aggregates.ts';
import { type CellSource, ColumnSource, namesOf } from './cells.ts';
import { ORDER, ORDER_COLUMNS, type Workshop } from './events-arm.ts';
import type { Node } from './nodes.ts';
import { TRAITS } from './selectors.ts';
import type { Parameters } from './parameters.ts';
import { NOT_ABSORBED, REDIRECTS, SURVIVOR } from './tables.ts';
import type { TraitTables } from './trait-tables.ts';

type AddAtom = (atom: Atom, bits: Map<number, Atom>) => Node;
type BucketCondition = Extract<Condition, { readonly randomBucket: unknown }>;

/** Conditions on what is known of a profile besides its events: one pass over each table. */
export class FactArms {
  readonly #workshop: Workshop;
  readonly #traitTests: string[] = [];
  readonly #traitBits = new Map<number, Atom>();
  readonly #bucketBits = new Map<number, Atom>();
  readonly #listBits = new Map<number, Atom>();
  readonly #lists: string[] = [];

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  trait({ trait, is, as, for: length }: TraitCondition, add: AddAtom): Node {
    const { parameters, tests, cuts, traits } = this.#workshop;
    traits.need(trait);
    const test = tests.document(TRAITS, trait, is, as, traitCells(parameters, traits));
    const absent = 'exists' in is && !is.exists;
    const held = add({ expression: `b${this.#traitTests.length}`, absent }, this.#traitBits);
    // The latest version may say that there is no such profile any more.
    this.#traitTests.push(`argMax(if(status = 'live', toUInt8(${test}), ${Number(absent)}), version)`);
    if (length === undefined) return held;
    const name = parameters.text(namesOf(trait)[0] as string);
    const lasts = add({ expression: `b${this.#traitTests.length}`, absent: false }, this.#traitBits);
    const since = `trait_since[${name}] < ${parameters.integer(cuts.cut(length))}`;
    this.#traitTests.push(
      `argMax(toUInt8(status = 'live' AND mapContains(trait_since, ${name}) AND ${since}), version)`,
    );
    return { kind: 'all', of: [held, lasts] };
  }

  bucket({ randomBucket: { from, to, salt } }: BucketCondition, add: AddAtom): Node {
    const { parameters } = this.#workshop;
    const hash = `SHA256(concat(${parameters.text(salt)}, '\\0', profile_id))`;
    const bucket = `(reinterpretAsUInt64(reverse(substring(${hash}, 1, 6))) / 281474976710656)`;
    const expression = `(${bucket} >= ${parameters.double(from)} AND ${bucket} < ${parameters.double(to)})`;
    return add({ expression, absent: false }, this.#bucketBits);
  }

  list(key: string, add: AddAtom): Node {
    const index = this.#lists.length;
    this.#lists.push(this.#workshop.parameters.text(key));
    return add({ expression: `(l${index} = 1)`, absent: false }, this.#listBits);
  }

  /** The statements of the tables that some condition asks. */
  arms(): { sql: () => string; bits: Map<number, Atom> }[] {
    return [
      { sql: () => this.#traits(), bits: this.#traitBits },
      {
        sql: () => `SELECT profile_key AS key, profile_id FROM (${this.#workshop.profileIds})`,
        bits: this.#bucketBits,
      },
      { sql: () => this.#entries(), bits: this.#listBits },
    ].filter(({ bits }) => bits.size > 0);
  }

  #traits(): string {
    const tests = this.#traitTests.map((test, index) => `${test} AS b${index}`).join(', ');
    return `SELECT profile_key AS key, ${tests} FROM ${this.#workshop.traits.profiles()} WHERE ${NOT_ABSORBED} GROUP BY profile_key`;
  }

  /** Whether the newest entry of each list puts the profile on it now. */
  #entries(): string {
    const { parameters, cuts, eventRows } = this.#workshop;
    const until = `toUnixTimestamp64Milli(parseDateTime64BestEffort(property_values['until'].text, 3, 'UTC'))`;
    const lasts = `if(property_values['until'].text = '', 1, ${until} > ${parameters.integer(cuts.momentMs)})`;
    const conditions = [
      "type = 'list'",
      `name IN (${this.#lists.join(', ')})`,
      ...(eventRows === null ? [] : [eventRows]),
    ].join(' AND ');
    const newest = this.#lists.map((list, index) => `argMaxIf(s.is_on, ${ORDER}, s.list = ${list}) AS l${index}`);
    return `SELECT ${SURVIVOR} AS key, ${newest.join(', ')} FROM (
      SELECT profile_key, ifNull(name, '') AS list, toUnixTimestamp64Milli(timestamp) AS ts, ${ORDER_COLUMNS},
        toUInt8(property_values['on'].text = 'true' AND ${lasts}) AS is_on
      FROM hilo.event_rows PREWHERE ${conditions}
    ) AS s LEFT ANY JOIN (${REDIRECTS}) AS r ON r.profile_key = s.profile_key GROUP BY key`;
  }
}

/** The traits of a row of profiles, for operands. */
function traitCells(parameters: Parameters, traits: TraitTables): CellSource {
  const source = new ColumnSource(TRAITS, parameters);
  const needed = (path: string): string => {
    traits.need(path);
    return path;
  };
  return { cells: (path) => source.cells(needed(path)), hasObject: (path) => source.hasObject(needed(path)) };
}
