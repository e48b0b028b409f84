import { describe, expect, test } from 'vitest';
import { eventOf } from '../testing/events.ts';
import { DEFAULT_RULES, MAX_IDENTIFIER_LENGTH } from './identifier-rules.ts';
import { readIdentifiers } from './read-identifiers.ts';

const read = (fields: Parameters<typeof eventOf>[0]): readonly string[] =>
  (readIdentifiers(eventOf(fields), DEFAULT_RULES) ?? []).map(({ readings }) =>
    readings.map(({ type, value }) => `${type}:${value}`).join(' or '),
  );

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
    '',
    '0',
    '000-000',
    '-1',
    'null',
    'NULL',
    ' anonymous ',
    'undefined',
    '[object Object]',
    'a\0b',
    '\ud800',
  ])('the value %j never identifies anyone', (value) => {
    expect(read({ user_id: value, anonymous_id: value })).toEqual([]);
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
