import { decimalOfText, decimalText } from './decimal-text.ts';
import { type ExactJson, type ExactNode, type ExactScalar, readExactJson } from './exact-json.ts';
import { shownJson } from './shown-json.ts';

/** Kinds of values, as the columns number them; 0 is a missing path. */
export const VALUE_TYPES = {
  ...{ none: 0, text: 1, number: 2, boolean: 3, null: 4 },
  /** An empty list or object. */
  ...{ empty_list: 5, empty_object: 6 },
  /** JSON that is nested too deeply to be split. */
  json: 7,
} as const;

/**
 * A value outside lists: type, exact text, and the decimal number if it has at most 20 digits before and 18 behind the
 * point. A text that is a number as a whole has one, too.
 */
export type Value = readonly [type: number, text: string, number: string | null];

/**
 * A value inside a list, after its place. A place has a part for each name of the path, joined by `/`: the index in the
 * list right below that name, or nothing. So `1//` is the place of `products[1].size.width`, and values of the same
 * product have the same first part. A list in a list has both indices: `1.0`.
 */
export type Item = readonly [place: string, type: number, text: string, number: string | null];

/**
 * The scalars of a JSON object, by their paths as the segment language writes them: through lists, `\.` for a dot in a
 * name.
 */
export interface Values {
  readonly values: readonly (readonly [path: string, value: Value])[];
  readonly items: readonly (readonly [path: string, items: readonly Item[]])[];
  /** Values beyond the limits: only the text has them. */
  readonly left_out: number;
}

/** The column values of a JSON text. */
export interface TextColumns extends Values {
  /** A replacement text that ClickHouse's JSON type can hold; empty if it holds the text itself. */
  readonly shown: string;
}

/**
 * Limits of one text's values, so that no text takes many times its own size: the length of a path, the number of
 * values, and the lengths of all their paths and places. Lengths are in UTF-16 code units.
 */
export const VALUES_LIMITS = { pathLength: 500, values: 10_000, lengthsInAll: 250_000 } as const;

const NOTHING: TextColumns = { values: [], items: [], left_out: 0, shown: '' };

/** The column values of a JSON text. A text that is not a JSON object has no values. */
export function textColumns(text: string | null): TextColumns {
  if (text === null || text === '') return NOTHING;
  const read = readExactJson(text);
  return read === null ? NOTHING : { ...valuesOf(read), shown: shownJson(read) };
}

/**
 * Only the text for ClickHouse's JSON type; see {@link TextColumns}. A text that one of our stages wrote with
 * `JSON.stringify` is rarely parsed: it repeats no name, and is not nested too deeply.
 */
export function shownText(text: string | null, isOurs: boolean): string {
  if (text === null || text === '' || (isOurs && !MAY_BE_SHOWN_OTHERWISE.test(text))) return '';
  const read = readExactJson(text);
  return read === null ? '' : shownJson(read);
}

/** A number that a double may not hold, an escaped surrogate, or `%2E`. */
const MAY_BE_SHOWN_OTHERWISE = /[[:,]-?(?:[0-9.]{16}|[0-9.]+[eE])|\\u[dD]|%2[eE]/;

/** A name in a path: a dot or a backslash in it is escaped. */
export function pathName(name: string): string {
  return name.includes('.') || name.includes('\\') ? name.replaceAll(/[.\\]/g, (character) => `\\${character}`) : name;
}

function valuesOf({ root }: ExactJson): Values {
  const collector = new Collector();
  if (root.kind === 'object')
    for (const [name, member] of root.members) collector.take(member, pathName(name), '', false);
  return collector.result();
}

class Collector {
  readonly #values: [path: string, value: Value][] = [];
  readonly #items = new Map<string, Item[]>();
  #left_out = 0;
  #taken = 0;
  #lengths = 0;

  result(): Values {
    return { values: this.#values, items: [...this.#items], left_out: this.#left_out };
  }

  take(node: ExactNode, path: string, place: string, inList: boolean): void {
    if (node.kind === 'object' && node.members.size > 0) {
      for (const [name, member] of node.members) {
        this.take(member, longer(path, name), `${place}/`, inList);
      }
    } else if (node.kind === 'list' && node.elements.length > 0) {
      const before = placeBefore(place);
      node.elements.forEach((element, index) => {
        this.take(element, path, `${before}${index}`, true);
      });
    } else this.#add(scalarOf(node), path, place, inList);
  }

  #add(value: Value, path: string, place: string, inList: boolean): void {
    const lengths = this.#lengths + path.length + place.length;
    if (
      path.length > VALUES_LIMITS.pathLength ||
      this.#taken >= VALUES_LIMITS.values ||
      lengths > VALUES_LIMITS.lengthsInAll
    ) {
      this.#left_out += 1;
      return;
    }
    this.#taken += 1;
    this.#lengths = lengths;
    if (!inList) {
      this.#values.push([path, value]);
    } else {
      const item: Item = [place, value[0], value[1], value[2]];
      const there = this.#items.get(path);
      if (there === undefined) this.#items.set(path, [item]);
      else there.push(item);
    }
  }
}

/** The prefix of a list element's index. */
function placeBefore(place: string): string {
  return place === '' || place.endsWith('/') ? place : `${place}.`;
}

function longer(path: string, name: string): string {
  return path.length + name.length < VALUES_LIMITS.pathLength ? `${path}.${pathName(name)}` : TOO_LONG;
}

/** Stands for every path longer than the limit. */
const TOO_LONG = ' '.repeat(VALUES_LIMITS.pathLength + 1);

const EMPTY_LIST: Value = [VALUE_TYPES.empty_list, '[]', null];
const EMPTY_OBJECT: Value = [VALUE_TYPES.empty_object, '{}', null];

function scalarOf(node: ExactNode): Value {
  if (node.kind === 'object') return EMPTY_OBJECT;
  if (node.kind === 'list') return EMPTY_LIST;
  return [VALUE_TYPES[node.kind], node.text, numberOf(node)];
}

function numberOf({ kind, text }: ExactScalar): string | null {
  if (kind === 'number') return decimalText(text);
  return kind === 'text' ? decimalOfText(text) : null;
}
