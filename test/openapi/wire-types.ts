import type { Contract, Schema } from '@hilo/service/contract';

/** A type with named properties that a file declares. */
interface Declared {
  readonly name: string;
  readonly properties: readonly string[];
}

/** With fewer properties a type says too little to be anybody's copy. */
const FEWEST_PROPERTIES = 3;

/**
 * Types in a file of the console's pages that repeat a schema of a contract, as `<type> repeats <service> <schema>`: all of
 * their properties are properties of it, however they are spelt.
 */
export function repeatedWireTypes(text: string, contracts: Readonly<Record<string, Contract>>): readonly string[] {
  const schemas = Object.entries(contracts).flatMap(([service, { schemas }]) =>
    Object.entries(schemas).flatMap(([name, schema]) =>
      objectsIn(schema).map((properties) => ({ name: `${service} ${name}`, properties })),
    ),
  );
  return declaredIn(text).flatMap(({ name, properties }) => {
    const spelt = properties.map(snakeCase);
    const repeated = schemas.find((schema) => spelt.every((property) => schema.properties.has(property)));
    return repeated === undefined || spelt.length < FEWEST_PROPERTIES ? [] : [`${name} repeats ${repeated.name}`];
  });
}

/** The names of the properties of a schema, and of each object inside it. */
function objectsIn(schema: Schema): readonly ReadonlySet<string>[] {
  const { properties = {}, items, oneOf = [] } = schema;
  const inner = [...Object.values(properties), ...(items === undefined ? [] : [items]), ...oneOf];
  const own = Object.keys(properties).map(snakeCase);
  return [...(own.length === 0 ? [] : [new Set(own)]), ...inner.flatMap(objectsIn)];
}

/** Interfaces and types written out as objects, with their own properties; methods and what is nested inside are none. */
function declaredIn(text: string): readonly Declared[] {
  return [...text.matchAll(/\b(?:interface|type) (\w+)(?:<[^{=]*>)?[^{=;]*(?:=[^{;=]*)?\{/g)].map((match) => ({
    name: match[1] ?? '',
    properties: propertiesAt(text, match.index + match[0].length),
  }));
}

function propertiesAt(text: string, start: number): readonly string[] {
  let depth = 1;
  let own = '';
  for (let at = start; at < text.length && depth > 0; at += 1) {
    const character = text[at] ?? '';
    if ('{(<['.includes(character)) depth += 1;
    else if ('})]'.includes(character) || (character === '>' && text[at - 1] !== '=')) depth -= 1;
    else if (depth === 1) own += character;
  }
  return [...own.matchAll(/(?:^|[;\n])\s*(?:readonly )?(\w+)\??:/g)].map(([, name = '']) => name);
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
