import { ExactNumber, isJsonNumber } from '@hilo/exact-json';

/** One fault in a definition. */
export interface Problem {
  /** Where, as a path into the JSON: `condition.all[0].is`. */
  readonly field: string;
  /** What is wrong, and what would be right. */
  readonly message: string;
}

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

const MOST_PROBLEMS = 20;

/** Collects the faults of one definition: the first 20. */
export class Problems {
  readonly found: Problem[] = [];

  /** Adds a fault. Returns null, which stands for a value that cannot be read. */
  add(field: string, message: string): null {
    if (this.found.length < MOST_PROBLEMS) this.found.push({ field, message });
    return null;
  }

  /** Adds a fault for a name that does not belong into the object. */
  only(json: Json, names: readonly string[], field: string): void {
    const unknown = Object.keys(json).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    const others = names.slice(1).join(', ') || 'nothing';
    this.add(`${field}.${shown(unknown)}`, `is not known here; beside "${names[0]}" there may be: ${others}`);
  }

  /** A text of 1 to `most` characters. `what` says what it is: "the name of an event". */
  text(json: unknown, field: string, what: string, most: number): string | null {
    if (typeof json === 'string' && json.length > 0 && json.length <= most) return json;
    return this.add(field, `must be ${what}, 1 to ${most} characters; it is ${kindOf(json)}`);
  }

  /** A list whose items `read` reads; null if one of them can't be read. `what` says what is in it. */
  list<T>(
    json: unknown,
    field: string,
    { what, least, most }: { readonly what: string; readonly least: number; readonly most: number },
    read: (item: unknown, field: string) => T | null,
  ): readonly T[] | null {
    if (!Array.isArray(json) || json.length < least) {
      return this.add(
        field,
        `must be a list of ${least === 0 ? '' : `${least} to ${most} `}${what}; it is ${kindOf(json)}`,
      );
    }
    if (json.length > most) return this.add(field, `has ${json.length} items; at most ${most} are allowed`);
    const items = json.map((item: unknown, index) => read(item, `${field}[${index}]`));
    const whole = items.filter((item) => item !== null);
    return whole.length < items.length ? null : whole;
  }
}

/** True for a JSON object: neither a list, nor null, nor a number that keeps its digits. */
export function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !(json instanceof ExactNumber);
}

/** A name from the input, shortened for a message. */
export function shown(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40)}…`;
}

/** Describes a value in words, for a message. */
export function kindOf(json: unknown): string {
  if (json === undefined) return 'missing';
  if (json === null) return 'null';
  if (Array.isArray(json)) return json.length === 0 ? 'an empty list' : `a list of ${json.length}`;
  if (isJsonNumber(json)) return `the number ${shown(String(json))}`;
  if (typeof json === 'object') return 'an object';
  if (typeof json === 'string') return json === '' ? 'an empty text' : `the text ${JSON.stringify(shown(json))}`;
  return String(json as boolean);
}
