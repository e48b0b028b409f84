import { readPath } from '../../document/path.ts';
import type { Parameters } from './parameters.ts';

/** The columns that hold a document: values outside lists, and values inside them. */
export interface DocumentColumns {
  readonly values: string;
  readonly items: string;
}

/** One value in a statement, as expressions for its type, exact text and decimal number. */
export interface Cell {
  readonly type: string;
  readonly text: string;
  readonly number: string;
}

const FIELDS = ['type', 'text', 'number'] as const satisfies readonly (keyof Cell)[];
/** Names of a lambda's variables for the fields of a value inside lists. */
const ITEM: Cell = { type: 'x_type', text: 'x_text', number: 'x_number' };

/** Where a test finds values: arrays of cells, and whether a path leads to an object. */
export interface CellSource {
  /** An array of tuples `(type, text, number)`. */
  cells(path: string): string;
  hasObject(path: string): string;
}

/** The cell that a lambda's variable holds: a tuple of {@link CellSource.cells}. */
export function cellOf(variable: string): Cell {
  return { type: `${variable}.1`, text: `${variable}.2`, number: `${variable}.3` };
}

/** True for a value that a path reaches: neither missing nor null; an empty list has no elements. */
export function isReached({ type }: Pick<Cell, 'type'>): string {
  return `(${type} NOT IN ('none', 'null', 'empty_list'))`;
}

/** The names of a path. Throws for a text that no reader takes. */
export function namesOf(path: string): readonly string[] {
  const names = readPath(path);
  if (names === null) throw new RangeError('a condition has a path that no reader takes');
  return names;
}

/** The path as the columns' keys write it. */
export function keyOf(names: readonly string[]): string {
  return names.map((name) => name.replaceAll(/[.\\]/g, (character) => `\\${character}`)).join('.');
}

/** A document in columns of the row. */
export class ColumnSource implements CellSource {
  readonly #columns: DocumentColumns;
  readonly #parameters: Parameters;

  constructor(columns: DocumentColumns, parameters: Parameters) {
    this.#columns = columns;
    this.#parameters = parameters;
  }

  /** True if the test passes for any value at the path. */
  anyCell(path: string, test: (cell: Cell) => string): string {
    const outside = test({
      type: this.value(path, 'type'),
      text: this.value(path, 'text'),
      number: this.value(path, 'number'),
    });
    const inside = this.anyItem(path, test);
    return `(${outside} OR ${inside})`;
  }

  /** True if the test passes for any value inside lists. Fields that it does not name are not read. */
  anyItem(path: string, test: (cell: Cell) => string): string {
    const inside = test(ITEM);
    const used = FIELDS.filter((field) => inside.includes(ITEM[field]));
    const lists = used.map((field) => this.items(path, field)).join(', ');
    return `arrayExists((${used.map((field) => ITEM[field]).join(', ')}) -> ${inside}, ${lists})`;
  }

  /** A field of the value outside lists; its type is `none` if there is none. Reads nothing but this field of the column. */
  value(path: string, field: keyof Cell): string {
    const { values } = this.#columns;
    return `arrayElement(${values}.values.${field}, indexOf(${values}.keys, ${this.#key(path)}))`;
  }

  /** A field of each value inside lists. */
  items(path: string, field: keyof Cell): string {
    const { items } = this.#columns;
    return `arrayElement(${items}.values.${field}, indexOf(${items}.keys, ${this.#key(path)}))`;
  }

  cells(path: string): string {
    const value = FIELDS.map((field) => this.value(path, field)).join(', ');
    const items = FIELDS.map((field) => this.items(path, field)).join(', ');
    return `arrayConcat(if(${this.value(path, 'type')} = 'none', [], [(${value})]), arrayZip(${items}))`;
  }

  hasObject(path: string): string {
    const prefix = this.#parameters.text(`${keyOf(namesOf(path))}.`);
    const { values, items } = this.#columns;
    return `(arrayExists(k -> startsWith(k, ${prefix}), mapKeys(${values})) OR arrayExists(k -> startsWith(k, ${prefix}), mapKeys(${items})))`;
  }

  #key(path: string): string {
    return this.#parameters.text(keyOf(namesOf(path)));
  }
}

/**
 * The elements of the list at a path of a document, each with an id: the beginning of its values' places. An object outside any list
 * is the one element of its path.
 */
export class ElementSource {
  readonly #columns: DocumentColumns;
  readonly #parameters: Parameters;
  readonly #names: readonly string[];

  constructor(columns: DocumentColumns, element: string, parameters: Parameters) {
    this.#columns = columns;
    this.#parameters = parameters;
    this.#names = namesOf(element);
  }

  /** An array of tuples `(type, text, number, id)` of the values at a path inside the elements. */
  cells(path: string): string {
    const key = this.#parameters.text(keyOf([...this.#names, ...namesOf(path)]));
    return this.#cellsAt(key);
  }

  /** The ids of elements in which the path leads to an object. */
  objectIds(path: string): string {
    return this.#idsBelow(keyOf([...this.#names, ...namesOf(path)]));
  }

  /** The ids of all elements. */
  ids(): string {
    const own = keyOf(this.#names);
    const cells = this.#cellsAt(this.#parameters.text(own));
    const reached = `arrayMap(c -> c.4, arrayFilter(c -> ${isReached(cellOf('c'))}, ${cells}))`;
    return `arrayConcat(${reached}, ${this.#idsBelow(own)})`;
  }

  #cellsAt(key: string): string {
    const value = `${this.#columns.values}[${key}]`;
    return `arrayConcat(if(${value}.type = 'none', [], [(${value}.type, ${value}.text, ${value}.number, ${this.#home()})]),
      arrayMap(x -> (x.type, x.text, x.number, ${this.#idOf('x.place')}), ${this.#columns.items}[${key}]))`;
  }

  #idsBelow(key: string): string {
    const prefix = this.#parameters.text(`${key}.`);
    const { values, items } = this.#columns;
    return `arrayConcat(if(arrayExists(k -> startsWith(k, ${prefix}), mapKeys(${values})), [${this.#home()}], []),
      arrayMap(x -> ${this.#idOf('x.place')}, arrayFlatten(mapValues(mapFilter((k, v) -> startsWith(k, ${prefix}), ${items})))))`;
  }

  #idOf(place: string): string {
    return `substringIndex(${place}, '/', ${this.#names.length})`;
  }

  /** The id of an object outside any list. */
  #home(): string {
    return `'${'/'.repeat(this.#names.length - 1)}'`;
  }
}
