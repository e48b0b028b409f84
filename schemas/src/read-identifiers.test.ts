import { describe, expect, test } from 'vitest';
import { DEFAULT_RULES, MAX_IDENTIFIER_LENGTH } from './identifier-rules.ts';
import { type NamingEvent, identifiesSomebody, readIdentifiers } from './read-identifiers.ts';

const eventOf = (fields: Partial<NamingEvent>): NamingEvent => ({
  ...{ type: 'track', user_id: null, anonymous_id: null, previous_id: null, traits: null, context: null, extra: null },
  ...fields,
});

const read = (fields: Partial<NamingEvent>): readonly string[] => {
  const event = eventOf(fields);
  const mentions = readIdentifiers(event, DEFAULT_RULES) ?? [];
  // Ingestion asks one, identity the other: they must agree.
  expect(identifiesSomebody(event, DEFAULT_RULES)).toBe(mentions.length > 0);
  return mentions.map(({ readings }) => readings.map(({ type, value }) => `${type}:${value}`).join(' or '));
};

describe('identifiers of an event', () => {
  test.each([
    ['userId and anonymousId', { user_id: 'u1', anonymous_id: 'a1' }, ['user_id:u1', 'anonymous_id:a1']],
    [
      'the email trait of identify',
      { type: 'identify', traits: '{"email":" Ann@Example.COM "}' },
      ['email:ann@example.com'],
    ],
    ['the email in context.traits of any call', { context: '{"traits":{"email":"a@b.cd"}}' }, ['email:a@b.cd']],
    ['an email name written with escapes', { context: '{"tr\\u0061its":{"em\\u0061il":"a@b.cd"}}' }, ['email:a@b.cd']],
    [
      'both sides of an alias, the previous of open type',
      { type: 'alias', user_id: 'u1', previous_id: 'x' },
      ['user_id:u1', 'user_id:x or anonymous_id:x'],
    ],
    [
      'the pairs of a merge call, of known types',
      {
        type: 'merge',
        extra: '{"mergeProperties":[{"type":"email","value":"A@b.cd"},{"type":"shoe_size","value":"44"},7,null]}',
      },
      ['email:a@b.cd'],
    ],
  ] as const)('%s', (_name, fields, expected) => {
    expect(read(fields)).toEqual(expected);
  });

  test.each([
    ['the email trait of a group: it is the company’s', { type: 'group', traits: '{"email":"a@b.cd"}' }],
    ['previousId outside of alias', { type: 'track', previous_id: 'x' }],
    ['an email deeper inside', { type: 'identify', traits: '{"contact":{"email":"a@b.cd"}}' }],
    ['an email that is no text', { type: 'identify', traits: '{"email":["a@b.cd"]}' }],
    ['traits that are no JSON', { type: 'identify', traits: '{"email":' }],
    ['traits that are a text', { context: '{"traits":"email","x":"\\u0020"}' }],
  ] as const)('not taken: %s', (_name, fields) => {
    expect(read(fields)).toEqual([]);
  });

  test.each([
    ...[
      '',
      ' ',
      '0',
      '-0',
      '000-000',
      '0.0',
      '00000000-0000-0000-0000-000000000000',
      '{00000000-0000-0000-0000-000000000000}',
    ],
    ...['-1', '-', '--', '?', '{}', '[]', '""', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'a\0b', '\ud800'],
    ...[
      'true',
      'false',
      'guest',
      'unknown',
      'undefined',
      'null',
      'nil',
      'none',
      'n/a',
      'na',
      'NaN',
      'test',
      'id',
      'email',
    ],
    ...[
      'user',
      'distinct_id',
      'anonymous',
      'not_authenticated',
      '[object Object]',
      '[object Undefined]',
      'string',
      '(none)',
    ],
    ...['"null"', "'undefined'", '<nil>', '[null]', '(not set)', '{{user_id}}', '${user.id}', '<%= id %>', '%%EMAIL%%'],
    ...['{user_id}', 'userId', 'anonymousId', 'Infinity', 'guest user'],
  ])('the value %j never identifies anyone, in any case and with space around it', (value) => {
    for (const form of [value, value.toUpperCase(), value.toLowerCase(), ` ${value}\t`, `\ufeff${value}\u00a0`]) {
      const emails = JSON.stringify({ email: form });
      const named = { user_id: form, anonymous_id: form, previous_id: form, context: `{"traits":${emails}}` };
      expect([form, read({ type: 'alias', ...named })]).toEqual([form, []]);
      expect(read({ type: 'identify', ...named, traits: emails })).toEqual([]);
      const pairs = ['user_id', 'email', 'anonymous_id'].map((type) => ({ type, value: form }));
      expect(read({ type: 'merge', extra: JSON.stringify({ mergeProperties: pairs }) })).toEqual([]);
    }
  });

  test.each([
    ...[
      '1',
      '42',
      '10',
      '01',
      'u',
      'u1',
      'x',
      'a0',
      '-2',
      'guest1',
      'guest-42',
      'tester2',
      'nullius',
      'true-north',
      'ñ',
      '🧵',
    ],
    ...[
      '0x1',
      '00000000-0000-0000-0000-000000000001',
      'user_42',
      'id:7',
      'unknown@shop.example',
      '{5}',
      'fff',
      'test-7',
    ],
  ])('the value %j may be somebody', (value) => {
    expect(read({ user_id: value })).toEqual([`user_id:${value}`]);
    expect(read({ anonymous_id: value })).toEqual([`anonymous_id:${value}`]);
  });

  test.each([
    'test@test.com',
    'TEST@Test.co.uk',
    ' null@null.null',
    'undefined@undefined.com',
    'none@none.none',
    'email@email.com',
  ])('the address %j never identifies anyone', (email) => {
    expect(read({ type: 'identify', traits: JSON.stringify({ email }) })).toEqual([]);
  });

  test.each(['ann@test.com', 'test@shop.example', 'user@example.com', 'null@gmail.com', 'tester1@test.com', 'a@b.cd'])(
    'the address %j may be somebody’s',
    (email) => {
      expect(read({ type: 'identify', traits: JSON.stringify({ email }) })).toEqual([`email:${email}`]);
    },
  );

  test('what is blocked depends on the type: all phones with Android 2.2 had one device id', () => {
    const id = '9774d56d682e549c';
    expect(read({ user_id: id, anonymous_id: id })).toEqual([`user_id:${id}`]);
  });

  test.each(['no-at', 'a@b', '@b.cd', 'a@b.', 'a b@c.de', 'a@@b.cd', 'a@b..cd', `${'x'.repeat(250)}@b.cd`])(
    '%j is no email address',
    (email) => {
      expect(read({ type: 'identify', traits: JSON.stringify({ email }) })).toEqual([]);
    },
  );

  test('an identifier may have 500 characters and no more', () => {
    const longest = 'x'.repeat(MAX_IDENTIFIER_LENGTH);
    expect(read({ user_id: longest, anonymous_id: `${longest}x` })).toEqual([`user_id:${longest}`]);
  });
});
