import type { Schema } from './contract.ts';

/** What a schema wants, in words that end a sentence such as "name must be …". */
export function wantedOf(schema: Schema, schemas: Readonly<Record<string, Schema>>): string {
  const { wanted, $ref, enum: values, oneOf, type } = schema;
  if (wanted !== undefined) return wanted;
  if ($ref !== undefined) return wantedOf(schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {}, schemas);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (values !== undefined) return either(values.map((value) => JSON.stringify(value)));
  if (oneOf !== undefined) return either(oneOf.map((branch) => wantedOf(branch, schemas)));
  return either([type ?? 'something else'].flat().map((one) => ofType(one, schema)));
}

function ofType(type: string, schema: Schema): string {
  switch (type) {
    case 'string':
      if (schema.format === 'date-time') return 'a time such as 2026-11-30T12:00:00Z';
      return `a text${sizes(schema.minLength, schema.maxLength, 'characters')}`;
    case 'integer':
      return `a whole number${range(schema.minimum, schema.maximum)}`;
    case 'number':
      return `a number${range(schema.minimum, schema.maximum)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${sizes(schema.minItems, schema.maxItems, 'items')}`;
    case 'object':
      return 'a JSON object';
    default:
      return type;
  }
}

function sizes(least = 0, most: number | undefined, what: string): string {
  if (most === undefined) return least === 0 ? '' : ` of at least ${least} ${what}`;
  return least === 0 ? ` of up to ${most} ${what}` : ` of ${least} to ${most} ${what}`;
}

function range(least: number | undefined, most: number | undefined): string {
  if (most === undefined) return least === undefined ? '' : ` of at least ${least}`;
  return least === undefined ? ` of at most ${most}` : ` from ${least} to ${most}`;
}

function either(all: readonly string[]): string {
  const words = [...new Set(all)];
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
