import { jsonCorpus, storedValues } from '@hilo/test-stack';
import { describe, expect, it } from 'vitest';
import { EXACT_DEPTH, readExactJson } from './exact-json.ts';
import { shownText, textColumns as columnsOf, VALUE_TYPES, VALUES_LIMITS } from './values.ts';

const TYPES = Object.keys(VALUE_TYPES);

/** The columns, with maps as objects. */
function textColumns(text: string | null) {
  const { values, items, ...rest } = columnsOf(text);
  return { values: Object.fromEntries(values), items: Object.fromEntries(items), ...rest };
}

/** Values and items as one list, in the order of their paths. */
function flat(text: string) {
  const { values, items } = textColumns(text);
  return [
    ...Object.entries(values).map(([path, [type, value]]) => ({ path, place: null, type: TYPES[type], text: value })),
    ...Object.entries(items).flatMap(([path, of]) =>
      of.map(([place, type, value]) => ({ path, place, type: TYPES[type], text: value })),
    ),
  ];
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }) =>
  Number(a.path > b.path) - Number(a.path < b.path);

describe('the values of a JSON text', () => {
  it('are all of its scalars, with paths, types and exact texts, whatever its shape', () => {
    for (const { text, object } of jsonCorpus(1, 1500)) {
      const expected = storedValues(object).map((value) => ({ ...value }));
      expect(flat(text).sort(byPath), text).toEqual(expected.sort(byPath));
      expect(textColumns(text).left_out).toBe(0);
    }
  }, 30_000);

  it('have a decimal where they are numbers of at most 20 and 18 digits, or texts that are', () => {
    const number = (json: string) => textColumns(`{"n":${json}}`).values.n?.[2];
    expect(number('12.50')).toBe('12.50');
    expect(number('-1.2e3')).toBe('-1200');
    expect(number('1.5e-7')).toBe('0.00000015');
    expect(number('99999999999999999999.999999999999999999')).toBe('99999999999999999999.999999999999999999');
    expect(number('"3"')).toBe('3');
    for (const none of ['100000000000000000000', '0.1234567890123456789', '1e400', '1e99999999999', '"1 pc"', '""'])
      expect(number(none), none).toBeNull();
    for (const none of ['"1e3"', '" 3"', '"0x10"', '"NaN"', 'true', 'null', '[]'])
      expect(number(none), none).toBeNull();
    expect(number('0e99999999999')).toBe('0');
    expect(number('-0')).toBe('-0');
  });

  it('tell names with dots, empty names and repeated names apart as JavaScript does', () => {
    expect(textColumns('{"a.b":1,"a":{"b":2},"":3,"x":{"":4}}').values).toEqual({
      'a\\.b': [2, '1', '1'],
      'a.b': [2, '2', '2'],
      '': [2, '3', '3'],
      'x.': [2, '4', '4'],
    });
    expect(textColumns('{"a":{"b":1},"c":5,"a":{"d":2}}').values).toEqual({ c: [2, '5', '5'], 'a.d': [2, '2', '2'] });
  });

  it('know the element of a list that they belong to', () => {
    const { items } = textColumns(
      '{"products":[{"id":1,"size":{"w":2}},{"size":{"w":3}},[4,[5]]],"shop":{"tags":["x"]}}',
    );
    expect(items).toEqual({
      'products.id': [['0/', 2, '1', '1']],
      'products.size.w': [
        ['0//', 2, '2', '2'],
        ['1//', 2, '3', '3'],
      ],
      products: [
        ['2.0', 2, '4', '4'],
        ['2.1.0', 2, '5', '5'],
      ],
      'shop.tags': [['/0', 1, 'x', null]],
    });
  });

  it('are none where the text is no JSON object', () => {
    for (const text of [
      '',
      'not JSON',
      '[1,2]',
      '"text"',
      '5',
      'null',
      '{"a":1',
      '{"a":01}',
      '{"a":1}x',
      "{'a':1}",
      '{"a":}',
    ])
      expect(textColumns(text), text).toEqual({ values: {}, items: {}, left_out: 0, shown: '' });
    expect(textColumns(null).values).toEqual({});
  });

  it('are bounded, and say how many are not among them', () => {
    const many = textColumns(
      JSON.stringify(Object.fromEntries(Array.from({ length: 10_500 }, (_, n) => [`k${n}`, n]))),
    );
    expect(Object.keys(many.values)).toHaveLength(VALUES_LIMITS.values);
    expect(many.left_out).toBe(500);
    const long = textColumns(JSON.stringify({ ['x'.repeat(501)]: 1, y: { ['z'.repeat(600)]: { w: 2 } }, last: 3 }));
    expect(long).toMatchObject({ values: { last: [2, '3', '3'] }, left_out: 2 });
    // Thousands of values below a long name would repeat it each time.
    const wide = textColumns(
      JSON.stringify({
        last: 1,
        ['n'.repeat(490)]: Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [n, n])),
      }),
    );
    expect(wide.left_out).toBeGreaterThan(4000);
    expect(wide.values.last).toEqual([2, '1', '1']);
  });

  it('end where the nesting is too deep: there is the text', () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const { values, shown } = textColumns(`{"b":2,"deep":${deep}}`);
    const [path = ''] = Object.keys(values).filter((name) => name !== 'b');
    expect(path.split('.')).toHaveLength(EXACT_DEPTH);
    expect(values[path]?.[0]).toBe(VALUE_TYPES.json);
    expect(values.b).toEqual([2, '2', '2']);
    expect(JSON.parse(shown)).toMatchObject({ b: 2 });
    expect(readExactJson('['.repeat(100_000))).toBeNull();
  });
});

describe('the text to show', () => {
  it('of what we wrote ourselves is the same, read or not', () => {
    for (const { text } of jsonCorpus(5, 1000)) {
      const rewritten = JSON.stringify(JSON.parse(text));
      expect(shownText(rewritten, true), rewritten).toBe(textColumns(rewritten).shown);
    }
    for (const kept of ['12.50', '1e400', '[9007199254740993,0.5]', '{"%2E":1}', '"\\ud83d"', '0.12345678901234567891'])
      expect(shownText(`{"a":${kept}}`, true), kept).toBe(textColumns(`{"a":${kept}}`).shown);
  });
});

describe('reading JSON exactly', () => {
  it('takes what JSON.parse takes, and nothing else', () => {
    for (const { text } of jsonCorpus(2, 300)) {
      for (const changed of [
        text,
        text.slice(0, -1),
        text.replace(/[{}[\],:"]/, ''),
        `${text},`,
        text.replace(/\d/, 'x'),
      ]) {
        let isJson = true;
        try {
          JSON.parse(changed);
        } catch {
          isJson = false;
        }
        expect(readExactJson(changed) !== null, changed).toBe(isJson);
      }
    }
  });
});
