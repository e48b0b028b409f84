import fc from 'fast-check';

/** Any value of an Avro schema, as plain JavaScript; for property tests. */
export function arbitraryOf(
  schema: unknown,
  named: Map<string, fc.Arbitrary<unknown>> = new Map(),
): fc.Arbitrary<unknown> {
  if (Array.isArray(schema)) return fc.oneof(...schema.map((branch) => arbitraryOf(branch, named)));
  if (typeof schema === 'string') return primitive(schema) ?? namedOf(schema, named);
  const { type, name, items, fields } = schema as {
    type: unknown;
    name?: string;
    items?: unknown;
    fields?: { name: string; type: unknown }[];
  };
  if (type === 'array') return fc.array(arbitraryOf(items, named), { maxLength: 4 });
  if (type !== 'record' || fields === undefined) return arbitraryOf(type, named);
  const record = fc.record(Object.fromEntries(fields.map((field) => [field.name, arbitraryOf(field.type, named)])));
  named.set(name ?? '', record);
  return record;
}

/** avsc zigzags in doubles, which doubles the number: beyond this limit it silently writes another one. */
const LONG_LIMIT = 2 ** 52 - 1;

function primitive(name: string): fc.Arbitrary<unknown> | undefined {
  switch (name) {
    case 'null':
      return fc.constant(null);
    case 'string':
      return fc.string({ unit: 'grapheme' });
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return fc.integer({ min: -LONG_LIMIT, max: LONG_LIMIT });
    case 'double':
      return fc.double({ noNaN: true });
    case 'bytes':
      return fc.uint8Array().map((bytes) => Buffer.from(bytes));
    default:
      return undefined;
  }
}

function namedOf(name: string, named: Map<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  const found = named.get(name.replace(/^.*\./, ''));
  if (found === undefined) throw new Error(`schema names ${name} before it is defined`);
  return found;
}
