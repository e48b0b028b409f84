import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { Type } from 'avsc';
import { describe, expect, it } from 'vitest';
import { boundedType } from './bounded-types.ts';
import { readerSchema } from './reader-schemas.ts';
import { TOPICS } from './topics.ts';

const folder = (name: string) => new URL(`../${name}/`, import.meta.url);
const names = readdirSync(folder('avro')).map((file) => file.replace(/\.avsc$/, ''));

/** Golden records are JSON with bytes as `{"base64": …}`. */
function withBytes(_key: string, value: unknown): unknown {
  const base64 = (value as { base64?: unknown } | null)?.base64;
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : value;
}

describe('the schemas', () => {
  it('are those of the topic table, each used and each there', () => {
    const used = new Set(TOPICS.map((topic) => topic.schema).filter((name) => name !== null));
    expect([...used].sort()).toEqual(names.toSorted());
  });

  it('document every record and every field', () => {
    const undocumented = (schema: unknown, path: string): string[] => {
      if (typeof schema !== 'object' || schema === null) return [];
      const children = Array.isArray(schema)
        ? schema.flatMap((branch) => undocumented(branch, path))
        : Object.entries(schema).flatMap(([key, value]) => undocumented(value, `${path}.${key}`));
      const { name, doc } = schema as { name?: unknown; doc?: unknown };
      return typeof name === 'string' && !doc ? [`${path} ${name}`, ...children] : children;
    };
    expect(names.flatMap((name) => undocumented(readerSchema(name), name))).toEqual([]);
  });

  it('are what the generated types were generated from', async () => {
    const generator = (await import(new URL('../generate-types.mjs', import.meta.url).href)) as { generated(): string };
    expect(readFileSync(new URL('./types.ts', import.meta.url), 'utf8')).toBe(generator.generated());
  });

  it.each(names)('%s reads its golden records of every version', (name) => {
    const reader = boundedType(readerSchema(name));
    const versions = readdirSync(folder('golden')).filter(
      (file) => file.startsWith(`${name}.v`) && file.endsWith('.bin'),
    );
    expect(versions).toContain(`${name}.v1.bin`);
    for (const version of versions) {
      const bytes = readFileSync(new URL(version, folder('golden')));
      const expected = JSON.parse(
        readFileSync(new URL(version.replace(/bin$/, 'json'), folder('golden')), 'utf8'),
        withBytes,
      ) as object;
      expect(read(reader, version, bytes)).toEqual({ ...defaultsOf(name), ...expected });
    }
  });
});

/** What fields that a record doesn't have are read as. */
function defaultsOf(name: string): object {
  const { fields } = readerSchema(name);
  const added = fields.filter((field) => field.default !== undefined);
  return Object.fromEntries(added.map((field) => [field.name, field.default]));
}

/** Reads a golden record with the schema it was written with, which lies beside it where it is not today's. */
function read(reader: Type, version: string, bytes: Buffer): unknown {
  const writtenWith = new URL(version.replace(/bin$/, 'avsc'), folder('golden'));
  if (!existsSync(writtenWith)) return reader.fromBuffer(bytes);
  const writer = boundedType(JSON.parse(readFileSync(writtenWith, 'utf8')) as never);
  return reader.fromBuffer(bytes, reader.createResolver(writer));
}
