// Writes src/types.ts from avro/*.avsc: `npm run generate -w schemas`. A test fails if the file is out of date.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./avro/', import.meta.url));
const PRIMITIVES = {
  string: 'string',
  long: 'number',
  int: 'number',
  double: 'number',
  boolean: 'boolean',
  bytes: 'Buffer',
  null: 'null',
};
const seen = new Map();

function typeOf(schema) {
  if (Array.isArray(schema))
    return schema
      .map(typeOf)
      .sort((a, b) => Number(a === 'null') - Number(b === 'null'))
      .join(' | ');
  if (typeof schema === 'string') return PRIMITIVES[schema] ?? schema.replace(/^hilo\./, '');
  if (schema.type === 'array') return `readonly ${wrap(typeOf(schema.items))}[]`;
  if (schema.type === 'record') {
    declare(schema);
    return schema.name;
  }
  return typeOf(schema.type);
}

const wrap = (type) => (type.includes('|') ? `(${type})` : type);

function declare(record) {
  const fields = record.fields.map(
    (field) => `  /** ${field.doc} */\n  readonly ${field.name}: ${typeOf(field.type)};`,
  );
  const text = `/** ${record.doc} */\nexport interface ${record.name} {\n${fields.join('\n')}\n}\n`;
  const before = seen.get(record.name);
  if (before !== undefined && before.replace(/\/\*\*.*?\*\//g, '') !== text.replace(/\/\*\*.*?\*\//g, ''))
    throw new Error(`two records named ${record.name} differ`);
  if (before === undefined) seen.set(record.name, text);
}

/** The whole text of src/types.ts. */
export function generated() {
  seen.clear();
  const names = [];
  for (const file of readdirSync(folder).sort()) {
    const schema = JSON.parse(readFileSync(folder + file, 'utf8'));
    declare(schema);
    names.push([file.replace(/\.avsc$/, ''), schema.name]);
  }
  const map = names.map(([file, name]) => `  readonly '${file}': ${name};`).join('\n');
  return `// Generated from avro/*.avsc by generate-types.mjs. Do not edit.\n\n${[...seen.values()].join('\n')}\n/** Record type by schema file. */\nexport interface RecordTypes {\n${map}\n}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('./src/types.ts', import.meta.url)), generated());
}
