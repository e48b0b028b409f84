// Writes golden/<schema>.v<N>.{bin,json,avsc}: a record with every field filled, and its schema. If schemas have
// changed, run `node write-golden.mjs 2`: it writes those that differ from all existing ones. It never overwrites a
// file, because records of earlier releases must stay readable.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import avro from 'avsc';

const version = process.argv[2] ?? '1';
const at = (path) => new URL(path, import.meta.url);
mkdirSync(at('golden'), { recursive: true });

/** A schema without its descriptions, which no record depends on. */
const withoutDocs = (text) => JSON.stringify(JSON.parse(text), (key, value) => (key === 'doc' ? undefined : value));

/** Whether an existing golden record was written with this schema. */
function isGolden(name, text) {
  const files = readdirSync(at('golden')).filter((file) => file.startsWith(`${name}.v`) && file.endsWith('.avsc'));
  return files.some((file) => withoutDocs(readFileSync(at(`golden/${file}`), 'utf8')) === withoutDocs(text));
}

/** A value that differs for every field, so that a test notices two swapped fields. */
function sample(schema, path, named) {
  if (Array.isArray(schema))
    return sample(
      schema.find((branch) => branch !== 'null'),
      path,
      named,
    );
  if (typeof schema === 'string') {
    const seed = [...path].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 1_000_000_007, 7);
    if (schema === 'string') return `${path} ñ🧵`;
    if (schema === 'long') return 1_700_000_000_000 + seed;
    if (schema === 'int') return seed;
    if (schema === 'double') return seed / 8;
    if (schema === 'boolean') return true;
    if (schema === 'bytes') return Buffer.from(path);
    return sample(named.get(schema.replace(/^hilo\./, '')), path, named);
  }
  if (schema.type === 'array')
    return [sample(schema.items, `${path}.0`, named), sample(schema.items, `${path}.1`, named)];
  if (schema.type !== 'record') return sample(schema.type, path, named);
  named.set(schema.name, schema);
  return Object.fromEntries(
    schema.fields.map((field) => [field.name, sample(field.type, `${path}.${field.name}`, named)]),
  );
}

for (const file of readdirSync(at('avro'))) {
  const name = file.replace(/\.avsc$/, '');
  const text = readFileSync(at(`avro/${file}`), 'utf8');
  const target = (ending) => at(`golden/${name}.v${version}.${ending}`);
  if (existsSync(target('bin')) || isGolden(name, text)) continue;
  const value = sample(JSON.parse(text), name, new Map());
  const json = JSON.stringify(
    value,
    (_key, part) => (part?.type === 'Buffer' ? { base64: Buffer.from(part.data).toString('base64') } : part),
    2,
  );
  writeFileSync(target('bin'), avro.Type.forSchema(JSON.parse(text), { registry: {} }).toBuffer(value));
  writeFileSync(target('json'), `${json}\n`);
  writeFileSync(target('avsc'), text);
}
