import { Validator } from '@hilo/service';
import { describe, expect, it } from 'vitest';
import { completeSettings, secretsOf, shownSettings } from './settings.ts';
import { DESTINATION_TYPES } from './types.ts';

describe.each(DESTINATION_TYPES.map((type) => [type.key, type] as const))('the destination type %s', (key, type) => {
  const fields = Object.keys(type.fields.properties);
  const secrets = secretsOf(type);

  it('has a key that no other type has, in kebab-case', () => {
    expect(key).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(DESTINATION_TYPES.filter((other) => other.key === key)).toHaveLength(1);
  });

  it('says first where it leads, which is required and no secret', () => {
    expect(type.fields.required).toContain(fields[0]);
    expect(secrets).not.toContain(fields[0]);
  });

  it('describes every field in both languages', () => {
    expect(Object.keys(type.es.fields)).toEqual(fields);
    for (const { title, description, wanted } of [
      ...Object.values(type.fields.properties),
      ...Object.values(type.es.fields),
    ])
      expect([title, description, wanted]).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
  });

  it('generates secrets that fit their fields, a new one each time', () => {
    const check = new Validator({}, { useDefaults: false });
    for (const name of Object.keys(type.generated ?? {})) {
      expect(secrets).toContain(name);
      const [one, other] = [completeSettings(type, {}, undefined), completeSettings(type, {}, undefined)];
      if (one.kind !== 'complete' || other.kind !== 'complete') throw new Error(`${name} is missing`);
      check.compile(type.fields.properties[name] ?? {}, name)(one.settings[name]);
      expect(one.settings[name]).not.toBe(other.settings[name]);
    }
  });

  it('shows none of its secrets', () => {
    const settings = Object.fromEntries(fields.map((name) => [name, `value of ${name}`]));
    expect(Object.keys(shownSettings(type, settings))).toEqual(fields.filter((name) => !secrets.includes(name)));
    expect(shownSettings(undefined, settings)).toEqual({});
  });
});
