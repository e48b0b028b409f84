import { readFileSync } from 'node:fs';
import type { schema } from 'avsc';

/** A record schema in Avro's JSON form. */
export type RecordSchema = schema.RecordType & { type: 'record'; name: string };

/** The schema of `avro/<name>.avsc` in this release. */
export function readerSchema(name: string): RecordSchema {
  return JSON.parse(readFileSync(new URL(`../avro/${name}.avsc`, import.meta.url), 'utf8')) as RecordSchema;
}
