import fc from 'fast-check';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tokensOf } from '../domain/lexer.ts';
import { HistoryUnderTest } from '../testing/history-under-test.ts';

let history: HistoryUnderTest;
let client: ClickHouseClient;

beforeAll(async () => {
  history = await HistoryUnderTest.open();
  ({ client } = history);
}, 120_000);

afterAll(() => history.close());

type Run = readonly [kind: string, bytes: number];

const KINDS = new Set([
  'Whitespace',
  'Comment',
  'BareWord',
  'Number',
  'StringLiteral',
  'QuotedIdentifier',
  'HereDoc',
  'Semicolon',
]);

/** Its own parts of each text, by kind and length in bytes. */
async function clickhouseRuns(texts: readonly string[]): Promise<readonly (readonly Run[])[]> {
  const answer = await client.query({
    query:
      'SELECT arrayMap(t -> (toString(t.3), toUInt32(t.2 - t.1)), tokenizeQuery(arrayJoin({texts: Array(String)}))) AS t',
    query_params: { texts: [...texts] },
    format: 'JSONCompactEachRow',
  });
  const rows = await answer.json<[Run[]]>();
  return rows.map(([runs]) =>
    merged(
      runs
        .filter(([kind]) => kind !== 'EndOfStream')
        .map(([kind, bytes]) => [kind.startsWith('Error') ? 'Error' : KINDS.has(kind) ? kind : 'Mark', bytes]),
    ),
  );
}

function ownRuns(text: string): readonly Run[] {
  const parts = [...tokensOf(text)];
  return merged(parts.map(({ kind, from, to }) => [kind, Buffer.byteLength(text.slice(from, to))]));
}

/** ClickHouse finds an error in each byte of a letter of another script, and in two spaces of two kinds two parts. */
function merged(runs: readonly Run[]): readonly Run[] {
  const all: Run[] = [];
  for (const [kind, bytes] of runs) {
    const last = all.at(-1);
    if (last !== undefined && last[0] === kind && (kind === 'Error' || kind === 'Whitespace'))
      all[all.length - 1] = [kind, last[1] + bytes];
    else all.push([kind, bytes]);
  }
  return all;
}

const PIECES = [
  ...[
    'file',
    'SETTINGS',
    'x',
    'X',
    'b',
    'e',
    'p',
    'E',
    '_',
    'a1',
    'G',
    'top',
    'é',
    'Ж',
    '漢',
    '𝒳',
    '0x',
    '0b',
    '0X1F',
    '0b102',
  ],
  ...[
    '0',
    '1',
    '12',
    '.',
    '..',
    '1.',
    '.5',
    '1.e5',
    '1e',
    '1e+',
    '1e-3',
    '0x1.8p3',
    '0x1p',
    '1_000',
    '1__0',
    '_1',
    '1_',
    '0xg',
  ],
  ...[
    "'",
    "''",
    '"',
    '`',
    '\\',
    "\\'",
    '‘',
    '’',
    '“',
    '”',
    "x'41'",
    "b'01'",
    "x'4",
    "X''",
    '$',
    '$$',
    '$a$',
    '$a$ $a$',
    '$é$',
  ],
  ...[
    '--',
    '/*',
    '*/',
    '//',
    '#',
    '# ',
    '#!',
    '\n',
    ' ',
    '\t',
    '\r',
    '\v',
    '\f',
    '\u00a0',
    '\u2003',
    '\u200b',
    '\ufeff',
    '\u3000',
    '\u2028',
    '\u180e',
    '\u0085',
  ],
  ...[
    '-',
    '−',
    '->',
    '+',
    '*',
    '/',
    '%',
    '=',
    '==',
    '!',
    '!=',
    '<',
    '<=',
    '<=>',
    '<>',
    '>',
    '>=',
    '?',
    ':',
    '::',
    '|',
    '||',
    '@',
    '@@',
  ],
  ...['(', ')', '[', ']', '{', '}', ',', ';', '\\G', '^', '&', '~', '\u0001', '\u007f'],
];

const texts = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);

it('every statement is read in the parts in which ClickHouse reads it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(texts, { minLength: 200, maxLength: 200 }), async (many) => {
      // A lone surrogate can't be sent; a NUL is cut by nobody, but ends ClickHouse's own reading of a parameter.
      const sent = many.map((text) => text.toWellFormed().replaceAll('\0', ' '));
      const theirs = await clickhouseRuns(sent);
      const ours = sent.map(ownRuns);
      for (const [index, text] of sent.entries()) expect([text, ours[index]]).toEqual([text, theirs[index]]);
    }),
    { numRuns: 60 },
  );
}, 120_000);
