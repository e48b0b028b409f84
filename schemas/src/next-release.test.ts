import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryOf } from './arbitrary-records.ts';
import { boundedType } from './bounded-types.ts';
import { readerSchema } from './reader-schemas.ts';
import { TOPICS } from './topics.ts';

const SCHEMAS = [...new Set(TOPICS.flatMap(({ schema }) => (schema === null ? [] : [schema])))];

test.each(SCHEMAS)('%s: two releases, of which the next one adds a field, read what the other writes', (name) => {
  const schema = readerSchema(name);
  const fields = [...schema.fields, { name: 'added', type: 'string', default: 'none' }];
  const [type, next] = [boundedType(schema), boundedType({ ...schema, fields })];
  const [back, ahead] = [type.createResolver(next), next.createResolver(type)];
  const plain = (record: unknown): unknown => ({ ...(record as object) });
  fc.assert(
    fc.property(arbitraryOf(schema), (record) => {
      const read = type.fromBuffer(next.toBuffer({ ...(record as object), added: 'x' }), back);
      expect(plain(read)).toEqual(plain(record));
      expect(plain(next.fromBuffer(type.toBuffer(record), ahead))).toEqual({ ...(record as object), added: 'none' });
    }),
    { numRuns: 20 },
  );
});
