/** What a statement's parameters hold. Decimals and numbers of 64 bits are texts of digits. */
export type ParameterValue = string | number | readonly string[] | readonly number[] | Readonly<Record<string, number>>;

/** Collects the values of a statement: its text has only their names, so nothing that somebody wrote is ever in it. */
export class Parameters {
  readonly #names = new Map<string, string>();
  readonly #values: Record<string, ParameterValue> = {};

  /** The values by their names, as ClickHouse's clients take them. */
  get values(): Readonly<Record<string, ParameterValue>> {
    return this.#values;
  }

  text(value: string): string {
    return this.#add('String', value);
  }

  texts(value: readonly string[]): string {
    return this.#add('Array(String)', value);
  }

  /** A whole number, such as a time in milliseconds. Infinite ones become the furthest that ClickHouse holds. */
  integer(value: number): string {
    return this.#add('Int64', Math.max(-FURTHEST, Math.min(FURTHEST, value)));
  }

  /** A number of rows. */
  count(value: number): string {
    return this.#add('UInt64', value);
  }

  integers(value: readonly number[]): string {
    return this.#add('Array(Int64)', value);
  }

  double(value: number): string {
    return this.#add('Float64', value);
  }

  /** A decimal number of at most 20 digits before and 18 behind the point, as property columns hold it. */
  number(plain: string): string {
    return this.#add('Decimal(38, 18)', plain);
  }

  /** The same, wide enough for sums of such numbers and their products with counts. */
  wideNumber(plain: string): string {
    return this.#add('Decimal(76, 18)', plain);
  }

  /** An exponent of any size. */
  wideInteger(value: string): string {
    return this.#add('Int256', value);
  }

  offsets(value: Readonly<Record<string, number>>): string {
    return this.#add('Map(String, Int64)', value);
  }

  #add(type: string, value: ParameterValue): string {
    const key = `${type} ${JSON.stringify(value)}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `p${this.#names.size}`;
      this.#names.set(key, name);
      this.#values[name] = value;
    }
    return `{${name}:${type}}`;
  }
}

/** No time is further from 1970, in milliseconds. */
const FURTHEST = Number.MAX_SAFE_INTEGER;
