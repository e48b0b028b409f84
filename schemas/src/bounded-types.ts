import avro, { type Schema, type Type } from 'avsc';

/**
 * avsc trusts the item counts in the bytes: an array that claims four billion items keeps it busy for minutes. These
 * types refuse a count that the bytes cannot hold, so no record can stall the process that reads it.
 */

/** What avsc hands to `_read` and `_skip`: the bytes and a position in them. */
interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  skipLong(): void;
  readString(): string;
  skipString(): void;
}

/** The part of an avsc type that its public declarations omit. */
interface Reader {
  _read(tap: Tap): unknown;
  _skip(tap: Tap): void;
}

type CollectionType = new (schema: Schema, options: object) => Type;
const { ArrayType, MapType } = avro.types as unknown as { ArrayType: CollectionType; MapType: CollectionType };

class BoundedArrayType extends ArrayType {
  declare readonly itemsType: Reader;

  _read(tap: Tap): unknown[] {
    const items: unknown[] = [];
    eachItem(tap, () => items.push(this.itemsType._read(tap)));
    return items;
  }

  _skip(tap: Tap): void {
    eachItem(tap, () => this.itemsType._skip(tap));
  }
}

class BoundedMapType extends MapType {
  declare readonly valuesType: Reader;

  _read(tap: Tap): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    eachItem(tap, () => entries.push([tap.readString(), this.valuesType._read(tap)]));
    return Object.fromEntries(entries);
  }

  _skip(tap: Tap): void {
    eachItem(tap, () => {
      tap.skipString();
      this.valuesType._skip(tap);
    });
  }
}

/** Walks the blocks of a collection. */
function eachItem(tap: Tap, visit: () => void): void {
  let total = 0;
  for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
    if (count < 0) {
      count = -count;
      tap.skipLong(); // the block's size in bytes, which only readers that skip blindly need
    }
    total += count;
    if (total > tap.buf.length) throw new Error('a collection claims more items than the record has bytes');
    while (count-- > 0) visit();
  }
}

/** An avsc type with its own names (the same record names occur in several schemas) and bounded collections. */
export function boundedType(schema: Schema): Type {
  return avro.Type.forSchema(schema, {
    registry: {},
    omitRecordMethods: true,
    typeHook: (part, options) => {
      const kind = (part as { readonly type?: unknown }).type;
      if (kind === 'array') return new BoundedArrayType(part, options);
      if (kind === 'map') return new BoundedMapType(part, options);
      return undefined;
    },
  });
}
