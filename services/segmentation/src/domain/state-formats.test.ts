import { expect, test } from 'vitest';
import { decodeDefinitions, encodeDefinitions, NO_DEFINITIONS } from './definitions.ts';
import { newProfile } from './profile-state.ts';
import { decodeProfile, encodeProfile } from './profile-state-codec.ts';

test('what the next release writes of a profile is read, and nothing later', () => {
  const state = newProfile('p_a');
  const bytes = encodeProfile(state);
  const written = (ahead: number) => Buffer.concat([Buffer.from([(bytes[0] ?? 0) + ahead]), bytes.subarray(1)]);
  expect(decodeProfile(written(1))).toEqual(decodeProfile(bytes));
  expect(() => decodeProfile(written(2))).toThrow('this release reads');
});

test('what the next release writes of the definitions is read without what it adds, and nothing later', () => {
  const { format, ...rest } = JSON.parse(encodeDefinitions(NO_DEFINITIONS).toString()) as { format: number };
  const written = (ahead: number) => Buffer.from(JSON.stringify({ format: format + ahead, ...rest, added: [1] }));
  expect(decodeDefinitions(written(1))).toEqual(NO_DEFINITIONS);
  expect(() => decodeDefinitions(written(2))).toThrow('this release reads');
});
